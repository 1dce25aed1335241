"""What the database itself refuses, past the service."""

from typing import Any

import psycopg
from behave import then, when
from behave.runner import Context
from psycopg import errors, sql
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from features.support.arrange import raw_sql
from features.support.defaults import NOON
from features.support.identity.state import AccountState
from features.support.tenancy.attack_runner import BY_POLICY
from features.support.world import World

STATEMENTS = {
    "select": "SELECT * FROM users",
    "insert": "INSERT INTO users DEFAULT VALUES",
    "update": "UPDATE users SET display_name = 'Mallory'",
    "delete": "DELETE FROM users",
}


@when("a script stores an account whose {column} is {value:Value}")
def script_stores_account(context: Context, column: str, value: Any) -> None:
    """Insert a row that is right but for one column."""
    row = {
        "email": "bram@example.org",
        "display_name": "Bram",
        "password_hash": "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$dGFndGFndGFn",
        "version": 1,
        "created_at": NOON,
        "changed_at": NOON,
        column: value,
    }
    raw_sql.attempt(context.world, raw_sql.insertion("users", row), row)


@when('somebody in the role "{role}" tries to {verb} accounts')
def role_tries(context: Context, role: str, verb: str) -> None:
    """Run one statement under a role."""
    statement = sql.SQL("SET LOCAL ROLE {}; ").format(sql.Identifier(role))
    raw_sql.attempt(context.world, statement + sql.SQL(STATEMENTS[verb]))


@when("the service asks under which role it works")
def service_asks_for_role(context: Context) -> None:
    """Look at the role inside a unit of work of the service."""
    roles: list[str] = []

    def ask(session: Session, *_: object) -> None:
        roles.append(session.scalars(text("SELECT current_user")).one())

    event.listen(Session, "before_commit", ask, once=True)
    with context.world.domain.identity() as tx:
        tx.accounts.list()
    (context.world.state(AccountState).role,) = roles


@then('the role is "{role}", which owns nothing and may not bypass any policy')
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
    assert roles == (0, False, False, False, False, False), f"its rights are {roles}"


@then("the database refuses it by the rule {rule:Name}")
def refused_by_rule(context: Context, rule: str) -> None:
    """A constraint of this name was violated, or a column of this name must not be empty."""
    refusal = _refusal(context.world)
    assert isinstance(refusal, errors.IntegrityError), f"the refusal was another one: {refusal}"
    found = refusal.diag.constraint_name or refusal.diag.column_name
    assert found == rule, f"refused by the rule {found}"


@then("the database refuses it because only the database gives out ids")
def refused_generated_always(context: Context) -> None:
    """The column is GENERATED ALWAYS."""
    refusal = _refusal(context.world)
    assert isinstance(refusal, errors.GeneratedAlways), f"the refusal was another one: {refusal}"


@then("the database refuses it for want of a right")
def refused_for_privilege(context: Context) -> None:
    """The role was not granted what it tried; that a policy is in its way, too, does not count."""
    refusal = _refusal(context.world)
    assert isinstance(refusal, errors.InsufficientPrivilege), f"the refusal was: {refusal}"
    assert refusal.diag.source_function not in BY_POLICY, f"only a policy refused it: {refusal}"


@then("the database refuses it by the policy {policy:Name}")
def refused_by_policy(context: Context, policy: str) -> None:
    """The policy of this name does not let such a row be written."""
    refusal = _refusal(context.world)
    assert refusal.diag.source_function in BY_POLICY, f"the refusal was another one: {refusal}"
    assert f'"{policy}"' in str(refusal), f"another policy refused it: {refusal}"


def _refusal(world: World) -> psycopg.Error:
    assert world.database_refusal is not None, "the database let it through"
    return world.database_refusal
