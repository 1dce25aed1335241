"""The error of a session names its opener, place, statement and reason, and no value."""

import traceback
from collections.abc import Callable
from typing import Final

import psycopg
import pytest
from sqlalchemy import URL, delete, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

import inventory
from accounts import ADA, Account
from pgharness.core.application import Timeouts
from pgharness.sessions.errors import SessionFailed
from pgharness.sessions.sessions import TEST_TIMEOUTS
from session_work import OPENED, OPENER, Kind, do, line_at, of_both_kinds

EMAIL: Final = "ada@example.org"
SECRET: Final = "violet herons wade at dusk"
"""Values that no report may repeat."""


def _same_email(session: Session) -> None:
    _store(session, EMAIL, f"${SECRET}")


def _no_hash(session: Session) -> None:
    _store(session, "chen@example.org", SECRET)


def _store(session: Session, email: str, password_hash: str) -> None:
    session.add(Account(email=email, name=SECRET, password_hash=password_hash))
    session.flush()


def _no_number(session: Session) -> None:
    session.execute(text("SELECT CAST(:password AS int)"), {"password": SECRET})


def _no_table(session: Session) -> None:
    session.execute(text("SELECT * FROM guests WHERE name = :name"), {"name": SECRET})


def _no_value(session: Session) -> None:
    session.execute(text("SELECT :name, :password"), {"password": SECRET})


def _row_is_gone(session: Session) -> None:
    account = session.get_one(Account, ADA)
    session.execute(delete(Account), execution_options={"synchronize_session": False})
    account.name = SECRET
    session.flush()


def _two_rows_for_one(session: Session) -> None:
    session.scalars(text(f"VALUES ('{SECRET}'), ('{EMAIL}')")).one()


def _no_row(session: Session) -> None:
    session.get_one(Account, 7)


def _no_model(session: Session) -> None:
    session.add(SECRET)


MISTAKES: Final[dict[str, tuple[Callable[[Session], None], str, str]]] = {
    "a second account of one address": (
        _same_email,
        "UniqueViolation (SQLSTATE 23505)",
        "INSERT INTO accounts",
    ),
    "no hash": (_no_hash, "CheckViolation (SQLSTATE 23514)", "INSERT INTO accounts"),
    "no number": (_no_number, "InvalidTextRepresentation (SQLSTATE 22P02)", "SELECT CAST"),
    "no table": (
        _no_table,
        'UndefinedTable (SQLSTATE 42P01): relation "guests" does not exist',
        "SELECT * FROM guests WHERE name = ",
    ),
    "a missing value": (_no_value, "InvalidRequestError", "SELECT "),
    "a row that is gone": (
        _row_is_gone,
        "StaleDataError: UPDATE statement on table 'accounts'",
        "",
    ),
    "two rows for one": (_two_rows_for_one, "MultipleResultsFound: Multiple rows were found", ""),
    "no row": (_no_row, "NoResultFound: No row was found", ""),
    "no model": (_no_model, "UnmappedInstanceError", ""),
}
"""What is wrong, what is said of it, and how the statement begins that is quoted."""


@of_both_kinds
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_failure_names_all_but_the_values(
    mistake: str, kind: Kind, accounts: URL, connection: psycopg.Connection
) -> None:
    make, reason, statement = MISTAKES[mistake]
    before = inventory.rows_of(connection)
    error = do(accounts, make, kind=kind).error
    assert isinstance(error, SessionFailed)
    assert line_at(error.opening.place).endswith(OPENED)
    said, _, quoted = str(error).partition("; the statement was: ")
    assert said.startswith(f'in the session of "{OPENER}" at {error.opening.place}: {reason}')
    assert quoted == error.statement
    assert quoted.startswith(statement) if statement else not quoted
    whole = "".join(traceback.format_exception(error))
    assert SECRET not in whole
    assert EMAIL not in whole
    assert inventory.rows_of(connection) == before


@of_both_kinds
def test_a_failure_gives_the_reason_that_the_application_gives(kind: Kind, accounts: URL) -> None:
    class AddressTaken(Exception):
        """An error of an application."""

    asked = []

    def explain(error: StatementError, timeouts: Timeouts, committing: object) -> Exception:
        asked.append((type(error.orig).__name__, timeouts, committing))
        return AddressTaken("the address is taken")

    error = do(accounts, _same_email, kind=kind, explain=explain).error
    assert isinstance(error, SessionFailed)
    assert isinstance(error.reason, AddressTaken)
    assert f"{error.opening}: the address is taken; the statement was: INSERT" in str(error)
    assert asked == [("UniqueViolation", TEST_TIMEOUTS, False)]


def test_a_long_statement_is_quoted_in_one_line_and_in_part(accounts: URL) -> None:
    def ask(session: Session) -> None:
        session.execute(text("SELECT\n    1 / 0" + ", 1" * 200))

    error = do(accounts, ask).error
    assert isinstance(error, SessionFailed)
    assert error.statement.startswith("SELECT 1 / 0, 1, 1")
    assert error.statement.endswith(" …")
    assert len(error.statement) == 302
