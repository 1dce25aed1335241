"""Factories of what tenants own: the workspace, tasks in every status, objectives."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID, uuid5

from factory.declarations import SKIP, LazyAttribute, LazyFunction, SelfAttribute, Sequence, Trait
from sqlalchemy.orm import Session

from domain.work.objectives import Objective, ObjectiveEntry
from domain.work.projects import Agent, Project
from domain.work.tasks import Task, TaskStatus
from domain.work.turns_and_events import Event, Turn, TurnActor, TurnIntent
from features.support.arrange.factory_base import Owner, RowFactory
from pgharness.data.row_factory import Collected, parent

AGENT_SESSIONS: Final = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
"""The namespace in which an agent's name gives its session."""

RESULT: Final = {"imported": 1200}
ERROR: Final = "the disk is full"

STEPS: Final = {
    TaskStatus.PENDING: 0,
    TaskStatus.PROCESSING: 1,
    TaskStatus.COMPLETED: 2,
    TaskStatus.FAILED: 2,
}
"""How many changes have led to each status."""

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)


def session_uuid_of(name: str) -> UUID:
    """Return the session of the agent with this name."""
    return uuid5(AGENT_SESSIONS, name)


def reached(status: TaskStatus, began: datetime) -> dict[str, Any]:
    """Return the columns that a task of this status has beyond those of a pending one."""
    started = {"started_at": began + MINUTE}
    over = {"finished_at": began + 2 * MINUTE}
    match status:
        case TaskStatus.PENDING:
            return {}
        case TaskStatus.PROCESSING:
            return started
        case TaskStatus.COMPLETED:
            return {**started, **over, "result": RESULT}
        case TaskStatus.FAILED:
            return {**started, **over, "error": ERROR}


@cache
def _reached(status: TaskStatus, began: datetime) -> dict[str, Any]:
    """Return the same, shared by all tasks made in bulk: it must not be changed."""
    return reached(status, began)


class ProjectFactory(RowFactory[Project]):
    """A project of `owner`."""

    class Meta:
        model = Project

    owner: Any = None
    owner_id = Owner()
    slug = Sequence("project-{}".format)
    path = LazyAttribute(lambda project: f"/srv/{project.slug}")
    created_at = SelfAttribute("now")


class AgentFactory(RowFactory[Agent]):
    """An agent of `owner` in `project`."""

    class Meta:
        model = Agent

    class Params:
        prioritised = Trait(
            priority_score=55, priority_reason="the audit", priority_at=SelfAttribute("now")
        )

    owner: Any = None
    project = parent(ProjectFactory, owner=SelfAttribute("..owner"))
    owner_id = Owner("project")
    project_id = SelfAttribute("project.id")
    name = Sequence("Agent {}".format)
    session_uuid = LazyAttribute(lambda agent: session_uuid_of(agent.name))
    created_at = SelfAttribute("now")


class TaskFactory(RowFactory[Task]):
    """A task of `owner` that is submitted now, for `agent` or for any.

    Its status, given as a trait or by name, decides what else it has; each change of the status
    was a minute after the other.
    """

    class Meta:
        model = Task

    class Params:
        assigned = Trait(agent=parent(AgentFactory, owner=SelfAttribute("..owner")))
        pending = Trait(status=TaskStatus.PENDING)
        processing = Trait(status=TaskStatus.PROCESSING)
        completed = Trait(status=TaskStatus.COMPLETED)
        failed = Trait(status=TaskStatus.FAILED)

    owner: Any = None
    agent: Any = None
    owner_id = Owner("agent")
    agent_id = LazyAttribute(lambda task: task.agent and task.agent.id)
    title = Sequence("Task {}".format)
    payload = LazyFunction(lambda: {"rows": 1200})
    status = TaskStatus.PENDING
    version = LazyAttribute(lambda task: 1 + STEPS[task.status])
    created_at = LazyAttribute(lambda task: task.now)
    started_at = LazyAttribute(lambda task: _reached(task.status, task.now).get("started_at"))
    finished_at = LazyAttribute(lambda task: _reached(task.status, task.now).get("finished_at"))
    # None too would be a result.
    result = LazyAttribute(lambda task: _reached(task.status, task.now).get("result", SKIP))
    error = LazyAttribute(lambda task: _reached(task.status, task.now).get("error"))


class TurnFactory(RowFactory[Turn]):
    """A turn of the owner about `task`, or an agent's answer."""

    class Meta:
        model = Turn

    class Params:
        answered = Trait(actor=TurnActor.AGENT, intent=TurnIntent.ANSWER)

    owner: Any = None
    task = parent(TaskFactory, owner=SelfAttribute("..owner"))
    owner_id = Owner("task")
    task_id = SelfAttribute("task.id")
    actor = TurnActor.USER
    intent = TurnIntent.COMMAND
    text = Sequence("Begin with part {}".format)
    created_at = SelfAttribute("now")


class EventFactory(RowFactory[Event]):
    """An event that happens now, about the rows that are given or about a whole chain."""

    class Meta:
        model = Event

    class Params:
        about_all = Trait(
            project=parent(ProjectFactory, owner=SelfAttribute("..owner")),
            agent=parent(AgentFactory, project=SelfAttribute("..project")),
            task=parent(TaskFactory, agent=SelfAttribute("..agent")),
            turn=parent(TurnFactory, task=SelfAttribute("..task")),
        )

    owner: Any = None
    project: Any = None
    agent: Any = None
    task: Any = None
    turn: Any = None
    owner_id = Owner("project", "agent", "task", "turn")
    project_id = LazyAttribute(lambda event: event.project and event.project.id)
    agent_id = LazyAttribute(lambda event: event.agent and event.agent.id)
    task_id = LazyAttribute(lambda event: event.task and event.task.id)
    turn_id = LazyAttribute(lambda event: event.turn and event.turn.id)
    type = "task.submitted"
    payload = LazyFunction(lambda: {"rows": 1200})
    created_at = SelfAttribute("now")


class ObjectiveFactory(RowFactory[Objective]):
    """An objective of `owner` since now, with an entry of its history for each version."""

    class Meta:
        model = Objective

    class Params:
        changed = Trait(version=2)
        constrained = Trait(constraints=["cheaply", "by Friday"])

    owner: Any = None
    owner_id = Owner()
    text = Sequence("Close quarter {}".format)
    constraints = LazyFunction(list)
    since = SelfAttribute("now")

    @classmethod
    def _bring_along(cls, session: Session, made: list[Objective]) -> None:
        entries = Collected()
        for one in made:
            known = {"session": session, "collected": entries, "objective": one}
            for hours in reversed(range(one.version - 1)):
                ObjectiveEntryFactory.create(
                    text=f"{one.text}, before", now=one.since - hours * HOUR, **known
                )
            ObjectiveEntryFactory.create(
                text=one.text,
                constraints=one.constraints,
                valid_from=one.since,
                valid_until=None,
                **known,
            )
        ObjectiveEntryFactory.insert(session, entries.rows)


class ObjectiveEntryFactory(RowFactory[ObjectiveEntry]):
    """The values that `objective` had for the hour until now."""

    class Meta:
        model = ObjectiveEntry

    owner: Any = None
    objective = parent(ObjectiveFactory, owner=SelfAttribute("..owner"))
    owner_id = Owner("objective")
    objective_id = SelfAttribute("objective.id")
    text = Sequence("Plan quarter {}".format)
    constraints = LazyFunction(list)
    valid_from = LazyAttribute(lambda entry: entry.valid_until - HOUR)
    valid_until = SelfAttribute("now")
