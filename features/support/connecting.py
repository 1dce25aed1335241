"""How the service connects and what it says of errors, for the harness to do likewise."""

from typing import Any

from sqlalchemy import URL, Engine
from sqlalchemy.exc import StatementError

from domain import DomainError, engine_for
from domain.database.connections import CommitOutcome, engine_options
from domain.database.error_translation import states, translating
from domain.settings import Timeouts
from features.support.defaults import CHEAP
from pgharness.core import application


def engine(url: URL) -> Engine:
    """Return an engine of the service's own."""
    return engine_for(url, CHEAP)


def options(url: URL) -> dict[str, Any]:
    """Return how it is made."""
    return engine_options(url, CHEAP)


def explain(
    error: StatementError,
    timeouts: application.Timeouts,
    committing: bool,  # noqa: FBT001 (as the harness calls it)
) -> DomainError | None:
    """Return the service's own error for one of the database, or None."""
    outcome = CommitOutcome.UNDECIDED if committing else CommitOutcome.NOT_COMMITTED
    limits = Timeouts(
        timeouts.statement, timeouts.lock, timeouts.idle_in_transaction, timeouts.connect
    )
    try:
        with translating({}, states(limits), outcome):
            raise error
    except DomainError as reason:
        return reason
    except StatementError:
        return None
