"""What the three examples of the guide must notice: a query, a transaction, and two workers."""

from collections.abc import Sequence
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import select

from domain.database.pages import Page
from domain.database.schema import Role
from domain.database.tenancy import bind
from domain.errors import DomainError, Entity, Stale
from domain.work import task_queue
from domain.work.tasks import Task, Tasks, TaskStatus
from tests.faults.catalogue import fault
from tests.faults.replacing import commit


@fault(
    "a list by status has the completed tasks too",
    noticed_by="examples/simple_query",
    tags="@examples-1",
)
def list_by_status_has_completed_tasks(patch: MonkeyPatch) -> None:
    def listed(
        self: Tasks,
        status: TaskStatus | None = None,
        agent_id: int | None = None,
        after: int | None = None,
        limit: int = 20,
    ) -> Page[Task]:
        query = select(Task)
        if status is not None:
            query = query.where(Task.status.in_([status, TaskStatus.COMPLETED]))
        if agent_id is not None:
            query = query.where(Task.agent_id == agent_id)
        return self._pages.read(query, Task.id, after, limit)

    patch.setattr(Tasks, "list", listed)


@fault(
    "tasks that are assigned together are committed one by one",
    noticed_by="examples/transaction",
    tags="@examples-2",
)
def tasks_are_assigned_one_by_one(patch: MonkeyPatch) -> None:
    original = Tasks._edit

    def edit(self: Tasks, seen: Sequence[Task], **values: Any) -> Sequence[Task]:
        edited: list[Task] = []
        for one in seen:
            edited += original(self, [one], **values)
            commit(self._session)
            bind(self._session, Role.TENANT, self._owner_id)
        return edited

    patch.setattr(Tasks, "_edit", edit)


@fault(
    "a second report on a task is refused as a stale reading",
    noticed_by="examples/complex_scenario",
    tags="@examples-3",
)
def second_report_is_stale(patch: MonkeyPatch) -> None:
    def refused(task_id: int, status: TaskStatus, asked: TaskStatus) -> DomainError:
        return Stale(Entity.TASK, task_id, 0)

    patch.setattr(task_queue, "refused_transition", refused)
