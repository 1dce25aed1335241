"""A session that commits stores its work for others; if it fails, nothing of the transaction."""

from typing import Final

import psycopg
import pytest
from sqlalchemy import URL
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

import inventory
from accounts import WORK, Task, name_of, rename
from pgharness.core.application import Timeouts
from session_work import Done, End, Kind, do, name_stored, of_both_kinds, shown


@of_both_kinds
@pytest.mark.parametrize(
    ("work", "stored"),
    [
        ("rename", "Ada King"),
        ("rename, commit", "Ada King"),
        ("rename, roll back", "Ada"),
        ("rename, commit, rename, roll back", "Ada King"),
        ("rename, undo a savepoint", "Ada King"),
        ("rename, undo a savepoint in a savepoint", "Ada King"),
        ("rename, commit, undo a savepoint, commit", "Ada King"),
    ],
)
def test_a_session_commits_at_the_end_of_its_block(
    work: str, stored: str, kind: Kind, accounts: URL, connection: psycopg.Connection
) -> None:
    assert do(accounts, WORK[work], kind=kind, end=End.COMMITTING) == Done()
    assert name_stored(connection) == stored


FAILURES: Final = {
    "rename, fail": ("InjectedError: the mail server is away", "Ada"),
    "rename, commit, fail": ("InjectedError: the mail server is away", "Ada King"),
    "rename, be refused": ("SessionFailed: DivisionByZero (SQLSTATE 22012)", "Ada"),
    # COMMIT itself would report success and roll back.
    "rename, swallow a refusal": ("SessionFailed: an error was swallowed", "Ada"),
    "rename, swallow a refusal, go on": ("SessionFailed: an error was swallowed", "Ada"),
    "rename, lose the connection": ("SessionFailed: AdminShutdown (SQLSTATE 57P01)", "Ada"),
    "rename, lose the connection, fail": ("InjectedError: the mail server is away", "Ada"),
}
"""Work that fails, what is raised, and what is stored then."""


@of_both_kinds
@pytest.mark.parametrize("work", FAILURES)
def test_a_session_that_fails_stores_nothing_of_its_last_transaction(
    work: str, kind: Kind, accounts: URL, connection: psycopg.Connection
) -> None:
    error, stored = FAILURES[work]
    done = do(accounts, WORK[work], kind=kind, end=End.COMMITTING)
    assert shown(done.error).startswith(error)
    assert name_stored(connection) == stored


@of_both_kinds
def test_a_constraint_that_fails_at_the_commit_is_reported_as_such(
    kind: Kind, accounts: URL, connection: psycopg.Connection
) -> None:
    def explain(error: StatementError, _: Timeouts, committing: object) -> Exception:
        return LookupError(f"{type(error.orig).__name__}, {committing=}")

    def violate(session: Session) -> None:
        session.add(Task(title="Water the plants", account_id=7))
        session.flush()

    before = inventory.rows_of(connection)
    done = do(accounts, violate, kind=kind, end=End.COMMITTING, explain=explain)
    said = "SessionFailed: ForeignKeyViolation, committing=True"
    assert shown(done.error) == said
    assert inventory.rows_of(connection) == before


@of_both_kinds
def test_a_session_of_the_other_kind_sees_what_was_committed(kind: Kind, accounts: URL) -> None:
    assert do(accounts, rename, kind=kind, end=End.COMMITTING) == Done()
    assert do(accounts, name_of, kind=kind.other) == Done("Ada King")
