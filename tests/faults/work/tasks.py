"""Submitting, reading, editing and deleting tasks: what can be wrong with it."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import delete
from sqlalchemy.orm import Session

from domain import transactions
from domain.database import rows, versions
from domain.database.pages import Page, Pages
from domain.errors import Entity, InvalidValue, NotFound, Stale
from domain.work.tasks import TASK_STATES, Task, Tasks
from tests.faults.catalogue import fault
from tests.faults.replacing import commit


@fault("an edit does not look at the version", noticed_by="tasks/editing")
def edit_does_not_look_at_version(patch: MonkeyPatch) -> None:
    original = Tasks._edit

    def edit(self: Tasks, seen: Sequence[Task], **values: Any) -> Sequence[Task]:
        get = self._session.get
        now = [get(Task, task.id, populate_existing=True) or task for task in seen]
        return original(self, now, **values)

    patch.setattr(Tasks, "_edit", edit)


@fault("an edit in place does not look at the version", noticed_by="tasks/editing")
def edit_in_place_does_not_look_at_version(patch: MonkeyPatch) -> None:
    patch.setattr(Task.__mapper__, "version_id_col", None)


@fault("a deletion of a task does not look at the version", noticed_by="tasks/editing")
def deletion_of_task_does_not_look_at_version(patch: MonkeyPatch) -> None:
    patch.setattr(
        Tasks,
        "delete",
        lambda self, seen: self._session.execute(delete(Task).where(Task.id == seen.id)) and None,
    )


@fault("those of several tasks are edited that can be", noticed_by="tasks/editing")
def some_of_several_tasks_are_edited(patch: MonkeyPatch) -> None:
    patch.setattr(Session, "begin_nested", lambda self: nullcontext())


@fault("what the triggers say is all one", noticed_by="tasks/editing")
def what_triggers_say_is_all_one(patch: MonkeyPatch) -> None:
    patch.setattr(
        transactions,
        "TASK_STATES",
        {state: lambda error: Stale(Entity.ROW) for state in TASK_STATES},
    )


@fault("a tenant works under the role that owns everything", noticed_by="tasks/editing")
def tenant_works_under_role_that_owns_everything(patch: MonkeyPatch) -> None:
    patch.setattr(transactions, "bind", lambda *_: None)


@fault("a page of tasks begins with the end of the page before", noticed_by="tasks/reading")
def page_of_tasks_overlaps(patch: MonkeyPatch) -> None:
    original = Pages.read
    patch.setattr(
        Pages,
        "read",
        lambda self, query, key, after, limit, order=None: original(
            self, query, key, None if after is None else after - 1, limit, order
        ),
    )


@fault("pages of tasks are by offset instead of by key", noticed_by="tasks/reading")
def pages_of_tasks_by_offset(patch: MonkeyPatch) -> None:
    def read(self: Pages, query: Any, key: Any, after: int | None, *rest: Any) -> Any:
        start, limit = after or 0, rest[0]
        if not 1 <= limit <= 100:
            raise InvalidValue("limit", "must be from 1 to 100")
        query = query.order_by(key).offset(start).limit(limit + 1)
        found = self._session.scalars(query).all()
        return Page(tuple(found[:limit]), start + limit if len(found) > limit else None)

    patch.setattr(Pages, "read", read)


@fault("a missing task is reported as another entity", noticed_by="tasks/reading")
def missing_task_is_reported_as_another_entity(patch: MonkeyPatch) -> None:
    patch.setattr(rows, "NotFound", lambda entity, sought: NotFound(Entity.AGENT, sought))


@fault("a listing does not look at the status", noticed_by="tasks/reading")
def listing_does_not_look_at_status(patch: MonkeyPatch) -> None:
    original = Tasks.list
    patch.setattr(
        Tasks, "list", lambda self, status=None, *rest, **k: original(self, None, *rest, **k)
    )


@fault("anything is a tenant's id", noticed_by="tasks/submitting")
def anything_is_tenants_id(patch: MonkeyPatch) -> None:
    patch.setattr(transactions, "tenant_id", lambda user_id: user_id or 4242)


@fault("a submission commits at once", noticed_by="tasks/submitting")
def submission_commits_at_once(patch: MonkeyPatch) -> None:
    original = Tasks.submit

    def submit(self: Tasks, *arguments: Any, **options: Any) -> Task:
        task = original(self, *arguments, **options)
        commit(self._session)
        return task

    patch.setattr(Tasks, "submit", submit)


@fault("a refusal names the version after the one that was read", noticed_by="tasks/editing")
def refusal_names_next_version(patch: MonkeyPatch) -> None:
    patch.setattr(versions, "Stale", lambda entity, row_id, seen: Stale(entity, row_id, seen + 1))
