"""What is read, listed and told of work: what another criterion would notice before."""

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import text
from sqlalchemy.orm.attributes import set_committed_value

from domain.errors import DomainError
from domain.json_values import Json
from domain.work import task_queue, tasks
from domain.work.projects import Project
from domain.work.task_queue import TaskQueue
from domain.work.tasks import Task, Tasks, TaskStatus
from domain.work.turns_and_events import About, Event
from domain.work.workspace import Workspace
from tests.faults.catalogue import fault
from tests.faults.rewriting import rewrite


@fault(
    "a submission asks the database before it looks at the payload",
    noticed_by="tasks/submitting",
    examples="A payload that contains NaN",
)
def submission_asks_the_database_first(patch: MonkeyPatch) -> None:
    original = Tasks.submit

    def submit(self: Tasks, title: str, payload: Json, agent_id: int | None = None) -> Task:
        self._session.execute(text("SELECT now()"))
        return original(self, title, payload, agent_id)

    patch.setattr(Tasks, "submit", submit)


@fault(
    "a submission is stored twice",
    noticed_by="concurrency/logins",
    examples="laptop submits a task",
)
def submission_is_stored_twice(patch: MonkeyPatch) -> None:
    original = Tasks.submit

    def submit(self: Tasks, title: str, payload: Json, agent_id: int | None = None) -> Task:
        original(self, title, payload, agent_id)
        return original(self, title, payload, agent_id)

    patch.setattr(Tasks, "submit", submit)


@fault(
    "a refusal names another task",
    noticed_by="tasks/lifecycle",
    examples="A worker reports a pending task as completed",
)
def refusal_names_another_task(patch: MonkeyPatch) -> None:
    original = tasks.refused_transition

    def refused(task_id: int, status: TaskStatus, asked: TaskStatus) -> DomainError:
        return original(task_id + 1, status, asked)

    patch.setattr(tasks, "refused_transition", refused)
    patch.setattr(task_queue, "refused_transition", refused)


@fault("a task is read in capital letters", noticed_by="tasks/reading", examples="task is read")
def task_is_read_in_capital_letters(patch: MonkeyPatch) -> None:
    original = Tasks.get

    def get(self: Tasks, task_id: int) -> Task:
        found = original(self, task_id)
        set_committed_value(found, "title", found.title.upper())
        return found

    patch.setattr(Tasks, "get", get)


@fault(
    "a project is returned in capital letters",
    noticed_by="workspace/chain",
    examples="A chain from a project to an event",
)
def project_is_returned_in_capital_letters(patch: MonkeyPatch) -> None:
    original = Workspace.create_project

    def create_project(self: Workspace, path: str, slug: str) -> Project:
        found = original(self, path, slug)
        set_committed_value(found, "slug", found.slug.upper())
        return found

    patch.setattr(Workspace, "create_project", create_project)


@fault(
    "the agents of all projects are listed",
    noticed_by="workspace/chain",
    examples="The agents of one project are listed",
)
def agents_of_all_projects_are_listed(patch: MonkeyPatch) -> None:
    rewrite(patch, Workspace, "agents", {".where(Agent.project_id == project_id)": ""})


@fault(
    "an event is about nothing", noticed_by="workspace/chain", examples="An event about her agent"
)
def event_is_about_nothing(patch: MonkeyPatch) -> None:
    original = Workspace.record

    def record(self: Workspace, type_: str, payload: Json, about: About | None = None) -> Event:
        return original(self, type_, payload, None)

    patch.setattr(Workspace, "record", record)


@fault(
    "a worker finds no task",
    noticed_by="tenancy/side_channels",
    examples="The service needs nothing",
    own_server=True,
)
def worker_finds_no_task(patch: MonkeyPatch) -> None:
    patch.setattr(TaskQueue, "claim", lambda self: None)
