"""What the steps about the workspace share: words for what is stored, ways from one to another."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from domain.database.pages import Page
from domain.transactions import TenantWork
from domain.work.objectives import Objective
from domain.work.projects import Agent, Project
from domain.work.tasks import Task
from domain.work.turns_and_events import About, Event, Turn, TurnActor, TurnIntent
from features.support.arrange import given_work
from features.support.arrange.known_work import WorkState
from features.support.arrange.work_factories import session_of
from features.support.tasks.tasks import name_of
from features.support.world import World
from pgharness.data.fingerprints import Row

Chain = tuple[Project, Agent, Task, Turn, Event]
TABLES: Final = ("projects", "agents", "tasks", "turns", "events")


def make_chain(tx: TenantWork) -> Chain:
    """Make one of each, each for the one before."""
    project = tx.workspace.create_project("/srv/q3", "figures")
    agent = tx.workspace.add_agent(project.id, "Scribe", session_of("Scribe"))
    task = tx.tasks.submit("Import", {"rows": 1200}, agent.id)
    turn = tx.workspace.say(task.id, TurnActor.USER, TurnIntent.COMMAND, "Begin")
    event = tx.workspace.record("turn.said", {"words": 1}, About(turn_id=turn.id))
    return project, agent, task, turn, event


def follow_up(tx: TenantWork, event_id: int) -> list[int | None]:
    """Go from an event to what it is about, and on to the project, by one reading each."""
    event = tx.workspace.event(event_id)
    assert event.turn_id is not None, "the event is about no turn"
    turn = tx.workspace.turn(event.turn_id)
    task = tx.tasks.get(turn.task_id)
    assert task.agent_id is not None, "the task is for no agent"
    agent = tx.workspace.agent(task.agent_id)
    return [tx.workspace.project(agent.project_id).id, agent.id, task.id, turn.id, event.id]


def follow_down(tx: TenantWork, project_id: int) -> list[list[int]]:
    """Go from a project to all that belongs to it, by one listing each."""
    agents = tx.workspace.agents(project_id).items
    tasks = [task for agent in agents for task in tx.tasks.list(agent_id=agent.id).items]
    turns = [turn for task in tasks for turn in tx.workspace.turns(task.id).items]
    events = [
        event for turn in turns for event in tx.workspace.events(About(turn_id=turn.id)).items
    ]
    return [[thing.id for thing in things] for things in (agents, tasks, turns, events)]


Listing = Callable[[TenantWork, dict[str, Any]], Page[Any]]

LISTINGS: Final[dict[str, Listing]] = {
    "projects": lambda tx, page: tx.workspace.projects(**page),
    "agents": lambda tx, page: tx.workspace.agents(tx.workspace.projects().items[0].id, **page),
    "turns": lambda tx, page: tx.workspace.turns(tx.tasks.list().items[0].id, **page),
    "events": lambda tx, page: tx.workspace.events(**page),
    "objectives": lambda tx, page: tx.objectives.list(**page),
}
"""How each kind of thing is listed; agents of the first project, turns of the first task."""


def another(world: World, person: str, things: str) -> Project | Agent | Turn | Event | Objective:
    """Store one more thing of a kind, in the person's first project or about the first task."""
    state = world.state(WorkState)
    number = len(world.stored(things)) + 1
    name = f"{person.lower()}-{number}"
    slug, title = f"{person.lower()}-first", f"{person}'s first"
    if things == "agents" and slug not in state.projects:
        given_work.project(world, person, slug)
    if things == "turns" and title not in state.tasks:
        given_work.task(world, person, title)
    makers: dict[str, Callable[[], Project | Agent | Turn | Event | Objective]] = {
        "projects": lambda: given_work.project(world, person, name),
        "agents": lambda: given_work.agent(world, person, name, slug),
        "turns": lambda: given_work.turn(world, person, name, title),
        "events": lambda: given_work.event(world, person, "seen"),
        "objectives": lambda: given_work.objective(world, person, name),
    }
    return makers[things]()


def described_project(world: World, row: Row) -> dict[str, str]:
    """Return a stored project in the words of a table."""
    return {
        "owner": name_of(world, row["owner_id"]),
        "slug": row["slug"],
        "path": row["path"],
        "since": time_of(row["created_at"]),
    }


def described_agent(world: World, row: Row) -> dict[str, str]:
    """Return a stored agent in the words of a table."""
    known = row["session_uuid"] == session_of(row["name"])
    score = row["priority_score"]
    return {
        "owner": name_of(world, row["owner_id"]),
        "name": row["name"],
        "project": world.stored_one("projects", id=row["project_id"])["slug"],
        "session": f"{row['name']}'s" if known else str(row["session_uuid"]),
        "score": "" if score is None else str(score),
        "reason": row["priority_reason"] or "",
        "prioritised": time_of(row["priority_at"]),
    }


def described_turn(world: World, row: Row) -> dict[str, str]:
    """Return a stored turn in the words of a table."""
    return {
        "owner": name_of(world, row["owner_id"]),
        "task": world.stored_one("tasks", id=row["task_id"])["title"],
        "actor": row["actor"],
        "intent": row["intent"],
        "text": row["text"],
        "said": time_of(row["created_at"]),
    }


def described_event(row: Row) -> dict[str, str]:
    """Return a stored event in the words of a table: which references it still has."""
    references = {kind: row[f"{kind}_id"] for kind in ("project", "agent", "task", "turn")}
    there = {kind: "there" if key is not None else "" for kind, key in references.items()}
    return {"type": row["type"], **there}


def time_of(instant: datetime | None) -> str:
    """Return the hour and the minute, or nothing."""
    return f"{instant:%H:%M}" if instant else ""
