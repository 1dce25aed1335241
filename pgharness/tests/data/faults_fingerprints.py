"""Faults of fingerprints, and of the description and count of their differences."""

from collections.abc import Mapping
from dataclasses import astuple, replace
from typing import Any

import psycopg
from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import URL

import test_changes
import test_differences
import test_fingerprints
from breaking import fault
from pgharness.core import database_url
from pgharness.data import differences, fingerprints
from pgharness.data.differences import RowChanges
from pgharness.data.fingerprints import Fingerprint, TableShape
from test_changes import CHANGES, test_changed_rows_are_counted_by_table
from test_differences import DESCRIPTIONS, test_the_first_rows_that_differ_are_described
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


def description(name: str) -> dict[str, Any]:
    """Return the parameters of the test of a description."""
    return dict(zip(("before", "after", "lines"), DESCRIPTIONS[name], strict=True))


def counted(name: str) -> dict[str, Any]:
    """Return the parameters of the test of a count."""
    return dict(zip(("statements", "expected"), CHANGES[name], strict=True))


def digesting(patch: MonkeyPatch, old: str, new: str) -> None:
    """Let the server make another digest."""
    assert old in fingerprints.DIGEST
    patch.setattr(fingerprints, "DIGEST", fingerprints.DIGEST.replace(old, new))
    patch.setattr(fingerprints, "_query", fingerprints._query.__wrapped__)


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
    "a row differs from itself where only its digest was kept",
    noticed_by=test_the_first_rows_that_differ_are_described,
    **description("rows that become too many to keep each"),
)
def kept_rows_differ(patch: MonkeyPatch) -> None:
    given = differences._stored_row

    def stored_row(line: str, table: TableShape) -> differences._StoredRow:
        row = given(line, table)
        return row if row.values else replace(row, digest="")

    patch.setattr(differences, "_stored_row", stored_row)


@fault(
    "a new owner is a new row",
    noticed_by=test_changed_rows_are_counted_by_table,
    **counted("an owner updated"),
)
def counted_by_owner(patch: MonkeyPatch) -> None:
    given = differences.changes

    def changes(before: Fingerprint, after: Fingerprint) -> dict[str, RowChanges]:
        found: dict[str, RowChanges] = {}
        for place in before.keys() | after.keys():
            one, other = ({place: each[place]} if place in each else {} for each in (before, after))
            for table, counted in given(one, other).items():
                sums = zip(astuple(found.get(table, RowChanges())), astuple(counted), strict=True)
                found[table] = RowChanges(*map(sum, sums))
        return found

    patch.setattr(test_changes, "changes", changes)


@fault(
    "rows are counted by the first column of their key",
    noticed_by=test_changed_rows_are_counted_by_table,
    **counted("rows with a key of two columns"),
)
def first_column_of_key(patch: MonkeyPatch) -> None:
    patch.setattr(TableShape, "label", property(lambda table: table.primary_key[:1]))
    patch.setattr(fingerprints, "_query", fingerprints._query.__wrapped__)


@fault(
    "an update of a row whose values were not kept is a row deleted and one inserted",
    noticed_by=test_changes.test_many_rows_are_counted_exactly,
    number=3 * fingerprints.MOST_KEPT,
)
def labels_not_kept(patch: MonkeyPatch) -> None:
    digesting(patch, "label || '…'", "'(…' || md5(line) || ')…'")


@fault(
    "all rows are described",
    noticed_by=test_the_first_rows_that_differ_are_described,
    **description("the first of many rows"),
)
def all_rows_described(patch: MonkeyPatch) -> None:
    patch.setattr(differences, "FIRST_ROWS", 10**6)


@fault(
    "long rows are kept",
    noticed_by=test_the_first_rows_that_differ_are_described,
    **description("one of two rows that are too long to keep"),
)
def long_rows_kept(patch: MonkeyPatch) -> None:
    patch.setattr(fingerprints, "LONGEST_KEPT", 10**9)
    patch.setattr(fingerprints, "_query", fingerprints._query.__wrapped__)


@fault(
    "the owner of a row is not named",
    noticed_by=test_differences.test_the_owner_of_a_row_is_named,
    key="int",
    ada="1",
    bram="2",
)
def owner_not_named(patch: MonkeyPatch) -> None:
    patch.setattr(fingerprints.Ownership, "tables", fingerprints.NO_OWNERS.tables)


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
