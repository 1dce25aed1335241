"""Stored rows in the words of the tables in the features."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from features.support.arrange.known_work import WorkState
from features.support.arrange.work_factories import session_uuid_of
from features.support.world import World
from pgharness.data.fingerprints import Row

Words = dict[str, str]


def name_of(world: World, user_id: int) -> str:
    """Return the name of the person with this id."""
    (name,) = [name for name, user in world.people.items() if user.id == user_id]
    return name


def time_of(instant: datetime | None) -> str:
    """Return the hour and the minute, or nothing."""
    return f"{instant:%H:%M}" if instant else ""


def _project(world: World, row: Row) -> Words:
    return {
        "owner": name_of(world, row["owner_id"]),
        "slug": row["slug"],
        "path": row["path"],
        "since": time_of(row["created_at"]),
    }


def _agent(world: World, row: Row) -> Words:
    known = row["session_uuid"] == session_uuid_of(row["name"])
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


def _task(world: World, row: Row) -> Words:
    agents = {agent.id: name for name, agent in world.state(WorkState).agents.items()}
    return {
        "owner": name_of(world, row["owner_id"]),
        "title": row["title"],
        "agent": agents.get(row["agent_id"], ""),
        "payload": json.dumps(row["payload"]),
        "status": row["status"],
        "version": str(row["version"]),
        "submitted": time_of(row["created_at"]),
        "started": time_of(row["started_at"]),
        "finished": time_of(row["finished_at"]),
        "result": _json(row["result"]),
        "error": row["error"] or "",
        "details": _json(row["error_details"]),
    }


def _turn(world: World, row: Row) -> Words:
    return {
        "owner": name_of(world, row["owner_id"]),
        "task": world.stored_one("tasks", id=row["task_id"])["title"],
        "actor": row["actor"],
        "intent": row["intent"],
        "text": row["text"],
        "said": time_of(row["created_at"]),
    }


def _event(_: World, row: Row) -> Words:
    references = {kind: row[f"{kind}_id"] for kind in ("project", "agent", "task", "turn")}
    there = {kind: "there" if key is not None else "" for kind, key in references.items()}
    return {"type": row["type"], **there}


def _objective(world: World, row: Row) -> Words:
    return {
        "owner": name_of(world, row["owner_id"]),
        "text": row["text"],
        "constraints": ", ".join(row["constraints"]),
        "since": time_of(row["since"]),
        "version": str(row["version"]),
    }


def entry(row: Row) -> Words:
    """Return an entry of an objective's history."""
    return {
        "text": row["text"],
        "constraints": ", ".join(row["constraints"]),
        "from": time_of(row["valid_from"]),
        "until": time_of(row["valid_until"]),
    }


DESCRIBED: Final[dict[str, Callable[[World, Row], Words]]] = {
    "projects": _project,
    "agents": _agent,
    "tasks": _task,
    "turns": _turn,
    "events": _event,
    "objectives": _objective,
}
"""By table. An event is described by the references that it still has."""


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value)
