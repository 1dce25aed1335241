"""Statements that go past the service: scripts that write rows, clients in other roles."""

from typing import Any

from behave import given, then, when
from behave.runner import Context
from psycopg import sql
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from features.support.arrange import raw_sql
from features.support.arrange.valid_rows import (
    TABLES,
    differing,
    owner_column,
    valid_row,
    values_of,
)
from features.support.identity.state import AccountState
from features.support.integrity import exact_values
from features.support.integrity.violations import Violation
from features.support.tenancy import undo_attempts
from features.support.world import World
from pgharness.data.fingerprints import Row

# --- rows -----------------------------------------------------------------------------------


@given("a script stores {row:ValidRow}")
@when("a script stores {row:ValidRow}")
def script_stores(context: Context, row: tuple[str, str]) -> None:
    """Insert a row that is valid in every column."""
    _store(context.world, row, {})


@when("a script stores {row:ValidRow} whose {column:Name} is {value:Value}")
def script_stores_value(context: Context, row: tuple[str, str], column: str, value: Any) -> None:
    """Insert a row that is valid except for one column."""
    _store(context.world, row, {column: value})


@when("a script stores {row:ValidRow} without its {column:Name}")
def script_stores_default(context: Context, row: tuple[str, str], column: str) -> None:
    """Insert a valid row, and leave one column to the database's default."""
    kind, person = row
    values = valid_row(context.world, kind, person)
    del values[column]
    raw_sql.attempt(context.world, raw_sql.insertion(TABLES[kind], values), values)


@when("a script stores {row:ValidRow} whose {column:Name} is {other:Person}'s")
def script_stores_reference(
    context: Context, row: tuple[str, str], column: str, other: str
) -> None:
    """Insert a row that is valid except that it refers to another owner's row."""
    world: World = context.world
    user_id = world.people[other].id
    table = f"{column.removesuffix('_id')}s"
    found = user_id if table == "owners" else world.stored_one(table, owner_id=user_id)["id"]
    _store(world, row, {column: found})


@when("a script stores {row:ValidRow} under the id of {other:Person}'s")
def script_stores_under_id(context: Context, row: tuple[str, str], other: str) -> None:
    """Insert a row with an id that is used; nothing else is as in the row that has it."""
    world: World = context.world
    kind, person = row
    used = world.stored_one(TABLES[kind], **{owner_column(kind): world.people[other].id})["id"]
    values = {**differing(valid_row(world, kind, person)), "id": used}
    statement = raw_sql.insertion(TABLES[kind], values).as_string(None)
    overriding = statement.replace(" VALUES ", " OVERRIDING SYSTEM VALUE VALUES ")
    raw_sql.attempt(world, sql.SQL(overriding), values)


@then("the {column:Name} of {person:Person}'s {kind:Kind} is {value:Json}")
def stored_value(context: Context, column: str, person: str, kind: str, value: Any) -> None:
    """The person's only row of the kind has this value."""
    world: World = context.world
    row = world.stored_one(TABLES[kind], **{owner_column(kind): world.people[person].id})
    assert row[column] == value, f"it is {row[column]!r}"


@then("a client in another time zone stores a row of each table, and each value is as it was")
def stored_exactly(context: Context) -> None:
    """No id, number, time or text is rejected, rounded, cut or padded."""
    found = exact_values.differences(context.world)
    assert not found, "; ".join(found)


# --- statements -----------------------------------------------------------------------------


@when('{role:Client} executes "{statement:Rest}"')
def executes(context: Context, role: str, statement: str) -> None:
    """Send a statement as it is written."""
    raw_sql.attempt(context.world, sql.SQL(statement), role=role)


@when("{role:Client} {undoing:Undoing}")
def undoes(context: Context, role: str, undoing: str) -> None:
    """Send one of the statements that would undo what was decided about Ada's account."""
    undo_attempts.attempt(context.world, undoing, role)


@when("{role:Client} tries to {verb:Verb} {a:Article} {kind:Kind}")
def tries(context: Context, role: str, verb: str, a: str, kind: str) -> None:
    """Send a statement of this kind, which needs only the privilege on the whole table."""
    table = sql.Identifier(TABLES[kind])
    column = sql.Identifier(next(iter(values_of(kind))))
    statements = {
        "select": sql.SQL("SELECT * FROM {}").format(table),
        "insert": sql.SQL("INSERT INTO {} DEFAULT VALUES").format(table),
        "update": sql.SQL("UPDATE {} SET {} = NULL").format(table, column),
        "delete": sql.SQL("DELETE FROM {}").format(table),
    }
    raw_sql.attempt(context.world, statements[verb], role=role)


@when("{role:Client} tries to {verb:Verb} the {column:Name} of {a:Article} {kind:Kind}")
def tries_column(context: Context, role: str, verb: str, column: str, **words: str) -> None:
    """Read one column, write it to itself, or insert a row with its default."""
    table, name = sql.Identifier(TABLES[words["kind"]]), sql.Identifier(column)
    statements = {
        "select": sql.SQL("SELECT {} FROM {}").format(name, table),
        "insert": sql.SQL("INSERT INTO {} ({}) VALUES (DEFAULT)").format(table, name),
        "update": sql.SQL("UPDATE {} SET {} = {}").format(table, name, name),
    }
    raw_sql.attempt(context.world, statements[verb], role=role)


@then("the database rejects it because of {violation:Violation}")
def rejected(context: Context, violation: Violation) -> None:
    """The constraint, policy, type or privilege is exactly the one that is named."""
    violation.check(context.world.database_refusal)


@then("the database accepts it")
def accepted(context: Context) -> None:
    """The statement was executed and committed."""
    refusal = context.world.database_refusal
    assert refusal is None, f"the database rejected it: {refusal}"


# --- roles ----------------------------------------------------------------------------------


@when("the service works with accounts")
def works_with_accounts(context: Context) -> None:
    """Ask for the role in force inside a unit of work of the service."""
    roles: list[str] = []

    def ask(session: Session, *_: object) -> None:
        roles.append(session.scalars(text("SELECT current_user")).one())

    event.listen(Session, "before_commit", ask, once=True)
    with context.world.domain.identity() as tx:
        tx.accounts.list()
    (context.world.state(AccountState).role,) = roles


@then('its role is "{role}", which owns no table and has no attribute')
def role_is(context: Context, role: str) -> None:
    """The role in force, and what the catalogue says of it."""
    world: World = context.world
    state = world.state(AccountState)
    assert state.role == role, f"the role is {state.role}"
    (roles,) = world.reader.execute(
        "SELECT (SELECT count(*) FROM pg_class WHERE relowner = r.oid),"
        " rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin"
        " FROM pg_roles AS r WHERE rolname = %s",
        [role],
    )
    assert roles == (0, False, False, False, False, False), f"its attributes are {roles}"


def _store(world: World, row: tuple[str, str], changed: Row) -> None:
    kind, person = row
    values = {**valid_row(world, kind, person), **changed}
    raw_sql.attempt(world, raw_sql.insertion(TABLES[kind], values), values)
