"""Rows that a Given stores without the service, remembered by their names."""

from typing import Any

from domain.work.objectives import Objective
from domain.work.projects import Agent, Project
from domain.work.tasks import Task, TaskStatus
from domain.work.turns_and_events import Event, Turn
from features.support.arrange import factories
from features.support.arrange.known_work import WorkState
from features.support.world import World


def project(world: World, person: str, slug: str) -> Project:
    """Store a project in the person's own folder."""
    state = world.state(WorkState)
    state.projects[slug] = factories.stored(
        world,
        factories.ProjectFactory,
        owner=world.people[person],
        slug=slug,
        path=f"/home/{person.lower()}/{slug}",
    )
    return state.projects[slug]


def agent(world: World, person: str, name: str, slug: str) -> Agent:
    """Store an agent that works in a project."""
    state = world.state(WorkState)
    state.agents[name] = factories.stored(
        world,
        factories.AgentFactory,
        owner=world.people[person],
        project=state.projects[slug],
        name=name,
    )
    return state.agents[name]


def task(
    world: World, person: str, title: str, status: TaskStatus = TaskStatus.PENDING, **more: Any
) -> Task:
    """Store a task; each change of its status was a minute after the other."""
    state = world.state(WorkState)
    state.tasks[title] = factories.stored(
        world,
        factories.TaskFactory,
        **{"owner": world.people[person], "title": title, "status": status, "payload": {}, **more},
    )
    return state.tasks[title]


def turn(world: World, person: str, text: str, title: str) -> Turn:
    """Store a turn about a task."""
    state = world.state(WorkState)
    state.turns[text] = factories.stored(
        world,
        factories.TurnFactory,
        owner=world.people[person],
        task=state.tasks[title],
        text=text,
    )
    return state.turns[text]


def event(world: World, person: str, type_: str, **about: int) -> Event:
    """Store an event."""
    state = world.state(WorkState)
    state.events[type_] = factories.stored(
        world,
        factories.EventFactory,
        owner=world.people[person],
        type=type_,
        payload={"said": type_},
        **about,
    )
    return state.events[type_]


def objective(world: World, person: str, text: str) -> Objective:
    """Store an objective with the first entry of its history."""
    state = world.state(WorkState)
    state.objectives[text] = factories.stored(
        world, factories.ObjectiveFactory, owner=world.people[person], text=text
    )
    return state.objectives[text]


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
