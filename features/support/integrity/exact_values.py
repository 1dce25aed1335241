"""Rows whose values need all of their columns' types: large ids, microseconds, long texts."""

from datetime import datetime, timedelta
from ipaddress import ip_interface
from itertools import count
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import sql

from features.support.arrange import raw_sql
from features.support.arrange.valid_rows import PARENTS, TABLES, owner_column, values_of
from features.support.world import World
from pgharness.data.fingerprints import Row

FIRST_ID: Final = 3_000_000_001
"""No 32 bits have room for it."""
BEYOND_16_BITS: Final = 40_000
SHIFT: Final = timedelta(microseconds=123_457)
JSON: Final = '{"b": 1, "a": 2, "a": 3}'
"""It is stored without the repetition, and in order."""

VALUES: Final[Row] = {
    **dict.fromkeys(("payload", "result", "error_details"), JSON),
    **dict.fromkeys(("title", "error", "text", "name", "display_name"), "é" * 90),
    **dict.fromkeys(("priority_reason", "user_agent"), "é" * 90),
    "constraints": ["at most 90 characters", "é" * 90],
    "path": "/" + "é" * 90,
    "slug": "x" * 60,
    "type": "x" * 90,
    "version": BEYOND_16_BITS,
    "must_set_password": True,
    "ip": "192.0.2.7/24",
    "email": "é" * 90 + "@example.org",
}
"""Values that are as unusual as their columns allow."""

REFERENCES: Final = {
    "project_id": "project",
    "agent_id": "prioritised agent",
    "task_id": "failed task",
}
KINDS: Final = (
    *("account", "former password", "temporary password", "ended session"),
    *("project", "prioritised agent", "failed task", "completed task", "turn", "event"),
    *("objective", "objective's entry"),
)
"""At least one kind for each table, parents first."""


def rows() -> dict[str, Row]:
    """Return a row of each table, by its kind; each refers to all that it may refer to."""
    ids = count(FIRST_ID)
    made: dict[str, Row] = {}
    for kind in KINDS:
        row = {name: _unusual(name, value) for name, value in values_of(kind).items()}
        if kind not in {"temporary password", "ended session"}:
            row["id"] = next(ids)
        if kind != "account":
            row[owner_column(kind)] = made["account"]["id"]
        made[kind] = row
    made["account"] |= {"failed_logins_at": [made["account"]["created_at"]]}
    made["account"] |= dict.fromkeys(
        ("deactivated_at", "locked_until"), made["account"]["created_at"]
    )
    made["temporary password"]["used_at"] = made["temporary password"]["issued_at"]
    made["failed task"] |= {"agent_id": made["prioritised agent"]["id"], "error_details": JSON}
    for kind, (column, _) in PARENTS.items():
        if kind in made and column != "objective_id":
            made[kind][column] = made[REFERENCES[column]]["id"]
    made["turn"]["created_at"] += timedelta(hours=1)
    made["event"] |= {column: made[kind]["id"] for column, kind in REFERENCES.items()}
    made["event"]["turn_id"] = made["turn"]["id"]
    objective, entry = made["objective"], made["objective's entry"]
    entry |= {"objective_id": objective["id"], "valid_from": objective["since"]}
    closed = {**entry, "id": next(ids), "valid_until": objective["since"]}
    entry["valid_until"] = None
    return {**made, "objective's closed entry": closed}


def _unusual(name: str, value: Any) -> Any:
    return value + SHIFT if isinstance(value, datetime) else VALUES.get(name, value)


def differences(world: World) -> list[str]:
    """Store all rows as a client in another time zone; return how what is read back differs."""
    made = rows()
    with world.engine.connect() as connection:
        driver: psycopg.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        try:
            driver.execute("SET LOCAL TimeZone = 'Asia/Kolkata'")
            for kind, row in made.items():
                driver.execute(_insertion(table_of(kind), row), row)
            driver.commit()
        except psycopg.Error as refusal:
            driver.rollback()
            return [f"a row was rejected: {refusal}"]
    return [
        f"{kind}: {name} is {found[name]!r}, not {value!r}"
        for kind, row in made.items()
        for found in [_stored(world, kind, row)]
        for name, value in row.items()
        if not _is_same(found[name], _as_read(name, value))
    ]


def table_of(kind: str) -> str:
    """Return the table of a kind's rows."""
    return TABLES[kind.replace("closed ", "")]


def _insertion(table: str, row: Row) -> sql.SQL:
    text = raw_sql.insertion(table, row).as_string(None)
    return sql.SQL(text.replace(" VALUES ", " OVERRIDING SYSTEM VALUE VALUES ", 1))


def _stored(world: World, kind: str, row: Row) -> Row:
    key = next(name for name in ("id", "jti", "user_id") if name in row)
    return dict(world.stored_one(table_of(kind), **{key: row[key]}))


def _as_read(name: str, value: Any) -> Any:
    """Return a value as the driver reads it."""
    match name:
        case "session_uuid":
            return UUID(value)
        case "ip":
            return ip_interface(value)
        case "payload" | "result" | "error_details" if value is not None:
            return {"a": 3, "b": 1}
    return value


def _is_same(found: Any, value: Any) -> bool:
    """Compare types and orders too: a number may be equal to one of another type."""
    if isinstance(value, dict):
        return isinstance(found, dict) and list(found.items()) == list(value.items())
    return found == value and (type(found) is type(value) or not isinstance(value, int))
