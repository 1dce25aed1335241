"""Back to an empty database between scenarios: only what was touched, in two round trips.

The tables and sequences are read from the catalogue once; which of them are dirty is asked each
time. Rows are deleted in the order of the foreign keys, children first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Final, Self

import psycopg
from psycopg import sql

from features.support import marks
from features.support.refusal import Refusal

IGNORED: Final = frozenset({("public", "alembic_version")})
"""What the migrations themselves keep."""

Name = tuple[str, str]
"""Schema and name."""

ALL_TABLES: Final = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
       AND n.nspname NOT LIKE 'pg\\_%'
"""
FOREIGN_KEYS: Final = """
    SELECT cn.nspname, c.relname, pn.nspname, p.relname
      FROM pg_constraint k
      JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
      JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
     WHERE k.contype = 'f' AND k.conrelid <> k.confrelid
"""
SEQUENCES: Final = "SELECT schemaname, sequencename, start_value FROM pg_sequences"


@dataclass(frozen=True)
class Map:
    """The tables of a database, children before parents, and its sequences with their starts."""

    tables: tuple[Name, ...]
    sequences: tuple[tuple[Name, int], ...]

    @classmethod
    def read(cls, connection: psycopg.Connection) -> Self:
        """Read the map from the catalogue. Raises `Refusal` for tables that need each other."""
        order: TopologicalSorter[Name] = TopologicalSorter()
        for schema, name in connection.execute(ALL_TABLES):
            if (schema, name) not in IGNORED:
                order.add((schema, name))
        for child_schema, child, parent_schema, parent in connection.execute(FOREIGN_KEYS):
            order.add((parent_schema, parent), (child_schema, child))
        sequences = tuple(
            ((schema, name), start) for schema, name, start in connection.execute(SEQUENCES)
        )
        try:
            return cls(tuple(order.static_order()), sequences)
        except CycleError as error:
            cycle = " → ".join(name for _, name in error.args[1])
            raise Refusal(
                f"the foreign keys of {cycle} form a cycle; reset cannot order it."
            ) from None


class Reset:
    """Empties one database that the harness made, and no other."""

    def __init__(self, connection: psycopg.Connection) -> None:
        guard(connection)
        self._connection = connection
        self._map = Map.read(connection)
        self._dirt = _dirt_query(self._map)

    def __call__(self) -> None:
        """Delete the rows of dirty tables and restart the sequences that moved."""
        (tables, moved) = self._connection.execute(self._dirt).fetchone() or ([], [])
        if not (tables or moved):
            return
        steps = [_delete(self._map.tables[index]) for index in tables]
        steps += [_restart(*self._map.sequences[index]) for index in moved]
        # As one statement text this is one round trip, and one transaction.
        self._connection.execute(sql.SQL("; ").join(steps))


def guard(connection: psycopg.Connection) -> None:
    """Raise `Refusal` unless the connected database carries the harness's own mark."""
    name = connection.info.dbname
    if not any(database.mark for database in marks.read(connection) if database.name == name):
        raise Refusal(
            f"the database {name} carries no valid mark of this suite; nothing in it is reset."
        )


def _dirt_query(map_: Map) -> sql.Composed:
    """Return a query for the positions of the tables with rows and of the sequences that moved."""
    dirty = [
        sql.SQL("SELECT {} AS at WHERE EXISTS (SELECT FROM {})").format(
            index, sql.Identifier(*name)
        )
        for index, name in enumerate(map_.tables)
    ]
    moved = [
        sql.SQL("SELECT {} AS at FROM {} WHERE is_called OR last_value <> {}").format(
            index, sql.Identifier(*name), start
        )
        for index, (name, start) in enumerate(map_.sequences)
    ]
    return sql.SQL("SELECT {}, {}").format(_positions(dirty), _positions(moved))


def _positions(queries: Sequence[sql.Composable]) -> sql.Composable:
    if not queries:
        return sql.SQL("ARRAY[]::int[]")
    return sql.SQL("ARRAY(SELECT at FROM ({}) AS found ORDER BY at)").format(
        sql.SQL(" UNION ALL ").join(queries)
    )


def _delete(table: Name) -> sql.Composable:
    return sql.SQL("DELETE FROM {}").format(sql.Identifier(*table))


def _restart(sequence: Name, start: int) -> sql.Composable:
    return sql.SQL("SELECT setval({}::regclass, {}, false)").format(
        sql.Literal(sql.Identifier(*sequence).as_string(None)), start
    )
