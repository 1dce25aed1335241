"""Side channels that PostgreSQL opens to every role, and that only a superuser can close.

Each returns what the intruder learns; where a privilege is lacking, the server refuses.
"""

import re
import secrets
from typing import Final

import psycopg
from alembic import command
from alembic.util import CommandError
from psycopg import sql
from sqlalchemy.exc import DBAPIError

from domain.database.connections import ConnectionLost
from features.support.migrations import alembic_commands
from features.support.service import ROOT
from features.support.tenancy.policy_side_channels import Channel, tenant_connection
from features.support.world import World
from pgharness.servers import provision

DOCUMENTED: Final = re.compile(r"^```sql\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ADVISORY_LOCK: Final = 20_260_302
"""The key of an advisory lock."""
OF_LARGE_OBJECTS: Final = (
    "SELECT lo_get(%(number)s::oid)",
    "SELECT loread(lo_open(%(number)s::oid, x'40000'::int), 6)",
    "SELECT lo_put(%(number)s::oid, 0, 'public')",
    "SELECT lo_unlink(%(number)s::oid)",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'mine')",
)
OPERATOR: Final = (
    "CREATE ROLE operator LOGIN BYPASSRLS PASSWORD {password}",
    "GRANT app_identity, app_tenant, app_worker TO operator",
    "CREATE DATABASE operated OWNER operator",
)
"""A role with exactly the privileges that an upgrade needs, and its database."""
LOCKS: Final = 1_000_000
"""More than the lock table of any of our servers can hold."""


def documented_sql() -> str:
    """Return the SQL that docs/tenancy.md gives to an administrator."""
    (found,) = DOCUMENTED.findall((ROOT / "docs" / "tenancy.md").read_text("utf-8"))
    return str(found)


def _large_object(world: World, intruder: str, _: str) -> str:
    """Read, change and remove a large object of the role that all tenants share."""
    (number,) = world.reader.execute("SELECT lo_from_bytea(0, 'secret')::bigint").fetchone() or (0,)
    world.reader.execute(
        sql.SQL("ALTER LARGE OBJECT {} OWNER TO app_tenant").format(sql.Literal(number))
    )
    outcomes = [_refusal_of(world, intruder, statement, number) for statement in OF_LARGE_OBJECTS]
    if all(outcomes):
        raise outcomes[0] or AssertionError("no statement was run")
    return "the content of every large object, and can change and remove it"


def _refusal_of(
    world: World, intruder: str, statement: str, number: int
) -> psycopg.errors.InsufficientPrivilege | None:
    with tenant_connection(world, intruder) as connection:
        try:
            connection.execute(statement.encode(), {"number": number})
        except psycopg.errors.InsufficientPrivilege as refusal:
            return refusal
    return None


def _number_of_objects(world: World, intruder: str, _: str) -> str:
    """Count the large objects of all."""
    with tenant_connection(world, intruder) as connection:
        connection.execute("SELECT count(*) FROM pg_largeobject_metadata")
    return "how many large objects there are, and the roles that created them"


def _advisory_lock(world: World, intruder: str, victim: str) -> str:
    """Try to take a lock that the victim holds."""
    take = "SELECT pg_try_advisory_xact_lock(%s)"
    with tenant_connection(world, victim) as owner:
        owner.execute(take, [ADVISORY_LOCK])
        with tenant_connection(world, intruder) as connection:
            refused = connection.execute(take, [ADVISORY_LOCK]).fetchone()
    assert refused == (False,), "the lock was free"
    return "that a session holds an advisory lock, and can take it first"


def _lock_table(world: World, intruder: str, victim: str) -> str:
    """Read which tables others have locked."""
    query = """
        SELECT count(*) FROM pg_locks
         WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND relation = 'tasks'::regclass AND pid <> pg_backend_pid()
    """
    found = []
    for locked in (False, True):
        with (
            tenant_connection(world, victim) as other,
            tenant_connection(world, intruder) as connection,
        ):
            if locked:
                other.execute("SELECT FROM tasks")
            found += connection.execute(query).fetchall()
    assert found == [(0,), (1,)], f"the locks are {found}"
    return "that a transaction uses a table, and in which lock mode"


