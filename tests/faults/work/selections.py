"""Lists and changes of tenants that are selected by other conditions than were asked for."""

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import or_, select

from domain.database import versions
from domain.database.pages import Page
from domain.work.objectives import Objectives
from domain.work.tasks import Task, Tasks, TaskStatus
from domain.work.turns_and_events import About, Event
from domain.work.workspace import Workspace
from tests.faults.catalogue import fault
from tests.faults.rewriting import rewrite


@fault(
    "tasks are listed of a status or an agent",
    noticed_by="tasks/reading",
    examples="tasks of one agent",
)
def tasks_are_listed_of_a_status_or_an_agent(patch: MonkeyPatch) -> None:
    original = Tasks.list

    def listed(
        self: Tasks,
        status: TaskStatus | None = None,
        agent_id: int | None = None,
        after: int | None = None,
        limit: int = 20,
    ) -> Page[Task]:
        if status is None or agent_id is None:
            return original(self, status, agent_id, after, limit)
        query = select(Task).where(or_(Task.status == status, Task.agent_id == agent_id))
        return self._pages.read(query, Task.id, after, limit)

    patch.setattr(Tasks, "list", listed)


@fault(
    "a status takes the place of an agent",
    noticed_by="tasks/reading",
    examples="tasks of one agent",
)
def a_status_takes_the_place_of_an_agent(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Tasks,
        "list",
        {"if agent_id is not None": "if agent_id is not None and status is None"},
    )


@fault(
    "an agent takes the place of a status",
    noticed_by="tasks/reading",
    examples="tasks of one agent",
)
def an_agent_takes_the_place_of_a_status(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Tasks,
        "list",
        {"if status is not None": "if status is not None and agent_id is None"},
    )


@fault(
    "tasks of no agent are every agent's", noticed_by="tasks/reading", examples="tasks of one agent"
)
def tasks_of_no_agent_are_every_agents(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Tasks,
        "list",
        {"Task.agent_id == agent_id": "(Task.agent_id == agent_id) | Task.agent_id.is_(None)"},
    )


@fault(
    "the second page of an agent's tasks is of all agents",
    noticed_by="tasks/reading",
    examples="tasks of one agent",
)
def the_second_page_of_an_agents_tasks_is_of_all_agents(patch: MonkeyPatch) -> None:
    rewrite(
        patch, Tasks, "list", {"if agent_id is not None": "if agent_id is not None and not after"}
    )


@fault(
    "versions are looked for among all that were read",
    noticed_by="tasks/editing",
    examples="its own version",
)
def versions_are_looked_for_among_all_that_were_read(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        versions,
        "_matched",
        {
            "or_(false(), *each)": "model.id.in_([id_ for id_, _ in keys]),"
            " model.version.in_([version for _, version in keys])"
        },
    )


@fault(
    "events are listed about any of the rows",
    noticed_by="workspace/chain",
    examples="The events about",
)
def events_are_listed_about_any_of_the_rows(patch: MonkeyPatch) -> None:
    def events(
        self: Workspace, about: About | None = None, after: int | None = None, limit: int = 20
    ) -> Page[Event]:
        sought = {name: value for name, value in vars(about or About()).items() if value}
        any_of = [getattr(Event, name) == value for name, value in sought.items()]
        query = select(Event).where(or_(*any_of)) if any_of else select(Event)
        return self._pages.read(query, Event.id, after, limit)

    patch.setattr(Workspace, "events", events)


@fault(
    "events are listed about the first of the rows",
    noticed_by="workspace/chain",
    examples="The events about",
)
def events_are_listed_about_the_first_of_the_rows(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Workspace,
        "events",
        {"filter_by(**sought)": "filter_by(**dict([*sought.items()][:1]))"},
    )


@fault(
    "events are listed about the last of the rows",
    noticed_by="workspace/chain",
    examples="The events about",
)
def events_are_listed_about_the_last_of_the_rows(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Workspace,
        "events",
        {"filter_by(**sought)": "filter_by(**dict([*sought.items()][-1:]))"},
    )


@fault(
    "a listing of events does not look at the project",
    noticed_by="workspace/chain",
    examples="The events about",
)
def a_listing_of_events_does_not_look_at_the_project(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Workspace,
        "events",
        {"if value is not None": "if value is not None and name != 'project_id'"},
    )


@fault(
    "a listing of events does not look at the agent",
    noticed_by="workspace/chain",
    examples="The events about",
)
def a_listing_of_events_does_not_look_at_the_agent(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Workspace,
        "events",
        {"if value is not None": "if value is not None and name != 'agent_id'"},
    )


@fault(
    "a listing of events does not look at the task",
    noticed_by="workspace/chain",
    examples="The events about",
)
def a_listing_of_events_does_not_look_at_the_task(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Workspace,
        "events",
        {"if value is not None": "if value is not None and name != 'task_id'"},
    )


@fault(
    "the second page of events is about everything",
    noticed_by="workspace/chain",
    examples="The events about",
)
def the_second_page_of_events_is_about_everything(patch: MonkeyPatch) -> None:
    rewrite(
        patch, Workspace, "events", {"if value is not None": "if value is not None and not after"}
    )


@fault(
    "the second page of agents is of all projects",
    noticed_by="workspace/chain",
    examples="not those of another",
)
def the_second_page_of_agents_is_of_all_projects(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Workspace,
        "agents",
        {
            "where(Agent.project_id == project_id)": (
                "where(*[] if after else [Agent.project_id == project_id])"
            )
        },
    )


@fault(
    "the second page of turns is of all tasks",
    noticed_by="workspace/chain",
    examples="not those of another",
)
def the_second_page_of_turns_is_of_all_tasks(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Workspace,
        "turns",
        {"where(Turn.task_id == task_id)": "where(*[] if after else [Turn.task_id == task_id])"},
    )


@fault(
    "the second page of a history is of all objectives",
    noticed_by="workspace/chain",
    examples="not those of another",
)
def the_second_page_of_a_history_is_of_all_objectives(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Objectives,
        "history",
        {
            "where(ObjectiveEntry.objective_id == objective_id)": (
                "where(*[] if after else [ObjectiveEntry.objective_id == objective_id])"
            )
        },
    )


@fault(
    "a second change keeps the time of the first",
    noticed_by="objectives/objectives",
    examples="time of its own",
)
def a_second_change_keeps_the_time_of_the_first(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Objectives,
        "change",
        {
            "since=func.greatest(self._clock.now(), Objective.since)": (
                "since=Objective.since if seen.version > 1 else self._clock.now()"
            )
        },
    )
