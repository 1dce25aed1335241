"""What the steps about tasks share."""

import json
from datetime import datetime
from typing import Any

from domain.work.tasks import Task
from features.support.arrange.known_work import WorkState
from features.support.world import World
from pgharness.data.fingerprints import Row


def owner(world: World, title: str) -> str:
    """Return the name of whoever owns a task."""
    return name_of(world, world.state(WorkState).tasks[title].owner_id)


def name_of(world: World, user_id: int) -> str:
    """Return the name of the person with this id."""
    (name,) = [name for name, user in world.people.items() if user.id == user_id]
    return name


def submit(world: World, person: str, **values: Any) -> None:
    """Try to submit a task, and remember it by its title."""
    with world.attempt(), world.tenant(person) as tx:
        task = tx.tasks.submit(**{"payload": {}, **values})
        world.state(WorkState).tasks[task.title] = task


def read_again(world: World, title: str) -> Task:
    """Read a task as its owner."""
    state = world.state(WorkState)
    with world.tenant(owner(world, title)) as tx:
        state.tasks[title] = tx.tasks.get(state.tasks[title].id)
    return state.tasks[title]


def retitle_unseen(world: World, title: str, new: str) -> None:
    """Retitle a task, and let nobody who has seen it know."""
    with world.tenant(owner(world, title)) as tx:
        tx.tasks.retitle(tx.tasks.get(world.state(WorkState).tasks[title].id), new)


def titles(text: str) -> list[str]:
    """Return the titles in a list of them."""
    return text.split(", ")


def described(world: World, row: Row) -> dict[str, str]:
    """Return a stored task in the words of a table."""
    agents = {agent.id: name for name, agent in world.state(WorkState).agents.items()}
    return {
        "owner": name_of(world, row["owner_id"]),
        "title": row["title"],
        "agent": agents.get(row["agent_id"], ""),
        "payload": json.dumps(row["payload"]),
        "status": row["status"],
        "version": str(row["version"]),
        "submitted": _time(row["created_at"]),
        "started": _time(row["started_at"]),
        "finished": _time(row["finished_at"]),
        "result": _json(row["result"]),
        "error": row["error"] or "",
        "details": _json(row["error_details"]),
    }


def _time(instant: datetime | None) -> str:
    return f"{instant:%H:%M}" if instant else ""


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value)
