"""Timeouts: what can be wrong with setting and telling them."""

from _pytest.monkeypatch import MonkeyPatch

from domain import transactions
from domain.database import connections, error_translation
from domain.database.connections import Limit
from tests.faults.catalogue import fault


@fault("connections have no limits", noticed_by="transactions/limits")
def connections_have_no_limits(patch: MonkeyPatch) -> None:
    patch.setattr(connections, "written_limits", lambda timeouts: {})


@fault(
    "a unit of work has the limits that an earlier one has left", noticed_by="transactions/limits"
)
def earlier_limits_stay(patch: MonkeyPatch) -> None:
    patch.setattr(transactions, "written_limits", lambda timeouts: {})


@fault("one limit is taken for another", noticed_by="transactions/limits")
def one_limit_is_taken_for_another(patch: MonkeyPatch) -> None:
    patch.setattr(
        error_translation, "LIMITS", {**error_translation.LIMITS, "55P03": Limit.STATEMENT}
    )


@fault(
    "the end of an idle unit of work is reported as a lost connection",
    noticed_by="transactions/limits",
)
def idle_timeout_is_reported_as_lost(patch: MonkeyPatch) -> None:
    others = {state: limit for state, limit in error_translation.LIMITS.items() if state != "25P03"}
    patch.setattr(error_translation, "LIMITS", others)


@fault(
    "a cancelled statement is reported as one that took too long", noticed_by="transactions/limits"
)
def cancellation_is_reported_as_timeout(patch: MonkeyPatch) -> None:
    patch.setattr(error_translation, "CANCELLED_BY_HAND", "another message")
