"""Side channels that PostgreSQL opens to every role, and that only a superuser can close.

Each returns what was learnt; where the right is lacking, the server refuses.
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
from features.support.tenancy.policy_side_channels import as_tenant
from features.support.tenancy.sql_side_channels import Channel
from features.support.world import World
from pgharness.servers import provision

DOCUMENTED: Final = re.compile(r"^```sql\n(.*?)^```$", re.DOTALL | re.MULTILINE)
KEY: Final = 20_260_302
"""Of an advisory lock, for whatever purpose."""
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
"""A role that has no more than an upgrade needs, and its database."""
LOCKS: Final = 1_000_000
"""More than the lock table of any of our servers has room for."""


def documented_sql() -> str:
    """Return what docs/tenancy.md tells an administrator to run."""
    (found,) = DOCUMENTED.findall((ROOT / "docs" / "tenancy.md").read_text("utf-8"))
    return str(found)


def _large_object(world: World, intruder: str, _: str) -> str:
    """Try everything with a large object that belongs to the tenants' role, as all of theirs do."""
    (number,) = world.reader.execute("SELECT lo_from_bytea(0, 'secret')::bigint").fetchone() or (0,)
    world.reader.execute(
        sql.SQL("ALTER LARGE OBJECT {} OWNER TO app_tenant").format(sql.Literal(number))
    )
    outcomes = [_refusal_of(world, intruder, statement, number) for statement in OF_LARGE_OBJECTS]
    if all(outcomes):
        raise outcomes[0] or AssertionError("nothing was tried")
    return "how every large object reads, and can change and remove it"


def _refusal_of(
    world: World, intruder: str, statement: str, number: int
) -> psycopg.errors.InsufficientPrivilege | None:
    with as_tenant(world, intruder) as connection:
        try:
            connection.execute(statement.encode(), {"number": number})
        except psycopg.errors.InsufficientPrivilege as refusal:
            return refusal
    return None


def _number_of_objects(world: World, intruder: str, _: str) -> str:
    """Count the large objects of all."""
    with as_tenant(world, intruder) as connection:
        connection.execute("SELECT count(*) FROM pg_largeobject_metadata")
    return "how many large objects there are, and whose role made them"


def _advisory_lock(world: World, intruder: str, victim: str) -> str:
    """Try to take a lock that somebody else has."""
    take = "SELECT pg_try_advisory_xact_lock(%s)"
    with as_tenant(world, victim) as owner:
        owner.execute(take, [KEY])
        with as_tenant(world, intruder) as connection:
            refused = connection.execute(take, [KEY]).fetchone()
    assert refused == (False,), "the lock was free"
    return "that somebody holds an advisory lock, and can take it first"


def _lock_table(world: World, intruder: str, victim: str) -> str:
    """Look which tables others have locked."""
    query = """
        SELECT count(*) FROM pg_locks
         WHERE relation = 'tasks'::regclass AND pid <> pg_backend_pid()
    """
    found = []
    for at_work in (False, True):
        with as_tenant(world, victim) as other, as_tenant(world, intruder) as connection:
            if at_work:
                other.execute("SELECT FROM tasks")
            found += connection.execute(query).fetchall()
    assert found == [(0,), (1,)], f"the locks are {found}"
    return "that somebody is at work in a table, and in which way"


def _write_counters(world: World, intruder: str, victim: str) -> str:
    """Read the counter of a table, before and after somebody else has written to it."""
    query = "SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'tasks'"
    counts = []
    for _ in range(2):
        with as_tenant(world, intruder) as connection:
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
    """Look who else is connected."""
    with as_tenant(world, victim), as_tenant(world, intruder) as connection:
        found = connection.execute(
            "SELECT FROM pg_stat_activity WHERE application_name <> '' AND backend_start IS NULL"
            " AND pid <> pg_backend_pid()"
        )
        assert found.rowcount > 0, "no others are connected"
    return "that others are connected, under which role and program name"


def _size(world: World, intruder: str, victim: str) -> str:
    """Measure a table, before and after somebody else has written to it."""
    sizes = []
    for _ in range(2):
        with as_tenant(world, intruder) as connection:
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
    return "how much all tenants store in each table"


def _all_locks(world: World, intruder: str, victim: str) -> str:
    """Take advisory locks until the server has no room for any lock, of anybody's."""

    def submit() -> None:
        with world.domain.tenant(world.people[victim].id) as tx:
            tx.tasks.submit("Find a place", payload=None)

    with as_tenant(world, intruder) as connection:
        try:
            connection.execute(
                "SELECT count(pg_advisory_lock(n)) FROM generate_series(1, %s) AS n", [LOCKS]
            )
        except psycopg.errors.OutOfMemory:
            connection.rollback()
        else:
            raise AssertionError("there was room for all locks")
        try:
            submit()
        except (ConnectionLost, DBAPIError):
            connection.execute("SELECT pg_advisory_unlock_all()")
        else:
            raise AssertionError("somebody else could work all the same")
    submit()
    return "how to keep all others from working"


def migrate_as_operator(world: World) -> str | None:
    """Migrate a database as a role that is no superuser, with all that is closed there.

    Returns how it was refused, if it was. The role and the database stay: it takes a server
    of the scenario's own.
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
