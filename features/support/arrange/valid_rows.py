"""A row of each kind that is right in every column, for scripts that spoil one of them."""

from datetime import timedelta
from typing import Any, Final

from features.support.defaults import NOON
from features.support.world import World
from pgharness.data.fingerprints import Row

HASH: Final = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$dGFndGFndGFn"

TABLES: Final = {
    "former password": "password_history",
    "temporary password": "temporary_passwords",
    "session": "login_sessions",
    "project": "projects",
    "agent": "agents",
    "prioritised agent": "agents",
    "task": "tasks",
    "turn": "turns",
    "event": "events",
    "objective": "objectives",
    "objective's entry": "objective_history",
}

LOGINS: Final[dict[str, Row]] = {
    "former password": {"password_hash": HASH, "retired_at": NOON},
    "temporary password": {
        "password_hash": HASH,
        "issued_at": NOON,
        "expires_at": NOON + timedelta(hours=24),
        "used_at": None,
    },
    "session": {
        "jti": "A" * 43,
        "created_at": NOON,
        "last_seen_at": NOON,
        "expires_at": NOON + timedelta(hours=12),
        "must_set_password": False,
        "ip": "192.0.2.7",
        "user_agent": "Mozilla/5.0",
        "ended_at": None,
        "ended_because": None,
    },
}
"""What belongs to a user by the column user_id."""

OWNED: Final[dict[str, Row]] = {
    "project": {"path": "/srv/q4", "slug": "q4", "created_at": NOON},
    "agent": {
        "session_uuid": "00000000-0000-4000-8000-000000000001",
        "name": "Clerk",
        "created_at": NOON,
    },
    "prioritised agent": {
        "session_uuid": "00000000-0000-4000-8000-000000000002",
        "name": "Clerk",
        "priority_score": 55,
        "priority_reason": "the audit",
        "priority_at": NOON,
        "created_at": NOON,
    },
    "task": {
        "title": "Import Q4 figures",
        "payload": "{}",
        "status": "pending",
        "version": 1,
        "created_at": NOON,
    },
    "turn": {"actor": "user", "intent": "command", "text": "Begin", "created_at": NOON},
    "event": {"type": "task.submitted", "payload": "{}", "created_at": NOON},
    "objective": {"text": "Close Q4", "constraints": [], "since": NOON, "version": 1},
    "objective's entry": {
        "text": "Close Q4",
        "constraints": [],
        "valid_from": NOON - timedelta(hours=1),
        "valid_until": NOON,
    },
}
"""What belongs to a user by the column owner_id."""

PARENTS: Final = {
    "agent": ("project_id", "projects"),
    "prioritised agent": ("project_id", "projects"),
    "turn": ("task_id", "tasks"),
    "objective's entry": ("objective_id", "objectives"),
}
"""What cannot be without something else of the same owner's."""


def good_row(world: World, kind: str, person: str) -> Row:
    """Return a row of a person's that the database takes, if the person has what it needs."""
    user = world.people[person].id
    values = LOGINS[kind] if kind in LOGINS else OWNED[kind]
    return {owner_of(kind): user, **_parent(world, kind, user), **values}


def owner_of(kind: str) -> str:
    """Return the column that says whose a row of this kind is."""
    return "user_id" if kind in LOGINS else "owner_id"


def _parent(world: World, kind: str, user: int) -> dict[str, Any]:
    if kind not in PARENTS:
        return {}
    column, table = PARENTS[kind]
    return {column: world.stored_one(table, owner_id=user)["id"]}
