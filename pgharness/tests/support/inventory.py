"""Read the contents of a test database without the harness."""

from typing import Any

import psycopg
from psycopg import sql

from pgharness.reset.catalog import Name, quoted
from pgharness.reset.foreign_keys import DependencyMap, Reference


def contents(connection: psycopg.Connection) -> dict[str, Any]:
    """Return every row of every table, and where each sequence is."""
    return {**rows_of(connection), **positions(connection)}


def rows_of(connection: psycopg.Connection) -> dict[str, list[str]]:
    """Return every row of every table, partitions by themselves."""
    return {
        f"{schema}.{name}": [
            row
            for (row,) in connection.execute(
                sql.SQL("SELECT (t.*)::text FROM ONLY {} AS t ORDER BY 1").format(
                    sql.Identifier(schema, name)
                )
            )
        ]
        for schema, name in _relations(connection, "r")
    }


def positions(connection: psycopg.Connection) -> dict[str, tuple[int, bool]]:
    """Return where each sequence is: its last value, and whether that has come out."""
    return {
        f"{schema}.{name}": connection.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(schema, name))
        ).fetchone()
        or (0, False)
        for schema, name in _relations(connection, "S")
    }


def moved(connection: psycopg.Connection) -> dict[str, tuple[int, bool]]:
    """Return the sequences that are not where they began, and where they are."""
    starts = {
        f"{schema}.{name}": (start, False)
        for schema, name, start in connection.execute(
            "SELECT schemaname, sequencename, start_value FROM pg_sequences"
        )
    }
    return {name: at for name, at in positions(connection).items() if at != starts[name]}


def _relations(connection: psycopg.Connection, kind: str) -> list[Name]:
    return connection.execute(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind = %s AND c.oid >= 16384 AND c.relpersistence <> 't'"
        " AND n.nspname <> 'information_schema'",
        [kind],
    ).fetchall()


def files(connection: psycopg.Connection) -> dict[Name, int]:
    """Return in which file each table is; one that is truncated gets a new one."""
    found = {}
    for name in _relations(connection, "r"):
        row = connection.execute("SELECT pg_relation_filenode(%s::regclass)", [quoted(name)])
        (found[name],) = row.fetchone() or (0,)
    return found


def number_of_rows(connection: psycopg.Connection, table: Name) -> int:
    """Return how many rows a table has."""
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(*table))
    (number,) = connection.execute(query).fetchone() or (0,)
    return int(number)


def draw(connection: psycopg.Connection, sequence: Name) -> int:
    """Return the value that comes out of a sequence next, and use it up."""
    found = connection.execute("SELECT nextval(%s::regclass)", [quoted(sequence)])
    (value,) = found.fetchone() or (0,)
    return int(value)


def put(connection: psycopg.Connection, sequence: Name, number: int) -> None:
    """Let this number come out of a sequence next."""
    connection.execute("SELECT setval(%s::regclass, %s, false)", [quoted(sequence), number])


def wrong_order(map_: DependencyMap) -> list[Reference]:
    """Return the foreign keys whose children come after their parents, cycles left aside."""
    at = {table: number for number, group in enumerate(map_.groups) for table in group}
    return [key for key in map_.references if at[key.child] > at[key.parent]]
