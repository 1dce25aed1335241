"""What a Given puts straight into the tables of the workspace, valid and unique by default."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import insert
from sqlalchemy.orm import Session

from domain.objectives import Objective, ObjectiveEntry
from domain.projects import Agent, Project
from domain.tasks import Task, TaskStatus
from domain.workspace import Event, Turn, TurnActor, TurnIntent
from features.support.world import World

NAMES: Final = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
"""So that the session of an agent is told by its name."""

RESULT: Final = {"imported": 1200}
ERROR: Final = "the disk is full"


def owner(world: World, person: str) -> int:
    """Return the id that marks what is a person's."""
    return world.people[person].id


def project(world: World, person: str, slug: str) -> Project:
    """Store a project in the person's own folder."""
    made = Project(
        owner_id=owner(world, person),
        path=f"/home/{person.lower()}/{slug}",
        slug=slug,
        created_at=world.clock.now(),
    )
    world.projects[slug] = _stored(world, made)
    return made


def agent(world: World, person: str, name: str, slug: str) -> Agent:
    """Store an agent that works in a project."""
    made = Agent(
        owner_id=owner(world, person),
        project_id=world.projects[slug].id,
        session_uuid=session_of(name),
        name=name,
        created_at=world.clock.now(),
    )
    world.agents[name] = _stored(world, made)
    return made


def session_of(name: str) -> UUID:
    """Return the session of the agent with this name."""
    return uuid5(NAMES, name)


def task(
    world: World, person: str, title: str, status: TaskStatus = TaskStatus.PENDING, **more: Any
) -> Task:
    """Store a task that has come so far, each step a minute after the other, with more values."""
    now = world.clock.now()
    values = {
        "owner_id": owner(world, person),
        "title": title,
        "payload": {},
        "status": status,
        "version": {TaskStatus.PENDING: 1, TaskStatus.PROCESSING: 2}.get(status, 3),
        "created_at": now,
        **reached(status, now),
        **more,
    }
    with world.past_the_domain() as session:
        made = session.scalars(insert(Task).values(values).returning(Task)).one()
    world.tasks[title] = made
    return made


def reached(status: TaskStatus, began: datetime) -> dict[str, Any]:
    """Return what a task of this status has in its columns besides what it had before."""
    minute = timedelta(minutes=1)
    started = {"started_at": began + minute}
    over = {"finished_at": began + 2 * minute}
    match status:
        case TaskStatus.PENDING:
            return {}
        case TaskStatus.PROCESSING:
            return started
        case TaskStatus.COMPLETED:
            return {**started, **over, "result": RESULT}
        case TaskStatus.FAILED:
            return {**started, **over, "error": ERROR}


def turn(world: World, person: str, text: str, title: str) -> Turn:
    """Store something that was said about a task."""
    made = Turn(
        owner_id=owner(world, person),
        task_id=world.tasks[title].id,
        actor=TurnActor.USER,
        intent=TurnIntent.COMMAND,
        text=text,
        created_at=world.clock.now(),
    )
    world.turns[text] = _stored(world, made)
    return made


def event(world: World, person: str, type_: str, **about: int) -> Event:
    """Store something that has happened."""
    made = Event(
        owner_id=owner(world, person),
        type=type_,
        payload={"said": type_},
        created_at=world.clock.now(),
        **about,
    )
    world.events[type_] = _stored(world, made)
    return made


def objective(world: World, person: str, text: str) -> Objective:
    """Store an objective and the one entry that its history begins with."""
    now = world.clock.now()
    made = Objective(owner_id=owner(world, person), text=text, constraints=[], since=now)
    with world.past_the_domain() as session:
        session.add(made)
        session.flush()
        session.add(
            ObjectiveEntry(
                owner_id=made.owner_id,
                objective_id=made.id,
                text=text,
                constraints=[],
                valid_from=now,
            )
        )
    world.objectives[text] = made
    return made


def everything(world: World, person: str) -> None:
    """Store one of each kind, each belonging to the one before it, and events about all of them.

    There is one event about each thing, and one about the project, the agent, the task and the
    turn together.
    """
    name = person.lower()
    where = project(world, person, f"{name}-project")
    who = agent(world, person, f"{person}'s agent", where.slug)
    what = task(world, person, f"{person}'s task", agent_id=who.id)
    said = turn(world, person, f"{person}'s turn", what.title)
    about = {"project": where.id, "agent": who.id, "task": what.id, "turn": said.id}
    for kind, key in about.items():
        event(world, person, f"{kind}.{name}", **{f"{kind}_id": key})
    event(world, person, f"all.{name}", **{f"{kind}_id": key for kind, key in about.items()})
    objective(world, person, f"{person}'s objective")


def _stored(world: World, made: Any) -> Any:
    session: Session
    with world.past_the_domain() as session:
        session.add(made)
    return made
