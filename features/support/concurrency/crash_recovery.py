"""What a crash must leave as it was: the settings it rests on, and every rule of the database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

import psycopg
from psycopg import errors, sql
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from features.support import data
from features.support.concurrency import crash_workload
from features.support.concurrency.state import ConcurrencyState
from features.support.world import World

DURABLE: Final = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
"""What PostgreSQL's promise that an acknowledged commit survives rests on (its manual, 28.1)."""

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
TABLES: Final = """
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
    """Kill the server, and start it again afterwards; remember what was committed before."""
    world.before = data.fingerprint(world.reader)
    world.database.crash()
    yield
    world.database.restart()


def in_the_middle(world: World) -> None:
    """Kill the server in the middle of the clients' work, and start it again."""
    world.state(ConcurrencyState).traffic.end_by(world.database.crash)
    world.database.restart()


def lost(world: World) -> set[str]:
    """Return what was acknowledged to the clients and is not stored as a whole."""
    state = world.state(ConcurrencyState)
    return state.traffic.acknowledged - crash_workload.remains(world.reader, state.traffic).whole


def settings_in_force(world: World) -> dict[str, dict[str, str]]:
    """Return the settings as each kind of unit of work finds them on the server."""
    openings: dict[str, Callable[[], AbstractContextManager[object]]] = {
        "identity": world.domain.identity,
        "tenant": lambda: world.tenant(next(iter(world.people))),
        "worker": world.domain.worker,
    }
    found: dict[str, dict[str, str]] = {}
    for kind, opening in openings.items():

        def ask(session: Session, *_: object, kind: str = kind) -> None:
            query = text("SELECT name, setting FROM pg_settings WHERE name = ANY (:names)")
            rows = session.execute(query, {"names": list(DURABLE)}).tuples()
            found[kind] = dict(rows.all())

        event.listen(Session, "before_commit", ask, once=True)
        with opening():
            pass
    return found


def broken_rules(connection: psycopg.Connection) -> list[str]:
    """Have the database check all it holds against every constraint and index it has, anew.

    Each constraint is added a second time, each unique index built from the rows, and the old
    indexes are compared with the rows where the server has amcheck; then all of it is undone.
    """
    with connection.transaction(force_rollback=True):
        return list(_broken(connection))


def _broken(connection: psycopg.Connection) -> Iterator[str]:
    constraints = connection.execute(CONSTRAINTS).fetchall()
    tables = [table for (table,) in connection.execute(TABLES)]
    columns = connection.execute(NOT_NULL).fetchall()
    assert all((constraints, tables, columns)), "the database has no rules"
    if _extension_is_there(connection, "amcheck"):
        connection.execute("CREATE EXTENSION amcheck")
        for (index,) in connection.execute(INDEXES).fetchall():
            check = sql.SQL("SELECT bt_index_check({}::regclass, true)")
            yield from _refusals(connection, check.format(sql.Literal(index)))
    for table, _, definition in constraints:
        add = sql.SQL("ALTER TABLE {} ADD CONSTRAINT again {}")
        statement = add.format(sql.SQL(table), sql.SQL(definition))
        yield from _refusals(connection, statement)
    for table, column in columns:
        # Of IS NULL the planner knows that it cannot be so.
        query = sql.SQL("SELECT count(*) FROM {} WHERE num_nulls({}) > 0")
        found = connection.execute(query.format(sql.SQL(table), sql.Identifier(column)))
        if found.fetchone() != (0,):
            yield f"{table}.{column} is missing in some row"
    for table in tables:
        yield from _refusals(connection, sql.SQL("REINDEX TABLE {}").format(sql.SQL(table)))


def _extension_is_there(connection: psycopg.Connection, name: str) -> bool:
    query = "SELECT FROM pg_available_extensions WHERE name = %s"
    return connection.execute(query, [name]).fetchone() is not None


def _refusals(connection: psycopg.Connection, statement: sql.Composed) -> Iterator[str]:
    """Try a check, undo it, and yield what the database says if something is wrong."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement)
    except (errors.IntegrityError, errors.IndexCorrupted, errors.DataCorrupted) as error:
        yield str(error).strip()
