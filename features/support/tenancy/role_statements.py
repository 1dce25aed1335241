"""Statements that a group role runs about itself, and the catalogues that they change."""

from collections.abc import Iterable
from dataclasses import dataclass
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
"""The catalogues that every role may read: without statistics, secrets and large objects."""

DIGEST: Final = """
    SELECT {name}, coalesce(sum(hashtextextended({row}, 0)), 0) FROM pg_catalog.{table} AS t
"""

VERSIONS: Final = """
    SELECT {name}, count(*) || ' ' || coalesce(sum(hashtext(ctid || ' ' || xmin)::bigint), 0)
      FROM pg_catalog.{table}
"""
"""The places and inserting transactions of all visible rows. A transaction that inserts, updates or
deletes a row changes them; one that changes nothing may do so, too. Only writes in place do not:
see `UPDATED_IN_PLACE`."""

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
"""Columns that autovacuum writes in place, visible to every snapshot."""

BOOKKEEPING: Final = frozenset({"pg_depend", "pg_shdepend"})
"""Catalogues of dependencies, which change along with another one."""


@dataclass(frozen=True)
class _Catalogues:
    """All catalogues before a statement; the cheap versions tell which digests to compare."""

    versions: dict[str, str]
    digests: dict[str, int]


def outcomes(world: World, statements: Iterable[tuple[Role, str]]) -> list[str]:
    """Return for each statement which catalogues it changes, "nothing", or why it is refused.

    In a statement, `{role}` is the role, `{other}` another group role, `{database}` the database.
    All is rolled back: roles and their settings are shared by all databases of the server.
    """
    with provision.connect(world.url) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        names = [name for (name,) in connection.execute(CATALOGUES)]
        before = _Catalogues(_versions(connection, names), _digests(connection, names))
        found = []
        for role, statement in statements:
            with connection.transaction(force_rollback=True):
                found.append(_outcome(connection, role, _composed(world, role, statement), before))
        return found


def _composed(world: World, role: Role, statement: str) -> sql.Composed:
    names = {"role": role, "other": OTHERS[role], "database": world.url.database or ""}
    return sql.SQL(statement).format(**{k: sql.Identifier(v) for k, v in names.items()})


def _outcome(
    connection: psycopg.Connection, role: Role, statement: sql.Composed, before: _Catalogues
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
    after = _versions(connection, list(before.versions))
    written = [name for name, version in after.items() if before.versions[name] != version]
    digests = _digests(connection, written)
    changed = {name for name, digest in digests.items() if before.digests[name] != digest}
    return ", ".join(sorted(changed - BOOKKEEPING or changed)) or "nothing"


def _versions(connection: psycopg.Connection, names: Iterable[str]) -> dict[str, str]:
    query = sql.SQL(VERSIONS)
    queries = [query.format(name=name, table=sql.Identifier(name)) for name in names]
    return dict(connection.execute(sql.SQL(" UNION ALL ").join(queries)))


def _digests(connection: psycopg.Connection, names: Iterable[str]) -> dict[str, int]:
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
    """Let a role set its own password, and tell whether it can log in; then roll back."""
    with provision.connect(world.url) as connection, connection.transaction(force_rollback=True):
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
        connection.execute("ALTER ROLE CURRENT_ROLE PASSWORD 'of its own'")
        row = connection.execute(LOGS_IN).fetchone()
    return bool(row and row[0])


def counts_by_role(world: World, bindings: Iterable[tuple[Role, int | None]]) -> list[str]:
    """Return the count of one prepared statement for each role and user, in one connection."""
    found = []
    with provision.connect(world.url) as connection:
        connection.prepare_threshold = None  # the driver would deallocate after a rollback
        connection.execute("PREPARE counting AS SELECT count(*) FROM tasks")
        for role, user in bindings:
            found.append(_counted(connection, role, "" if user is None else str(user)))
    return found


def _counted(connection: psycopg.Connection, role: Role, user: str) -> str:
    numbers = set()
    try:
        with connection.transaction():
            connection.execute(BOUND, [role, user])
            # The server makes five custom plans before it considers a generic one.
            for _ in range(6):
                numbers |= set(connection.execute("EXECUTE counting"))
    except psycopg.errors.InvalidTextRepresentation:
        return "no user"
    return ", ".join(str(number) for (number,) in numbers)
