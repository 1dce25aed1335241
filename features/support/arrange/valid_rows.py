"""A valid row of each kind, for scripts that store it with one invalid value."""

from datetime import datetime, timedelta
from typing import Any, Final

from domain.work.tasks import TaskStatus
from features.support.arrange.work_factories import reached
from features.support.defaults import NOON
from features.support.world import World
from pgharness.data.fingerprints import Row

HASH: Final = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$dGFndGFndGFn"

TABLES: Final = {
    "account": "users",
    "former password": "password_history",
    "temporary password": "temporary_passwords",
    "session": "login_sessions",
    "ended session": "login_sessions",
    "project": "projects",
    "agent": "agents",
    "prioritised agent": "agents",
    "task": "tasks",
    **{f"{status} task": "tasks" for status in TaskStatus},
    "turn": "turns",
    "event": "events",
    "objective": "objectives",
    "objective's entry": "objective_history",
}

_ACCOUNT: Final[Row] = {
    "email": "bram@example.org",
    "display_name": "Bram",
    "password_hash": HASH,
    "version": 1,
    "created_at": NOON,
    "changed_at": NOON,
}

_SESSION: Final[Row] = {
    "jti": "A" * 43,
    "created_at": NOON,
    "last_seen_at": NOON,
    "expires_at": NOON + timedelta(hours=12),
    "must_set_password": False,
    "ip": "192.0.2.7",
    "user_agent": "Mozilla/5.0",
    "ended_at": None,
    "ended_because": None,
}

_TASK: Final[Row] = {
    "title": "Import Q4 figures",
    "payload": "{}",
    "status": "pending",
    "version": 1,
    "created_at": NOON,
}


def _task_that_is(status: TaskStatus) -> Row:
    values = reached(status, NOON)
    if "result" in values:
        values["result"] = '{"imported": 1200}'
    return {**_TASK, **values, "status": status}


LOGINS: Final[dict[str, Row]] = {
    "former password": {"password_hash": HASH, "retired_at": NOON},
    "temporary password": {
        "password_hash": HASH,
        "issued_at": NOON,
        "expires_at": NOON + timedelta(hours=24),
        "used_at": None,
    },
    "session": _SESSION,
    "ended session": {**_SESSION, "ended_at": NOON, "ended_because": "logged_out"},
}
"""Rows with their owner in the column user_id."""

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
    "task": _TASK,
    **{f"{status} task": _task_that_is(status) for status in TaskStatus},
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
"""Rows with their owner in the column owner_id."""

OTHER: Final = {"payload": '{"another": 1}', "actor": "agent", "intent": "answer"}
"""Values beside those of valid rows, of columns with few values."""

PARENTS: Final = {
    "agent": ("project_id", "projects"),
    "prioritised agent": ("project_id", "projects"),
    "turn": ("task_id", "tasks"),
    "objective's entry": ("objective_id", "objectives"),
}
"""Kinds that refer to another row of the same owner, which must be stored already."""


def valid_row(world: World, kind: str, person: str) -> Row:
    """Return a row of a person's that the database accepts; an account is no person's."""
    if kind == "account":
        return _ACCOUNT
    user = world.people[person].id
    return {owner_column(kind): user, **_parent(world, kind, user), **values_of(kind)}


def differing(row: Row) -> Row:
    """Return a valid row that differs from this one in each column that may have any value."""
    return {column: _another(column, value) for column, value in row.items()}


def values_of(kind: str) -> Row:
    """Return what is in a valid row's columns, without references."""
    return {"account": _ACCOUNT, **LOGINS, **OWNED}[kind]


def owner_column(kind: str) -> str:
    """Return the column with the id of a row's owner."""
    return "user_id" if kind in LOGINS else "owner_id"


def _another(column: str, value: Any) -> Any:
    match value:
        case datetime():
            return value + timedelta(seconds=1)
        case str() if column in OTHER:
            return OTHER[column]
        case str() if column not in {"status", "session_uuid", "ended_because"}:
            return f"{value}x"
        case int() if column == "version":
            return value + 1
        case []:
            return ["another"]
    return value


def _parent(world: World, kind: str, user: int) -> dict[str, Any]:
    if kind not in PARENTS:
        return {}
    column, table = PARENTS[kind]
    return {column: world.stored_one(table, owner_id=user)["id"]}
