"""Times of what tenants own: what is right only at one moment, or in one zone."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import func

from domain import instants
from domain.instants import CheckedClock
from domain.work import workspace
from domain.work.workspace import Workspace
from tests.faults.catalogue import fault


def as_utc(wall: datetime) -> datetime:
    """Drop the zone."""
    return wall.replace(tzinfo=UTC)


@fault("a turn's time is read as if it were in UTC", noticed_by="workspace/chain")
def turns_time_is_read_as_utc(patch: MonkeyPatch) -> None:
    original = instants.instant
    patch.setattr(
        workspace, "instant", lambda field, at, *ends: original(field, at, *ends) and as_utc(at)
    )


@fault("a turn's time is cut to whole seconds", noticed_by="workspace/chain")
def turns_time_is_cut_to_seconds(patch: MonkeyPatch) -> None:
    original = instants.instant
    patch.setattr(
        workspace,
        "instant",
        lambda field, at, *ends: original(field, at, *ends).replace(microsecond=0),
    )


@fault("a turn of now may be before its task", noticed_by="workspace/chain")
def turn_of_now_may_be_before_its_task(patch: MonkeyPatch) -> None:
    patch.setattr(Workspace, "_since_task", lambda self, task_id: self._clock.now())


@fault(
    "an agent may have a priority before it was added",
    noticed_by="transactions/values",
    tags="@transactions-40",
)
def agent_may_have_a_priority_before_it_was_added(patch: MonkeyPatch) -> None:
    patch.setattr(workspace, "func", SimpleNamespace(greatest=lambda at, created: at))


@fault(
    "the zone that the clock shows is dropped",
    noticed_by="transactions/values",
    tags="@transactions-41",
)
def zone_of_the_clock_is_dropped(patch: MonkeyPatch) -> None:
    def now(self: CheckedClock) -> datetime:
        return instants.instant("clock", as_utc(self._clock.now()))

    patch.setattr(CheckedClock, "now", now)


@fault(
    "a priority has the time of the server",
    noticed_by="transactions/values",
    tags="@transactions-41",
)
def priority_has_the_time_of_the_server(patch: MonkeyPatch) -> None:
    original: Any = Workspace._set_priority

    def set_priority(self: Workspace, agent_id: int, *values: Any) -> Any:
        *others, at = values
        return original(self, agent_id, *others, None if at is None else func.now())

    patch.setattr(Workspace, "_set_priority", set_priority)
