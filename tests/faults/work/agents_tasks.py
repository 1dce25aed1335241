"""Tasks for an agent: what can be wrong with these alone."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import ColumnElement, Select, select

from domain.database.pages import Page
from domain.database.versions import Required, Seen, compare_and_swap_unread
from domain.errors import Entity, NotFound
from domain.work import task_queue, tasks
from domain.work.task_queue import Claim, TaskQueue
from domain.work.tasks import Task, Tasks, TaskStatus
from tests.faults.catalogue import fault


def _claim_only(patch: MonkeyPatch, condition: ColumnElement[bool]) -> None:
    original = Select.with_for_update

    def with_for_update(self: Select[Any], *, key_share: bool = False, **k: Any) -> Select[Any]:
        locked = original(self, key_share=key_share, **k)
        return locked.where(condition) if key_share and k else locked

    patch.setattr(Select, "with_for_update", with_for_update)


@fault("only tasks for no agent are claimed", noticed_by="tasks/claiming")
def only_tasks_for_no_agent_are_claimed(patch: MonkeyPatch) -> None:
    _claim_only(patch, Task.agent_id.is_(None))


@fault(
    "only tasks for no agent are claimed by many workers",
    noticed_by="concurrency/tasks",
    tags="@concurrency-1",
)
def only_tasks_for_no_agent_are_claimed_by_many(patch: MonkeyPatch) -> None:
    _claim_only(patch, Task.agent_id.is_(None))


@fault("only tasks for an agent are claimed", noticed_by="tasks/claiming")
def only_tasks_for_an_agent_are_claimed(patch: MonkeyPatch) -> None:
    _claim_only(patch, Task.agent_id.is_not(None))


def _claim_by(patch: MonkeyPatch, *order: ColumnElement[Any]) -> None:
    original = Select.order_by
    patch.setattr(
        Select,
        "order_by",
        lambda self, *by: original(self, *([*order, *by] if Task.created_at in set(by) else by)),
    )


@fault("tasks for an agent are claimed last", noticed_by="tasks/claiming")
def tasks_for_an_agent_are_claimed_last(patch: MonkeyPatch) -> None:
    _claim_by(patch, Task.agent_id.is_not(None))


@fault("tasks for an agent are claimed first", noticed_by="tasks/claiming")
def tasks_for_an_agent_are_claimed_first(patch: MonkeyPatch) -> None:
    _claim_by(patch, Task.agent_id.is_(None))


@fault("a claim does not say whose agent's task it is", noticed_by="tasks/claiming")
def claim_does_not_say_the_agent(patch: MonkeyPatch) -> None:
    original = TaskQueue.claim

    def claim(self: TaskQueue) -> Claim | None:
        found = original(self)
        return found and replace(found, agent_id=None)

    patch.setattr(TaskQueue, "claim", claim)


@fault("the result of an agent's task is refused", noticed_by="tasks/reporting")
def result_of_an_agents_task_is_refused(patch: MonkeyPatch) -> None:
    _refuse_agents_tasks(patch, TaskStatus.COMPLETED)


@fault("the failure of an agent's task is refused", noticed_by="tasks/reporting")
def failure_of_an_agents_task_is_refused(patch: MonkeyPatch) -> None:
    _refuse_agents_tasks(patch, TaskStatus.FAILED)


def _refuse_agents_tasks(patch: MonkeyPatch, status: TaskStatus) -> None:
    original = TaskQueue.report

    def report(self: TaskQueue, seen: Seen, asked: TaskStatus, **values: Any) -> None:
        if asked is status and getattr(seen, "agent_id", None) is not None:
            raise NotFound(Entity.TASK, seen.id)
        original(self, seen, asked, **values)

    patch.setattr(TaskQueue, "report", report)


@fault("a list of one status leaves out the tasks for agents", noticed_by="tasks/reading")
def list_of_one_status_leaves_out_tasks_for_agents(patch: MonkeyPatch) -> None:
    _list_without_agents(patch, filtered=True)


@fault("a list of all tasks leaves out the tasks for agents", noticed_by="tasks/reading")
def list_of_all_tasks_leaves_out_tasks_for_agents(patch: MonkeyPatch) -> None:
    _list_without_agents(patch, filtered=False)


def _list_without_agents(patch: MonkeyPatch, *, filtered: bool) -> None:

    def list_(
        self: Tasks,
        status: TaskStatus | None = None,
        agent_id: int | None = None,
        *a: Any,
        **k: Any,
    ) -> Page[Task]:
        with MonkeyPatch.context() as while_listing:
            if agent_id is None and filtered is (status is not None):
                while_listing.setattr(
                    tasks, "select", lambda *of: select(*of).where(Task.agent_id.is_(None))
                )
            return listing(self, status, agent_id, *a, **k)

    listing = Tasks.list
    patch.setattr(Tasks, "list", list_)


@fault("the tasks of one agent are listed whatever their status", noticed_by="tasks/reading")
def tasks_of_one_agent_are_listed_whatever_their_status(patch: MonkeyPatch) -> None:
    original = Tasks.list

    def list_(
        self: Tasks,
        status: TaskStatus | None = None,
        agent_id: int | None = None,
        *a: Any,
        **k: Any,
    ) -> Page[Task]:
        return original(self, status if agent_id is None else None, agent_id, *a, **k)

    patch.setattr(Tasks, "list", list_)


@fault("only the first page of one agent's tasks is listed", noticed_by="tasks/reading")
def only_first_page_of_one_agents_tasks_is_listed(patch: MonkeyPatch) -> None:
    original = Tasks.list

    def list_(
        self: Tasks,
        status: TaskStatus | None = None,
        agent_id: int | None = None,
        *a: Any,
        **k: Any,
    ) -> Page[Task]:
        found = original(self, status, agent_id, *a, **k)
        return found if agent_id is None else Page(found.items, None)

    patch.setattr(Tasks, "list", list_)


@fault("an agent's task is not deleted", noticed_by="tasks/editing")
def agents_task_is_not_deleted(patch: MonkeyPatch) -> None:
    original = Tasks.delete

    def delete(self: Tasks, seen: Task) -> None:
        if seen.agent_id is None:
            original(self, seen)

    patch.setattr(Tasks, "delete", delete)


@fault("a task that is retitled is taken from its agent", noticed_by="tasks/editing")
def retitled_task_is_taken_from_its_agent(patch: MonkeyPatch) -> None:
    original = Tasks._edit
    patch.setattr(
        Tasks,
        "_edit",
        lambda self, seen, **values: original(self, seen, **{"agent_id": None, **values}),
    )


@fault("a task that has an agent keeps it", noticed_by="tasks/editing")
def task_that_has_an_agent_keeps_it(patch: MonkeyPatch) -> None:
    original = Tasks.assign

    def assign(self: Tasks, seen: Sequence[Task], agent_id: int | None) -> Sequence[Task]:
        kept = [task for task in seen if task.agent_id is not None and agent_id is not None]
        return [*kept, *original(self, [task for task in seen if task not in kept], agent_id)]

    patch.setattr(Tasks, "assign", assign)


@fault("the version of an agent's task is not compared in a report", noticed_by="tasks/reporting")
def version_of_an_agents_task_is_not_compared(patch: MonkeyPatch) -> None:

    def swap(
        session: Any, model: Any, seen: Any, required: Required[Any] | None = None, **values: Any
    ) -> None:
        query = select(Task.id, Task.version).where(Task.id == seen.id, Task.agent_id.is_not(None))
        now = session.execute(query).one_or_none() or seen
        compare_and_swap_unread(session, model, now, required, **values)

    patch.setattr(task_queue, "compare_and_swap_unread", swap)
