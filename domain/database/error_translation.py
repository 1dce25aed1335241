"""The one translation of database errors into the domain's own.

A unit of work applies it to each of its phases, and each savepoint to its block, with the tables of
all that may go wrong there; an operation adds the constraints that its own rows may violate.
No translated error keeps the driver's as its cause: that one quotes rows, and with them hashes.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from types import MappingProxyType
from typing import Any, Final

import psycopg
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.orm.exc import StaleDataError

from domain.database.connections import (
    CommitOutcome,
    ConnectionLost,
    Limit,
    LimitExceeded,
    limits,
)
from domain.errors import (
    DomainError,
    Entity,
    RuleBroken,
    Stale,
    TransactionConflict,
    WorkAborted,
)
from domain.settings import Timeouts

Constraints = Mapping[str, Callable[[], DomainError]]
"""For each constraint that an operation may violate, the error that stands for it."""

States = Mapping[str, Callable[[psycopg.Error], DomainError | None]]
"""For each SQLSTATE, or class of them, the error that stands for it; None leaves the driver's."""

NO_STATES: Final[States] = MappingProxyType({})

LIMITS: Final = MappingProxyType(
    {"57014": Limit.STATEMENT, "55P03": Limit.LOCK, "25P03": Limit.IDLE}
)
"""query_canceled, lock_not_available and idle_in_transaction_session_timeout."""

CANCELLED_BY_HAND: Final = "user request"
"""In the message of a 57014 that no limit has caused; PostgreSQL has no SQLSTATE for that."""

CONFLICTS: Final = ("40001", "40P01")
"""serialization_failure and deadlock_detected: a second attempt may succeed."""

IN_FAILED_TRANSACTION: Final = "25P02"
"""in_failed_sql_transaction: the server's answer to every statement after an error."""

INTEGRITY_CONSTRAINT_VIOLATION: Final = "23"
"""SQLSTATE class 23, of the SQL standard."""


def states(timeouts: Timeouts) -> States:
    """Return the errors that stand for what any statement under these limits may raise."""
    return {
        **{
            sqlstate: partial(_exceeded, limit, limits(timeouts)[limit].total_seconds())
            for sqlstate, limit in LIMITS.items()
        },
        **dict.fromkeys(CONFLICTS, _conflict),
        IN_FAILED_TRANSACTION: lambda _: WorkAborted(),
        INTEGRITY_CONSTRAINT_VIOLATION: _broken,
    }


@contextmanager
def translating(
    constraints: Constraints, by_state: States = NO_STATES, outcome: CommitOutcome | None = None
) -> Iterator[None]:
    """Raise the domain's own errors in place of the database's; all others propagate unchanged.

    A lost connection is one of them where `outcome` says what that means for the transaction.
    """
    try:
        yield
    except StaleDataError:
        raise Stale(Entity.ROW) from None
    except PendingRollbackError:
        raise WorkAborted from None
    except DBAPIError as error:
        refusal = _translated(error, constraints, by_state, outcome)
        if refusal is None:
            raise
        raise refusal from None


def diagnosis(error: DBAPIError) -> psycopg.Error:
    """Return the server's or the driver's own error."""
    assert isinstance(error.orig, psycopg.Error), "the driver is psycopg"
    return error.orig


def facts(error: psycopg.Error) -> dict[str, Any]:
    """Return what one of our triggers has put into the detail of its error, as JSON."""
    found: dict[str, Any] = json.loads(str(error.diag.message_detail))
    return found


def _translated(
    error: DBAPIError, constraints: Constraints, by_state: States, outcome: CommitOutcome | None
) -> DomainError | None:
    cause = diagnosis(error)
    sqlstate = cause.sqlstate or ""
    if violated := constraints.get(str(cause.diag.constraint_name)):
        return violated()
    known = by_state.get(sqlstate) or by_state.get(sqlstate[:2])
    if known and (refusal := known(cause)):
        return refusal
    if outcome is not None and error.connection_invalidated:
        return ConnectionLost(outcome)
    return None


def _exceeded(limit: Limit, seconds: float, cause: psycopg.Error) -> DomainError | None:
    return None if CANCELLED_BY_HAND in str(cause) else LimitExceeded(limit, seconds)


def _conflict(cause: psycopg.Error) -> DomainError:
    return TransactionConflict(cause.sqlstate)


def _broken(cause: psycopg.Error) -> DomainError:
    return RuleBroken(
        constraint=cause.diag.constraint_name or cause.diag.column_name,
        table=cause.diag.table_name,
        sqlstate=cause.sqlstate,
    )
