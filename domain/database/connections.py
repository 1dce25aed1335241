"""Connections to the server: their limits, and what is said when one fails.

None of these failures can leave half a unit of work behind. What differs is whether the caller
may simply try again: only a connection that is lost while it commits leaves that open.
"""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from psycopg import OperationalError
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, PoolResetState

from domain.database.session_settings import SESSION, session_parameters
from domain.errors import DomainError, diagnosis
from domain.json_values import written
from domain.settings import Settings, Timeouts


class CommitOutcome(StrEnum):
    """What is known about a unit of work whose connection was lost."""

    NOT_COMMITTED = "not committed"
    UNDECIDED = "undecided"

    @property
    def meaning(self) -> str:
        """What the caller can do about it."""
        return MEANINGS[self]


MEANINGS: Final = {
    CommitOutcome.NOT_COMMITTED: "nothing was changed, try again",
    CommitOutcome.UNDECIDED: (
        "it was being committed, and whether it was is undecided: look before you try again"
    ),
}


@dataclass(eq=False)
class ConnectionLost(DomainError):
    """The connection to the server broke off, or could not be made."""

    outcome: CommitOutcome

    sentence = "the connection to the database failed; {outcome.meaning}"


class Limit(StrEnum):
    """The limits that are set on every connection, by PostgreSQL's names for them."""

    STATEMENT = "statement_timeout"
    LOCK = "lock_timeout"
    IDLE = "idle_in_transaction_session_timeout"

    @property
    def complaint(self) -> str:
        """What took too long."""
        return EXCEEDED[self][0]

    @property
    def advice(self) -> str:
        """What the caller can do about it."""
        return EXCEEDED[self][1]


EXCEEDED: Final = {
    Limit.STATEMENT: ("a statement took", "ask for less at once, or raise timeouts.statement"),
    Limit.LOCK: (
        "a statement waited for a lock of somebody else's for",
        "try again, or see who holds it for so long",
    ),
    Limit.IDLE: (
        "a unit of work did nothing for",
        "do the slow part before it or after it, and try again",
    ),
}


@dataclass(eq=False)
class LimitExceeded(DomainError):
    """Something took longer than the settings allow, and the unit of work was undone."""

    limit: Limit
    seconds: float

    sentence = (
        "{limit.complaint} more than {seconds:g} s ({limit.value}), and nothing was changed; "
        "{limit.advice}"
    )


SQLSTATES: Final = MappingProxyType(
    {"57014": Limit.STATEMENT, "55P03": Limit.LOCK, "25P03": Limit.IDLE}
)
"""query_canceled, lock_not_available and idle_in_transaction_session_timeout."""

CANCELLED_BY_HAND: Final = "user request"
"""In the message of a 57014 that no limit is the reason of; PostgreSQL has no state of its own."""


ENTROPY: Final = random.SystemRandom()


def limits(timeouts: Timeouts) -> Mapping[Limit, timedelta]:
    """Return how long each limit is."""
    return {
        Limit.STATEMENT: timeouts.statement,
        Limit.LOCK: timeouts.lock,
        Limit.IDLE: timeouts.idle_in_transaction,
    }


def written_limits(timeouts: Timeouts) -> Mapping[str, str]:
    """Return the limits as PostgreSQL's settings: by their names, in milliseconds."""
    millisecond = timedelta(milliseconds=1)
    return {limit.value: str(after // millisecond) for limit, after in limits(timeouts).items()}


def engine_options(
    url: URL, settings: Settings, *, name: str = "domain", pool_size: int = 5
) -> dict[str, Any]:
    """Return how an engine is made whose every connection has these timeouts and this name.

    Its session is the same whatever the server or the role is set to (`session_settings`); it
    works at read committed unless a unit of work asks for more. Every connection that goes back to
    the pool is as it was when it was opened (`reset_session`).
    """
    session = {**SESSION, **written_limits(settings.timeouts)}
    return {
        "pool_size": pool_size,
        "pool_pre_ping": True,
        "pool_events": [(reset_session, "reset")],  # so that nobody has the pool without it
        "isolation_level": "READ COMMITTED",
        "json_serializer": written,
        "hide_parameters": True,  # they hold hashes and addresses; errors and logs do without
        "connect_args": {
            "application_name": name,
            "connect_timeout": int(settings.timeouts.connect.total_seconds()),
            # DISCARD ALL ends what the driver has prepared, and does not tell the driver.
            "prepare_threshold": None,
            **session_parameters(url, session),
        },
    }


def reset_session(
    connection: DBAPIConnection, _: ConnectionPoolEntry, state: PoolResetState
) -> None:
    """End what a unit of work has left in its session, as its connection goes back to the pool.

    Settings go back to what the connection was opened with. The state of `random()` is the one
    thing within a tenant's reach that DISCARD ALL leaves: whoever has set a seed could tell what
    the next one draws. Where this fails, SQLAlchemy closes the connection: nobody is given it.
    """
    if state.terminate_only:
        return
    driver: Any = connection
    driver.rollback()
    driver.autocommit = True  # DISCARD ALL is refused in a transaction
    cursor = driver.cursor()
    cursor.execute("DISCARD ALL")
    cursor.execute("SELECT setseed(%s)", [ENTROPY.uniform(-1, 1)])
    cursor.close()
    driver.autocommit = False


def engine_for(url: URL, settings: Settings, *, name: str = "domain", pool_size: int = 5) -> Engine:
    """Return an engine of the service's own: see `engine_options`."""
    engine = create_engine(url, **engine_options(url, settings, name=name, pool_size=pool_size))
    event.listen(engine, "handle_error", out_of_step)
    return engine


def out_of_step(context: ExceptionContext) -> None:
    """Give up a connection that still waits for an answer when an error has gone up.

    It can be used for nothing more, not even for ROLLBACK, and its transaction would stay open;
    SQLAlchemy takes only those for lost that the driver has closed.
    """
    connection = context.connection
    if connection is None or connection.invalidated:
        return
    driver = connection.connection.driver_connection
    if driver is not None and driver.info.transaction_status is TransactionStatus.ACTIVE:
        context.is_disconnect = True


@contextmanager
def failures(timeouts: Timeouts, outcome: CommitOutcome) -> Iterator[None]:
    """Say which limit was exceeded, or that the connection is lost and what that means.

    Neither error keeps the driver's as its cause: that one may quote what was to be stored.
    """
    try:
        yield
    except DBAPIError as error:
        cause = diagnosis(error)
        limit = SQLSTATES.get((cause.sqlstate if cause else None) or "")
        if limit is not None and CANCELLED_BY_HAND not in str(cause):
            raise LimitExceeded(limit, limits(timeouts)[limit].total_seconds()) from None
        never_connected = (
            isinstance(cause, OperationalError) and error.statement is None and not cause.sqlstate
        )
        if error.connection_invalidated or never_connected:
            raise ConnectionLost(outcome) from None
        raise
