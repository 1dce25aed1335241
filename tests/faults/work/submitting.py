"""Submitting a task: what it may forget that other operations do; and pages, and triggers."""

from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import insert

from domain.database.pages import Page
from domain.json_values import Json, storable_json
from domain.values import line
from domain.work import tasks
from domain.work.tasks import TITLE_MAX_LENGTH, Task, Tasks, TaskStatus, _existing
from tests.faults.catalogue import fault
from tests.faults.changing import change_schema


def store(tasks: Tasks, title: str, payload: Json, agent_id: int | None) -> Task:
    """Store a task as it is given."""
    values = {
        "owner_id": tasks._owner_id,
        "agent_id": agent_id,
        "title": title,
        "payload": storable_json("payload", payload),
        "created_at": tasks._clock.now(),
    }
    return tasks._session.scalars(insert(Task).values(values).returning(Task)).one()


@fault(
    "an agent that does not exist goes up as a broken rule when a task is submitted",
    noticed_by="tasks/submitting",
    tags="@tasks-2",
)
def missing_agent_is_broken_rule(patch: MonkeyPatch) -> None:
    def submit(self: Tasks, title: str, payload: Json, agent_id: int | None = None) -> Task:
        return store(self, line("title", title, longest=TITLE_MAX_LENGTH), payload, agent_id)

    patch.setattr(Tasks, "submit", submit)


@fault(
    "a title is judged when it is changed, and not when a task is submitted",
    noticed_by="tasks/submitting",
    tags="@tasks-4",
)
def submitted_title_is_not_judged(patch: MonkeyPatch) -> None:
    def submit(self: Tasks, title: str, payload: Json, agent_id: int | None = None) -> Task:
        with _existing(agent_id):
            return store(self, title, payload, agent_id)

    patch.setattr(Tasks, "submit", submit)


@fault(
    "a set or a tuple in a payload becomes a list",
    noticed_by="tasks/submitting",
    tags="@tasks-5",
)
def set_in_payload_becomes_list(patch: MonkeyPatch) -> None:
    def listed(value: Any) -> Any:
        match value:
            case set() | tuple() | list():
                return [*map(listed, value)]
            case dict():
                return {key: listed(each) for key, each in value.items()}
        return value

    patch.setattr(tasks, "storable_json", lambda field, value: storable_json(field, listed(value)))


@fault("a page of no tasks is one of the usual size", noticed_by="tasks/reading", tags="@tasks-9")
def page_of_no_tasks_has_usual_size(patch: MonkeyPatch) -> None:
    original = Tasks.list

    def listed(
        self: Tasks,
        status: TaskStatus | None = None,
        agent_id: int | None = None,
        after: int | None = None,
        limit: int = 20,
    ) -> Page[Task]:
        return original(self, status, agent_id, after, limit or 20)

    patch.setattr(Tasks, "list", listed)


@fault(
    "a report may give a task another payload",
    noticed_by="tasks/lifecycle",
    tags="@tasks-15",
)
def report_may_change_payload(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        """
        DO $$ BEGIN
            EXECUTE replace(replace(
                pg_get_functiondef('task_change'::regproc),
                'NEW.owner_id, NEW.payload,', 'NEW.owner_id,'
            ), 'OLD.owner_id, OLD.payload,', 'OLD.owner_id,');
        END $$
        """,
    )
