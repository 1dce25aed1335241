"""Order of what tenants own: what is right only while ids, times and owners run alike."""

from collections.abc import Sequence
from typing import Any, Final

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import InstrumentedAttribute

from domain.database.pages import Page, Pages, beyond
from domain.errors import InvalidValue
from domain.identity.accounts import Accounts
from domain.work.objectives import Objectives
from domain.work.tasks import Task, Tasks
from domain.work.workspace import Workspace
from tests.faults.catalogue import fault

TIMES: Final = ("created_at", "since", "valid_from")
"""The column of a table that says when a row was stored."""


def _claim_by(patch: MonkeyPatch, *order: ColumnElement[Any] | InstrumentedAttribute[Any]) -> None:
    original = Select.order_by
    patch.setattr(
        Select,
        "order_by",
        lambda self, *by: original(self, *(order if Task.created_at in set(by) else by)),
    )


@fault("the task with the smallest id is claimed first", noticed_by="tasks/claiming")
def task_with_smallest_id_is_claimed_first(patch: MonkeyPatch) -> None:
    _claim_by(patch, Task.id)


@fault("of tasks of one time the last one is claimed first", noticed_by="tasks/claiming")
def last_task_of_one_time_is_claimed_first(patch: MonkeyPatch) -> None:
    _claim_by(patch, Task.created_at, Task.id.desc())


@fault("the tasks of one tenant are claimed before all others", noticed_by="tasks/claiming")
def tasks_of_one_tenant_are_claimed_first(patch: MonkeyPatch) -> None:
    _claim_by(patch, Task.owner_id, Task.created_at, Task.id)


def _by_time(
    self: Pages, query: Select[Any], key: InstrumentedAttribute[int], *rest: Any, **_: Any
) -> Page[Any]:
    """Read a page by the time of its rows, and go on after the id of the last one."""
    after, limit = rest
    model = key.class_
    (time,) = (getattr(model, name) for name in TIMES if hasattr(model, name))
    if after is not None:
        query = query.where(beyond(key, after))
    if limit not in range(1, 101):
        raise InvalidValue("limit", "must be from 1 to 100")
    found = self._session.scalars(query.order_by(time, key).limit(limit + 1)).all()
    items = tuple(found[:limit])
    return Page(items, next_after=items[-1].id if len(found) > limit else None)


def _list_by_time(patch: MonkeyPatch, owner: type, name: str) -> None:
    """Read the pages of one listing by time."""
    original = getattr(owner, name)

    def listing(self: Any, *arguments: Any, **options: Any) -> Page[Any]:
        with MonkeyPatch.context() as while_reading:
            while_reading.setattr(Pages, "read", _by_time)
            found: Page[Any] = original(self, *arguments, **options)
            return found

    patch.setattr(owner, name, listing)


@fault("accounts are listed by the time of their registration", noticed_by="accounts/listing")
def accounts_are_listed_by_time(patch: MonkeyPatch) -> None:
    _list_by_time(patch, Accounts, "list")


@fault("tasks are listed by the time of their submission", noticed_by="tasks/reading")
def tasks_are_listed_by_time(patch: MonkeyPatch) -> None:
    _list_by_time(patch, Tasks, "list")


@fault("projects are listed by their times", noticed_by="workspace/chain")
def projects_are_listed_by_time(patch: MonkeyPatch) -> None:
    _list_by_time(patch, Workspace, "projects")


@fault("agents are listed by their times", noticed_by="workspace/chain")
def agents_are_listed_by_time(patch: MonkeyPatch) -> None:
    _list_by_time(patch, Workspace, "agents")


@fault("turns are listed by the times that they are given", noticed_by="workspace/chain")
def turns_are_listed_by_time(patch: MonkeyPatch) -> None:
    _list_by_time(patch, Workspace, "turns")


@fault("events are listed by their times", noticed_by="workspace/chain")
def events_are_listed_by_time(patch: MonkeyPatch) -> None:
    _list_by_time(patch, Workspace, "events")


@fault("objectives are listed by the time of their last change", noticed_by="workspace/chain")
def objectives_are_listed_by_time(patch: MonkeyPatch) -> None:
    _list_by_time(patch, Objectives, "list")


@fault("assigned tasks are returned in the order of their ids", noticed_by="tasks/editing")
def assigned_tasks_are_returned_by_id(patch: MonkeyPatch) -> None:
    original = Tasks.assign

    def assign(self: Tasks, seen: Sequence[Task], agent_id: int | None) -> Sequence[Task]:
        return sorted(original(self, seen, agent_id), key=lambda task: task.id)

    patch.setattr(Tasks, "assign", assign)
