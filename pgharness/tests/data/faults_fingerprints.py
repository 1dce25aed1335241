"""Faults of fingerprints: what they do not notice, and what is told of two that differ."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import URL

import test_differences
import test_fingerprints
from breaking import fault
from pgharness.core import database_url
from pgharness.data import fingerprints
from pgharness.data.fingerprints import Fingerprint
from test_differences import TOLD, test_it_is_told_how_the_first_rows_differ
from test_fingerprints import (
    ROWS,
    VALUES,
    test_it_changes_with_a_value_however_alike_it_is,
    test_it_changes_with_the_rows,
)


def value(name: str) -> dict[str, Any]:
    """Return the parameters of the test with two values that are alike."""
    return dict(zip(("kind", "one", "other"), VALUES[name], strict=True))


def rows(name: str) -> dict[str, Any]:
    """Return the parameters of the test with other rows."""
    return dict(zip(("rows", "others"), ROWS[name], strict=True))


def told(name: str) -> dict[str, Any]:
    """Return the parameters of the test of what is told."""
    return dict(zip(("before", "after", "lines"), TOLD[name], strict=True))


def digesting(patch: MonkeyPatch, old: str, new: str) -> None:
    """Let the server make another digest."""
    assert old in fingerprints.DIGEST
    patch.setattr(fingerprints, "DIGEST", fingerprints.DIGEST.replace(old, new))
    patch.setattr(fingerprints, "_everything", fingerprints._everything.__wrapped__)


@fault(
    "a fingerprint leaves a column out",
    noticed_by=test_it_changes_with_the_rows,
    **rows("the last value"),
)
def column_left_out(patch: MonkeyPatch) -> None:
    digesting(
        patch, "array_agg((t.*)::text ", "array_agg(regexp_replace((t.*)::text, ',[^,]*$', '') "
    )


@fault(
    "nothing and empty text are alike",
    noticed_by=test_it_changes_with_a_value_however_alike_it_is,
    **value("NULL and empty text"),
)
def null_is_empty(patch: MonkeyPatch) -> None:
    digesting(patch, "array_agg((t.*)::text ", "array_agg(replace((t.*)::text, '\"\"', '') ")


@fault(
    "equal rows count once",
    noticed_by=test_it_changes_with_the_rows,
    **rows("one of two equal rows"),
)
def equal_rows_once(patch: MonkeyPatch) -> None:
    digesting(
        patch,
        'array_agg((t.*)::text ORDER BY (t.*)::text COLLATE "C")',
        'array_agg(DISTINCT (t.*)::text COLLATE "C")',
    )


@fault(
    "the order of rows matters", noticed_by=test_fingerprints.test_the_order_of_rows_does_not_matter
)
def order_matters(patch: MonkeyPatch) -> None:
    digesting(patch, ' ORDER BY (t.*)::text COLLATE "C"', "")


@fault(
    "upper and lower case, and space, do not matter",
    noticed_by=test_it_changes_with_a_value_however_alike_it_is,
    **value("upper and lower case"),
)
def case_and_space(patch: MonkeyPatch) -> None:
    digesting(patch, "array_agg((t.*)::text ", "array_agg(lower(replace((t.*)::text, ' ', '')) ")


@fault(
    "only the number of rows is looked at",
    noticed_by=test_it_changes_with_a_value_however_alike_it_is,
    **value("upper and lower case"),
)
def number_only(patch: MonkeyPatch) -> None:
    digesting(
        patch, "convert_to(lines::text, 'UTF8')", "convert_to(cardinality(lines)::text, 'UTF8')"
    )


@fault(
    "rows run into one another",
    noticed_by=test_it_changes_with_the_rows,
    **rows("where a row ends"),
)
def rows_run_together(patch: MonkeyPatch) -> None:
    digesting(
        patch,
        "convert_to(lines::text, 'UTF8')",
        "convert_to(regexp_replace(lines::text, '[^a-zA-Z0-9.]', '', 'g'), 'UTF8')",
    )


@fault(
    "floats are rounded",
    noticed_by=test_it_changes_with_a_value_however_alike_it_is,
    **value("the last bit"),
)
def floats_rounded(patch: MonkeyPatch) -> None:
    given = fingerprints.fingerprint

    def fingerprint(connection: psycopg.Connection) -> Fingerprint:
        connection.execute("SET LOCAL extra_float_digits = 0")
        return given(connection)

    patch.setattr(test_fingerprints, "fingerprint", fingerprint)


@fault(
    "many rows are not told apart",
    noticed_by=test_it_is_told_how_the_first_rows_differ,
    **told("rows that become too many to keep each"),
)
def many_rows_alike(patch: MonkeyPatch) -> None:
    def alike(was: Iterable[str], now: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
        return Counter(was), Counter(now)

    patch.setattr(fingerprints, "_alike", alike)


@fault(
    "all rows are told",
    noticed_by=test_it_is_told_how_the_first_rows_differ,
    **told("the first of many rows"),
)
def all_rows_told(patch: MonkeyPatch) -> None:
    patch.setattr(fingerprints, "FIRST_ROWS", 10**6)


@fault(
    "long rows are kept",
    noticed_by=test_it_is_told_how_the_first_rows_differ,
    **told("one of a few rows that are too long to keep"),
)
def long_rows_kept(patch: MonkeyPatch) -> None:
    patch.setattr(fingerprints, "LONGEST_KEPT", 10**9)
    patch.setattr(fingerprints, "_everything", fingerprints._everything.__wrapped__)


@fault(
    "it is not told whose a row is",
    noticed_by=test_differences.test_it_is_told_whose_a_row_is,
    key="int",
    ada="1",
    bram="2",
)
def owner_untold(patch: MonkeyPatch) -> None:
    patch.setattr(fingerprints.Ownership, "owner_columns", fingerprints.NO_OWNERS.owner_columns)


@fault(
    "a fingerprint depends on the settings of a database",
    noticed_by=test_fingerprints.test_the_settings_of_a_database_do_not_matter,
)
def settings_matter(patch: MonkeyPatch) -> None:
    given = database_url.session_parameters
    left_out = test_fingerprints.SETTINGS.keys()

    def session_parameters(url: URL, settings: Mapping[str, str]) -> dict[str, str]:
        return given(url, {name: settings[name] for name in settings.keys() - left_out})

    patch.setattr("pgharness.servers.provision.session_parameters", session_parameters)
