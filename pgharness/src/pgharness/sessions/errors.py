"""Errors of test sessions: they name the opener, the statement and the reason, but no values."""

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
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from pgharness.core.application import Explain, Timeouts, unexplained
from pgharness.servers import provision

NAMES_ONLY: Final = frozenset({"08", "25", "40", "42", "53", "54", "55", "57", "58"})
"""Classes of SQLSTATE whose messages quote names and the text of the statement, but no values."""

WITHOUT_VALUES: Final = (StaleDataError, NoResultFound, MultipleResultsFound)
"""Errors of SQLAlchemy whose messages contain numbers of rows and names of tables only."""

LONGEST_STATEMENT: Final = 300
"""Characters of a statement that are quoted."""


@dataclass(frozen=True, eq=False)
class Opening:
    """Who opened a session, and where; compared by identity."""

    opener: str
    """The name of the test."""
    place: str
    """`FILE:LINE`."""

    def __str__(self) -> str:
        return f'"{self.opener}" at {self.place}'


class SessionFailed(Exception):
    """A statement or the commit of a session failed.

    `reason` is the exception that the application would raise (see `Application.explain`), or None.
    """

    def __init__(
        self,
        opening: Opening,
        explanation: str,
        statement: str,
        reason: Exception | None = None,
    ) -> None:
        self.opening = opening
        self.statement = statement
        self.reason = reason
        asked = f"; the statement was: {statement}" if statement else ""
        super().__init__(f"in the session of {opening}: {explanation}{asked}")


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
def session_failures(
    opening: Opening, timeouts: Timeouts, explain: Explain, *, committing: bool = False
) -> Iterator[None]:
    """Raise `SessionFailed` for errors of the database, the driver or SQLAlchemy in this block.

    The original error is not kept as the cause: it may quote values.
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
    """Raise `NotConnected` or `PoolExhausted` if this block cannot get a connection in time."""
    with session_failures(opening, timeouts, unexplained):
        try:
            yield
        except PoolTimeout:
            raise PoolExhausted(opening, wait, holders) from None
        except DBAPIError as error:
            if not isinstance(error.orig, ConnectionTimeout):
                raise
            raise NotConnected(opening, provision.describe(url), timeouts.connect) from None


def check_not_aborted(connection: Connection, opening: Opening) -> None:
    """Raise `SessionFailed` in a failed transaction: COMMIT would roll back without an error."""
    driver: Any = connection.connection.driver_connection
    if driver.info.transaction_status is TransactionStatus.INERROR:
        swallowed = "an error was swallowed, and nothing can be committed"
        raise SessionFailed(opening, swallowed, "")


def _named(error: StatementError) -> str:
    """Return the name of the error, and its message if its class never quotes values."""
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
