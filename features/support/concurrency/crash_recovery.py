"""Crashes of the server, and what must hold afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import errors, sql

from features.support import data
from features.support.concurrency import crash_workload
from features.support.concurrency.state import CrashState
from features.support.world import World

CONSTRAINTS: Final = """
    SELECT conrelid::regclass::text, conname, replace(pg_get_constraintdef(oid), ' NOT VALID', '')
      FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND contype IN ('c', 'f', 'x')
     ORDER BY 1, 2
"""
NOT_NULL: Final = """
    SELECT attrelid::regclass::text, attname
      FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND attnotnull
     ORDER BY 1, 2
"""
TABLE_NAMES: Final = """
    SELECT oid::regclass::text FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1
"""
INDEXES: Final = """
    SELECT indexrelid::regclass::text
      FROM pg_index
      JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
     WHERE relnamespace = 'public'::regnamespace AND amname = 'btree' ORDER BY 1
"""


@contextmanager
def server_down(world: World) -> Iterator[None]:
    """Kill the server, and restart it afterwards; `world.before` is what was committed before."""
    world.before = data.fingerprint(world.reader)
    world.database.crash()
    yield
    world.database.restart()


def crash_under_load(world: World) -> None:
    """Kill the server in the middle of the clients' transactions, and restart it."""
    world.state(CrashState).clients.crash(world.database.crash)
    world.database.restart()


def lost_transactions(world: World) -> set[str]:
    """Return the transactions that were acknowledged and are not stored completely."""
    clients = world.state(CrashState).clients
    return clients.acknowledged - crash_workload.stored(world.reader, clients).complete


def broken_constraints(connection: psycopg.Connection) -> list[str]:
    """Check all rows against every constraint and index, and return the errors.

    Each constraint is added a second time, each unique index is rebuilt, and existing indexes are
    compared with the rows if the server has amcheck; then all of this is rolled back.
    """
    with connection.transaction(force_rollback=True):
        return list(_broken(connection))


def _broken(connection: psycopg.Connection) -> Iterator[str]:
    constraints = connection.execute(CONSTRAINTS).fetchall()
    tables = [table for (table,) in connection.execute(TABLE_NAMES)]
    columns = connection.execute(NOT_NULL).fetchall()
    assert all((constraints, tables, columns)), "the database has no constraints"
    if _is_available(connection, "amcheck"):
        connection.execute("CREATE EXTENSION amcheck")
        for (index,) in connection.execute(INDEXES).fetchall():
            check = sql.SQL("SELECT bt_index_check({}::regclass, true)")
            yield from _refusals(connection, check.format(sql.Literal(index)))
    for table, _, definition in constraints:
        add = sql.SQL("ALTER TABLE {} ADD CONSTRAINT again {}")
        statement = add.format(sql.SQL(table), sql.SQL(definition))
        yield from _refusals(connection, statement)
    for table, column in columns:
        # The planner would answer IS NULL from the constraint alone.
        query = sql.SQL("SELECT count(*) FROM {} WHERE num_nulls({}) > 0")
        found = connection.execute(query.format(sql.SQL(table), sql.Identifier(column)))
        if found.fetchone() != (0,):
            yield f"{table}.{column} is missing in some row"
    for table in tables:
        yield from _refusals(connection, sql.SQL("REINDEX TABLE {}").format(sql.SQL(table)))


def _is_available(connection: psycopg.Connection, name: str) -> bool:
    query = "SELECT FROM pg_available_extensions WHERE name = %s"
    return connection.execute(query, [name]).fetchone() is not None


def _refusals(connection: psycopg.Connection, statement: sql.Composed) -> Iterator[str]:
    """Run a check, roll it back, and yield its error, if any."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement)
    except (errors.IntegrityError, errors.IndexCorrupted, errors.DataCorrupted) as error:
        yield str(error).strip()
