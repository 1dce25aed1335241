"""Faults of the guard before a reset."""

from dataclasses import replace

import psycopg
from _pytest.monkeypatch import MonkeyPatch

import test_guard as tests
from breaking import fault
from pgharness.databases import ownership
from pgharness.databases.ownership import Identity, Mark
from pgharness.reset import function


@fault(
    "the guard's check is missing",
    noticed_by=tests.test_a_comment_that_is_no_valid_mark_is_refused,
    kind="none",
)
@fault(
    "the guard's check is missing for a database of any name",
    noticed_by=tests.test_a_database_of_any_name_is_refused_without_a_mark,
    called="production",
)
def check_is_missing(patch: MonkeyPatch) -> None:
    patch.setattr(ownership, "check", lambda _, __: None)


@fault(
    "the guard goes by the name",
    noticed_by=tests.test_a_database_of_any_name_is_refused_without_a_mark,
    called="acceptance_run_0123456789abcdef",
)
def guard_goes_by_the_name(patch: MonkeyPatch) -> None:
    given = ownership.check

    def check(connection: psycopg.Connection, found: Identity) -> None:
        if not found.name.startswith("acceptance_"):
            given(connection, found)

    patch.setattr(ownership, "check", check)


@fault(
    "a mark of another database is a mark",
    noticed_by=tests.test_a_comment_that_is_no_valid_mark_is_refused,
    kind="of another database",
)
@fault(
    "a mark of an earlier database is a mark",
    noticed_by=tests.test_a_comment_that_is_no_valid_mark_is_refused,
    kind="of an earlier database",
)
@fault(
    "a mark that came with a copy is a mark",
    noticed_by=tests.test_a_copy_with_the_comment_of_the_original_is_refused,
)
def mark_of_another_database(patch: MonkeyPatch) -> None:
    given = ownership.missing
    patch.setattr(
        ownership,
        "missing",
        lambda name, oid, comment: None if Mark.parse(comment) else given(name, oid, comment),
    )


@fault(
    "a mark of any format is a mark",
    noticed_by=tests.test_a_comment_that_is_no_valid_mark_is_refused,
    kind="of an older format",
)
def mark_of_any_format(patch: MonkeyPatch) -> None:
    given = Mark.parse
    patch.setattr(
        Mark,
        "parse",
        lambda comment: given(comment and comment.replace('"format": 0', '"format": 1')),
    )


@fault(
    "a template is emptied like others",
    noticed_by=tests.test_a_comment_that_is_no_valid_mark_is_refused,
    kind="of a template",
)
def template_is_emptied(patch: MonkeyPatch) -> None:
    given = ownership._obstacle

    def obstacle(connection: psycopg.Connection, found: Identity) -> str | None:
        said = given(connection, found)
        return None if said and "not made for tests" in said else said

    patch.setattr(ownership, "_obstacle", obstacle)


@fault(
    "the guard asks once and never again",
    noticed_by=tests.test_the_mark_is_read_at_each_reset,
    kind="none",
)
def guard_asks_once(patch: MonkeyPatch) -> None:
    changed = function.BODY.replace("comment IS DISTINCT FROM {comment_seen} OR", "")
    patch.setattr(function, "BODY", changed)


@fault(
    "the mark of a run that goes on is a mark",
    noticed_by=tests.test_the_database_of_another_run_that_is_alive_is_refused,
)
def no_run_is_alive(patch: MonkeyPatch) -> None:
    patch.setattr(ownership, "is_alive", lambda _, __: False)


@fault(
    "every other run counts as going on",
    noticed_by=tests.test_the_database_of_a_run_that_is_over_is_reset,
)
def every_run_is_alive(patch: MonkeyPatch) -> None:
    patch.setattr(ownership, "is_alive", lambda _, __: True)


@fault(
    "a replica is taken for a server that can be written to",
    noticed_by=tests.test_a_replica_is_refused_even_with_a_valid_mark,
)
def replica_is_emptied(patch: MonkeyPatch) -> None:
    given = ownership.check
    patch.setattr(
        ownership,
        "check",
        lambda connection, found: given(connection, replace(found, replica=False)),
    )