def _write_counters(world: World, intruder: str, victim: str) -> str:
    """Read the counter of a table before and after the victim writes to it."""
    query = "SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'tasks'"
    counts = []
    for _ in range(2):
        with tenant_connection(world, intruder) as connection:
            counts += connection.execute(query).fetchall()
        world.reader.execute(
            "INSERT INTO tasks (owner_id, title, payload, created_at)"
            " SELECT %s, 'Count the rows', '{}', now() FROM generate_series(1, 3)",
            [world.people[victim].id],
        )
        world.reader.execute("SELECT pg_stat_force_next_flush()")
    (before,), (after,) = counts
    assert after - before == 3, f"the counts are {counts}"  # noqa: PLR2004 (said above)
    return "how many rows all others insert, change and delete in each table"


def _connections(world: World, intruder: str, victim: str) -> str:
    """Read which other sessions there are."""
    with tenant_connection(world, victim), tenant_connection(world, intruder) as connection:
        found = connection.execute(
            "SELECT FROM pg_stat_activity WHERE application_name <> '' AND backend_start IS NULL"
            " AND pid <> pg_backend_pid()"
        )
        assert found.rowcount > 0, "no others are connected"
    return "that others are connected, with their roles and program names"


def _size(world: World, intruder: str, victim: str) -> str:
    """Read the size of a table before and after the victim writes to it."""
    sizes = []
    for _ in range(2):
        with tenant_connection(world, intruder) as connection:
            sizes += connection.execute("SELECT pg_table_size('turns')").fetchall()
        world.reader.execute(
            "INSERT INTO turns (owner_id, task_id, actor, intent, text, created_at)"
            " SELECT owner_id, task_id, actor, intent, 'Count the pages', created_at"
            " FROM (SELECT * FROM turns WHERE owner_id = %s LIMIT 1) AS one,"
            " generate_series(1, 1000)",
            [world.people[victim].id],
        )
    (before,), (after,) = sizes
    assert after > before, f"the sizes are {sizes}"
    return "the size of each table, with the rows of all tenants"


def _all_locks(world: World, intruder: str, victim: str) -> str:
    """Take advisory locks until the server's lock table is full."""

    def submit() -> None:
        with world.domain.tenant(world.people[victim].id) as tx:
            tx.tasks.submit("Take a lock", payload=None)

    with tenant_connection(world, intruder) as connection:
        try:
            connection.execute(
                "SELECT count(pg_advisory_lock(n)) FROM generate_series(1, %s) AS n", [LOCKS]
            )
        except psycopg.errors.OutOfMemory:
            connection.rollback()
        else:
            raise AssertionError("the lock table is not full")
        try:
            submit()
        except (ConnectionLost, DBAPIError):
            connection.execute("SELECT pg_advisory_unlock_all()")
        else:
            raise AssertionError("another tenant can still work")
    submit()
    return "how to stop the work of all others"


def migrate_as_operator(world: World) -> str | None:
    """Migrate a database as a role that is no superuser, after the documented SQL was run there.

    Returns the refusal, or None. The role and the database remain: this takes a server of the
    scenario's own.
    """
    password = secrets.token_urlsafe(24)
    for statement in OPERATOR:
        world.reader.execute(sql.SQL(statement).format(password=sql.Literal(password)))
    url = world.url.set(username="operator", password=password, database="operated")
    alembic_commands.upgrade(url, "head")
    with provision.connect(world.url.set(database="operated")) as administrator:
        administrator.execute(documented_sql().encode())
    try:
        with alembic_commands.connected(url) as connection:
            config = alembic_commands.config(connection=connection)
            command.downgrade(config, "-1")
            command.upgrade(config, "head")
    except CommandError as refusal:
        return str(refusal)
    return None


SERVER_CHANNELS: Final[dict[str, Channel]] = {
    "a large object": _large_object,
    "the list of large objects": _number_of_objects,
    "an advisory lock": _advisory_lock,
    "all advisory locks": _all_locks,
    "the table of locks": _lock_table,
    "the counters of writes": _write_counters,
    "the list of connections": _connections,
    "the size of a table on disk": _size,
}
