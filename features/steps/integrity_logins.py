"""What the database itself refuses about passwords and sessions, past the service."""

from datetime import timedelta
from typing import Any, Final

from behave import then, when
from behave.runner import Context
from psycopg import sql

from features.support import raw
from features.support.data import Row
from features.support.world import NOON

HASH: Final = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$dGFndGFndGFn"

TABLES: Final = {
    "former password": "password_history",
    "temporary password": "temporary_passwords",
    "session": "login_sessions",
}

GOOD: Final[dict[str, Row]] = {
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
"""A row of each kind that is right in every column."""


@when("a script stores a {kind:Kind} of {person:Person}'s as it should be")
def script_stores(context: Context, kind: str, person: str) -> None:
    """Insert a row that is right."""
    _store(context, kind, person, {})


@when("a script stores a {kind:Kind} of {person:Person}'s whose {column:Name} is {value:Value}")
def script_stores_but(context: Context, kind: str, person: str, column: str, value: Any) -> None:
    """Insert a row that is right but for one column."""
    _store(context, kind, person, {column: value})


@then("the database lets it through")
def let_through(context: Context) -> None:
    """Nothing was refused."""
    refusal = context.world.database_refusal
    assert refusal is None, f"the database refused it: {refusal}"


@when('somebody in the role "{role}" tries to {verb:Verb} a {kind:Kind}')
def role_tries(context: Context, role: str, verb: str, kind: str) -> None:
    """Run one statement under a role."""
    table = sql.Identifier(TABLES[kind])
    column = sql.Identifier(next(iter(GOOD[kind])))
    statements = {
        "select": sql.SQL("SELECT * FROM {}").format(table),
        "insert": sql.SQL("INSERT INTO {} DEFAULT VALUES").format(table),
        "update": sql.SQL("UPDATE {} SET {} = {}").format(table, column, column),
        "delete": sql.SQL("DELETE FROM {}").format(table),
    }
    take_role = sql.SQL("SET LOCAL ROLE {}; ").format(sql.Identifier(role))
    raw.attempt(context.world, take_role + statements[verb])


def _store(context: Context, kind: str, person: str, values: Row) -> None:
    row = {"user_id": context.world.people[person].id, **GOOD[kind], **values}
    raw.attempt(context.world, raw.insertion(TABLES[kind], row), row)
