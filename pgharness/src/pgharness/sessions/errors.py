"""What is said when a session fails: who opened it, which statement, and why. Never the values."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import psycopg
from psycopg.errors import ConnectionTimeout
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Connection
from sqlalchemy.exc import (
    DBAPIError,
    MultipleResultsFound,
    NoResultFound,
    PendingRollbackError,
    SQLAlchemyError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as NoneGivenBack
from sqlalchemy.orm.exc import StaleDataError

from pgharness.core.application import Explain, Timeouts, unexplained
from pgharness.servers import provision

NAMES_ONLY: Final = frozenset({"08", "25", "40", "42", "53", "54", "55", "57", "58"})
"""Classes of SQLSTATE whose messages quote names and the text of the statement, but no values."""

WITHOUT_VALUES: Final = (StaleDataError, NoResultFound, MultipleResultsFound)
"""Errors of SQLAlchemy's own whose messages say how many rows there were, and of which table."""

LONGEST_STATEMENT: Final = 300
"""Characters of a statement that are quoted."""


@dataclass(frozen=True, eq=False)
class Opening:
    """Who has opened a session, and where. Two are two, also of one place."""

    opener: str
    """The scenario or the test."""
    place: str
    """The file and the line."""

    def __str__(self) -> str:
        return f'"{self.opener}" at {self.place}'


class SessionFailed(Exception):
    """Something went wrong in a session.

    `reason` is what the application itself would raise (see `Application.explain`), or None.
    """

    def __init__(
        self, opening: Opening, told: str, statement: str, reason: Exception | None = None
    ) -> None:
        self.opening = opening
        self.statement = statement
        self.reason = reason
        asked = f"; the statement was: {statement}" if statement else ""
        super().__init__(f"in the session of {opening}: {told}{asked}")


class NotConnected(Exception):
    """The server did not answer in time."""

    def __init__(self, opening: Opening, where: str, within: timedelta) -> None:
        self.opening = opening
        super().__init__(
            f"no session for {opening}: {where} did not answer within"
            f" {within.total_seconds():g} s (connect_timeout)"
        )


class PoolExhausted(Exception):
    """All connections are in use, and none was given back in time."""

    def __init__(self, opening: Opening, within: timedelta, holders: Iterable[Opening]) -> None:
        self.opening = opening
        self.holders = tuple(holders)
        held = "".join(f"\n  {number}. {holder}" for number, holder in enumerate(self.holders, 1))
        super().__init__(
            f"no session for {opening}: all {len(self.holders)} connections are in use, and none"
            f" was given back within {within.total_seconds():g} s (pool_timeout); they are held"
            f" by{held}"
        )


@contextmanager
def told(
    opening: Opening, timeouts: Timeouts, explain: Explain, *, committing: bool = False
) -> Iterator[None]:
    """Say `SessionFailed` of what the database, the driver or SQLAlchemy refuses in this block.

    Their own error is not kept as the cause: it may quote what was to be stored.
    """
    try:
        yield
    except StatementError as error:
        reason = explain(error, timeouts, committing)
        statement = _in_one_line(error.statement or "")
        raise SessionFailed(opening, str(reason or _named(error)), statement, reason) from None
    except PendingRollbackError:
        swallowed = "an error was swallowed, and nothing can be done before a rollback"
        raise SessionFailed(opening, swallowed, "") from None
    except SQLAlchemyError as error:
        name = type(error).__name__
        said = f"{name}: {error}" if isinstance(error, WITHOUT_VALUES) else name
        raise SessionFailed(opening, said, "") from None


@contextmanager
def connecting(
    opening: Opening, url: URL, timeouts: Timeouts, wait: timedelta, holders: Iterable[Opening]
) -> Iterator[None]:
    """Say why a connection could not be had in this block: nobody answered, or none was left."""
    with told(opening, timeouts, unexplained):
        try:
            yield
        except NoneGivenBack:
            raise PoolExhausted(opening, wait, holders) from None
        except DBAPIError as error:
            if not isinstance(error.orig, ConnectionTimeout):
                raise
            raise NotConnected(opening, provision.describe(url), timeouts.connect) from None


def check_not_aborted(connection: Connection, opening: Opening) -> None:
    """Fail if COMMIT would raise nothing and only roll back."""
    driver: Any = connection.connection.driver_connection
    if driver.info.transaction_status is TransactionStatus.INERROR:
        swallowed = "an error was swallowed, and nothing can be committed"
        raise SessionFailed(opening, swallowed, "")


def _named(error: StatementError) -> str:
    """Return the error's name, and its message unless that may quote values."""
    cause = error.orig
    if not isinstance(cause, psycopg.Error) or cause.sqlstate is None:
        return type(error.orig).__name__
    name = f"{psycopg.errors.lookup(cause.sqlstate).__name__} (SQLSTATE {cause.sqlstate})"
    if cause.sqlstate[:2] not in NAMES_ONLY:
        return name
    return f"{name}: {cause.diag.message_primary}"


def _in_one_line(statement: str) -> str:
    line = " ".join(statement.split())
    return line if len(line) <= LONGEST_STATEMENT else f"{line[:LONGEST_STATEMENT]} …"
