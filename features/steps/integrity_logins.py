"""What the database itself refuses about everything but accounts, past the service."""

from datetime import timedelta
from typing import Any

from behave import given, then, when
from behave.runner import Context
from psycopg import sql

from features.support.arrange import raw_sql
from features.support.arrange.valid_rows import LOGINS, OWNED, TABLES, good_row, owner_of
from features.support.defaults import NOON
from features.support.tenancy import undo_attempts as undoings
from features.support.world import World
from pgharness.data.fingerprints import Row


@given("a script stores {a:Article} {kind:Kind} of {person:Person}'s as it should be")
@when("a script stores {a:Article} {kind:Kind} of {person:Person}'s as it should be")
def script_stores(context: Context, a: str, kind: str, person: str) -> None:
    """Insert a row that is right."""
    _store(context, kind, person, {})


@when(
    "a script stores {a:Article} {kind:Kind} of {person:Person}'s"
    " whose {column:Name} is {value:Value}"
)
def script_stores_but(context: Context, **words: Any) -> None:
    """Insert a row that is right but for one column."""
    _store(context, words["kind"], words["person"], {words["column"]: words["value"]})


@when("a script stores {a:Article} {kind:Kind} of {person:Person}'s without its {column:Name}")
def script_stores_without(context: Context, a: str, kind: str, person: str, column: str) -> None:
    """Insert a row that is right, and leave it to the database to fill in one column."""
    row = good_row(context.world, kind, person)
    del row[column]
    raw_sql.attempt(context.world, raw_sql.insertion(TABLES[kind], row), row)


@when("a script stores a session of {person:Person}'s that ended before it began")
def script_stores_ended_before(context: Context, person: str) -> None:
    """Insert a session whose end, for a reason that there is, lies before its beginning."""
    values = {"ended_at": NOON - timedelta(microseconds=1), "ended_because": "logged_out"}
    _store(context, "session", person, values)


@when("a script counts a failed login against {person:Person} without a time")
def script_counts_undated(context: Context, person: str) -> None:
    """Put a failure without a time among the counted ones."""
    _set_failures(context, person, [None])


@when("a script stores no failed logins for {person:Person}, not even none")
def script_stores_no_failures(context: Context, person: str) -> None:
    """Take the list of failures away."""
    _set_failures(context, person, None)


@when("the service's own role tries to change the {column:Name} of a session")
def own_role_tries(context: Context, column: str) -> None:
    """Write a column to itself, under the role that the service works under."""
    statement = sql.SQL("SET LOCAL ROLE app_identity; UPDATE login_sessions SET {} = {}")
    name = sql.Identifier(column)
    raw_sql.attempt(context.world, statement.format(name, name))


@when("the service's own role {undoing:Undoing}")
def own_role_undoes(context: Context, undoing: str) -> None:
    """Try it under the role that the service works under."""
    undoings.attempt(context.world, undoing, "app_identity")


@when("a script {undoing:Undoing}")
def script_undoes(context: Context, undoing: str) -> None:
    """Try it as the owner of the tables."""
    undoings.attempt(context.world, undoing)


@then("the database lets it through")
def let_through(context: Context) -> None:
    """Nothing was refused."""
    refusal = context.world.database_refusal
    assert refusal is None, f"the database refused it: {refusal}"


@then("the {column:Name} of {person:Person}'s {kind:Kind} is {value:Json}")
def stored_value(context: Context, column: str, person: str, kind: str, value: Any) -> None:
    """The only row of the kind that is the person's holds this value."""
    world: World = context.world
    row = world.stored_one(TABLES[kind], **{owner_of(kind): world.people[person].id})
    assert row[column] == value, f"it is {row[column]!r}"


@when('somebody in the role "{role}" tries to {verb:Verb} {a:Article} {kind:Kind}')
def role_tries(context: Context, role: str, verb: str, a: str, kind: str) -> None:
    """Run one statement under a role."""
    table = sql.Identifier(TABLES[kind])
    column = sql.Identifier(next(iter({**LOGINS, **OWNED}[kind])))
    statements = {
        "select": sql.SQL("SELECT * FROM {}").format(table),
        "insert": sql.SQL("INSERT INTO {} DEFAULT VALUES").format(table),
        "update": sql.SQL("UPDATE {} SET {} = NULL").format(table, column),
        "delete": sql.SQL("DELETE FROM {}").format(table),
    }
    take_role = sql.SQL("SET LOCAL ROLE {}; ").format(sql.Identifier(role))
    raw_sql.attempt(context.world, take_role + statements[verb])


def _store(context: Context, kind: str, person: str, values: Row) -> None:
    row = {**good_row(context.world, kind, person), **values}
    raw_sql.attempt(context.world, raw_sql.insertion(TABLES[kind], row), row)


def _set_failures(context: Context, person: str, failures: list[None] | None) -> None:
    statement = sql.SQL("UPDATE users SET failed_logins_at = {} WHERE id = {}").format(
        sql.Placeholder("failures"), sql.Placeholder("id")
    )
    values = {"failures": failures, "id": context.world.people[person].id}
    raw_sql.attempt(context.world, statement, values)
