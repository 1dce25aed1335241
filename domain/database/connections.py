"""Connections to the server: how they are opened and reset, their limits and their failures.

No failure leaves a part of a unit of work behind. After a connection is lost during COMMIT, the
outcome is undecided; after every other failure the caller may try again.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, PoolResetState

from domain.database.session_settings import SESSION, session_parameters
from domain.errors import DomainError
from domain.json_values import written
from domain.settings import Settings, Timeouts


class CommitOutcome(StrEnum):
    """Whether a unit of work whose connection was lost has committed."""

    NOT_COMMITTED = "not committed"
    UNDECIDED = "undecided"

    @property
    def meaning(self) -> str:
        """What the caller should do."""
        return MEANINGS[self]


MEANINGS: Final = {
    CommitOutcome.NOT_COMMITTED: "nothing was changed, try again",
    CommitOutcome.UNDECIDED: (
        "it was lost during COMMIT, so the outcome is undecided; read the data before you try again"
    ),
}


@dataclass(eq=False)
class ConnectionLost(DomainError):
    """The connection to the server was lost, or could not be opened."""

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
        """What the caller should do."""
        return EXCEEDED[self][1]


EXCEEDED: Final = {
    Limit.STATEMENT: (
        "a statement took",
        "read or write fewer rows at once, or raise timeouts.statement",
    ),
    Limit.LOCK: (
        "a statement waited for a lock of another transaction for",
        "try again, or look in pg_locks for the transaction that holds it",
    ),
    Limit.IDLE: (
        "a unit of work sent no statement for",
        "do the slow part before or after it, and try again",
    ),
}


@dataclass(eq=False)
class LimitExceeded(DomainError):
    """A statement, a wait or a pause exceeded its limit; the unit of work is rolled back."""

    limit: Limit
    seconds: float

    sentence = (
        "{limit.complaint} more than {seconds:g} s ({limit.value}), and nothing was changed; "
        "{limit.advice}"
    )


ENTROPY: Final = random.SystemRandom()


def limits(timeouts: Timeouts) -> Mapping[Limit, timedelta]:
    """Return the duration of each limit."""
    return {
        Limit.STATEMENT: timeouts.statement,
        Limit.LOCK: timeouts.lock,
        Limit.IDLE: timeouts.idle_in_transaction,
    }


def written_limits(timeouts: Timeouts) -> Mapping[str, str]:
    """Return the limits as settings of PostgreSQL, which rounds them to milliseconds."""
    return {limit.value: f"{after.total_seconds()}s" for limit, after in limits(timeouts).items()}


def engine_options(
    url: URL, settings: Settings, *, name: str = "domain", pool_size: int = 5
) -> dict[str, Any]:
    """Return the arguments of `create_engine` for connections with these timeouts and this name.

    The settings of the server or the role have no effect on the session (`session_settings`). The
    isolation level is READ COMMITTED unless a unit of work asks for another. A connection that
    returns to the pool is reset to the state in which it was opened (`reset_session`).
    """
    session = {**SESSION, **written_limits(settings.timeouts)}
    return {
        "pool_size": pool_size,
        "pool_pre_ping": True,
        "pool_events": [(reset_session, "reset")],  # an event of the pool: none exists without it
        "isolation_level": "READ COMMITTED",
        "json_serializer": written,
        "hide_parameters": True,  # hashes and addresses must not appear in errors and logs
        "connect_args": {
            "application_name": name,
            "connect_timeout": int(settings.timeouts.connect.total_seconds()),
            # DISCARD ALL drops prepared statements, and the driver would not know.
            "prepare_threshold": None,
            **session_parameters(url, session),
        },
    }


def reset_session(
    connection: DBAPIConnection, _: ConnectionPoolEntry, state: PoolResetState
) -> None:
    """Reset the session of a connection that returns to the pool.

    Settings return to the values with which the connection was opened. DISCARD ALL leaves one
    thing that a tenant can change: the seed of `random()`, by which one tenant could predict what
    the next one draws. If the reset fails, SQLAlchemy closes the connection.
    """
    if state.terminate_only:
        return
    driver: Any = connection
    driver.rollback()
    driver.autocommit = True  # DISCARD ALL is refused in a transaction
    driver.execute("DISCARD ALL")
    driver.execute("SELECT setseed(%s)", [ENTROPY.random()])
    driver.autocommit = False


def engine_for(url: URL, settings: Settings, *, name: str = "domain", pool_size: int = 5) -> Engine:
    """Return an engine with the options of `engine_options`."""
    engine = create_engine(url, **engine_options(url, settings, name=name, pool_size=pool_size))
    event.listen(engine, "handle_error", note_loss)
    return engine


def note_loss(context: ExceptionContext) -> None:
    """Count two more connections as lost; SQLAlchemy counts those that the driver has closed.

    One could not be opened. The other still waits for an answer after an error: no statement can
    be sent on it, not even ROLLBACK, so its transaction would stay open.
    """
    connection = context.connection
    if connection is None:
        context.is_disconnect = True
    elif not connection.invalidated:
        driver: Any = connection.connection.driver_connection
        if driver.info.transaction_status is TransactionStatus.ACTIVE:
            context.is_disconnect = True
