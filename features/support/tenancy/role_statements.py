"""Statements that a group role runs about itself, and which catalogues they change."""

from collections.abc import Iterable
from typing import Final

import psycopg
from psycopg import sql

from domain.database.schema import Role
from features.support.tenancy.session_leftovers import BOUND
from features.support.world import World
from pgharness.servers import provision

CATALOGUES: Final = """
    SELECT relname FROM pg_class
     WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'
       AND has_table_privilege('public', oid, 'SELECT')
     ORDER BY 1
"""
"""All that everybody may read; statistics, secrets and the bytes of large objects are left out."""

DIGEST: Final = """
    SELECT {name}, coalesce(sum(hashtextextended({row}, 0)), 0) FROM pg_catalog.{table} AS t
"""

ROLES: Final = """
    SELECT 'pg_authid', sum(hashtextextended((to_jsonb(t) - 'rolconfig')::text, 0))
      FROM pg_roles AS t
"""
"""The view shows everything of a role but its password; the settings are another catalogue's."""


LOGS_IN: Final = "SELECT rolcanlogin FROM pg_roles WHERE rolname = current_user"

OTHERS: Final = {Role.IDENTITY: Role.WORKER, Role.TENANT: Role.IDENTITY, Role.WORKER: Role.TENANT}

UPDATED_IN_PLACE: Final = {
    "pg_class": "relpages,reltuples,relallvisible,relallfrozen,relfrozenxid,relminmxid,"
    "relhasindex,relhastriggers,relhasrules",
    "pg_database": "datfrozenxid,datminmxid,dathasloginevt",
}
"""What autovacuum writes without regard to anybody's snapshot."""

BOOKKEEPING: Final = frozenset({"pg_depend", "pg_shdepend"})
"""What says who depends on whom, beside what has changed itself."""

Digests = dict[str, int]


def outcomes(world: World, statements: Iterable[tuple[Role, str]]) -> list[str]:
    """Return for each statement which catalogues it changes, "nothing", or why it is refused.

    In a statement, `{role}` is the role, `{other}` another group role, `{database}` the database.
    All is undone: roles and their settings are shared by all databases of the server.
    """
    with provision.connect(world.url) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        before = _digests(connection)
        found = []
        for role, statement in statements:
            with connection.transaction(force_rollback=True):
                found.append(_outcome(connection, role, _composed(world, role, statement), before))
        return found


def _composed(world: World, role: Role, statement: str) -> sql.Composed:
    names = {"role": role, "other": OTHERS[role], "database": world.url.database or ""}
    return sql.SQL(statement).format(**{k: sql.Identifier(v) for k, v in names.items()})


def _outcome(
    connection: psycopg.Connection, role: Role, statement: sql.Composed, before: Digests
) -> str:
    try:
        with connection.transaction():
            connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
            connection.execute(statement)
            connection.execute("RESET ROLE")
    except psycopg.errors.InsufficientPrivilege:
        return "no right"
    except psycopg.Error as refusal:
        return f"refused by {refusal.sqlstate}"
    after = _digests(connection)
    changed = {name for name, digest in after.items() if before[name] != digest}
    return ", ".join(sorted(changed - BOOKKEEPING or changed)) or "nothing"


def _digests(connection: psycopg.Connection) -> Digests:
    names = [name for (name,) in connection.execute(CATALOGUES)]
    queries = [
        sql.SQL(DIGEST).format(name=name, table=sql.Identifier(name), row=_row(name))
        for name in names
    ]
    return dict(connection.execute(sql.SQL(" UNION ALL ").join([*queries, sql.SQL(ROLES)])))


def _row(catalogue: str) -> sql.Composable:
    if catalogue not in UPDATED_IN_PLACE:
        return sql.SQL("t::text")
    columns = UPDATED_IN_PLACE[catalogue].split(",")
    return sql.SQL("(to_jsonb(t) - {}::text[])::text").format(columns)


def logs_in_with_password(world: World, role: Role) -> bool:
    """Have a role give itself a password, and tell whether it could log in; it is undone."""
    with provision.connect(world.url) as connection, connection.transaction(force_rollback=True):
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
        connection.execute("ALTER ROLE CURRENT_ROLE PASSWORD 'of its own'")
        row = connection.execute(LOGS_IN).fetchone()
    return bool(row and row[0])


def counted_in_turn(world: World, workers: Iterable[tuple[Role, int | None]]) -> list[str]:
    """Return what one prepared statement counts for each role and user, in one connection.

    "nobody is bound" is the answer of a policy that asks for a user where there is none.
    """
    found = []
    with provision.connect(world.url) as connection:
        connection.prepare_threshold = (
            None  # else the driver forgets what is prepared by a rollback
        )
        connection.execute("PREPARE counting AS SELECT count(*) FROM tasks")
        for role, user in workers:
            found.append(_counted(connection, role, "" if user is None else str(user)))
    return found


def _counted(connection: psycopg.Connection, role: Role, user: str) -> str:
    numbers = set()
    try:
        with connection.transaction():
            connection.execute(BOUND, [role, user])
            # More often than the server plans anew before it keeps a plan.
            for _ in range(6):
                numbers |= set(connection.execute("EXECUTE counting"))
    except psycopg.errors.InvalidTextRepresentation:
        return "nobody is bound"
    return ", ".join(str(number) for (number,) in numbers)
