"""The tables of a database as whoever puts rows back must know them, read from its catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

import psycopg
from psycopg import sql

from pgharness.reset.foreign_keys import DependencyMap, Name

COLUMNS: Final = """
    SELECT n.nspname, c.relname,
           ARRAY(SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0
                    AND NOT attisdropped AND attgenerated = '' ORDER BY attnum)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p')
"""

TRIGGERS: Final = """
    SELECT n.nspname, c.relname, t.tgname, t.tgenabled::text
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgenabled IN ('O', 'A')
"""
"""Those that fire, but for what keeps foreign keys."""


@dataclass(frozen=True)
class Trigger:
    """A trigger of the service's own."""

    table: Name
    name: str
    always: bool


@dataclass(frozen=True)
class StoredTables:
    """The tables of a map, with the columns that are written and their triggers."""

    map: DependencyMap
    columns: Mapping[Name, tuple[str, ...]]
    triggers: tuple[Trigger, ...]

    @classmethod
    def read(cls, connection: psycopg.Connection) -> Self:
        """Read them from the catalogue as they are now. Raises `HarnessError`, as the map does."""
        found = DependencyMap.read(connection)
        ours = set(found.tables)
        columns = {
            (schema, name): tuple(columns)
            for schema, name, columns in connection.execute(COLUMNS)
            if (schema, name) in ours
        }
        triggers = tuple(
            Trigger((schema, table), name, enabled == "A")
            for schema, table, name, enabled in connection.execute(TRIGGERS)
        )
        return cls(found, columns, triggers)

    def source(self, table: Name) -> sql.SQL:
        """Return a table as SQL for exactly its own rows."""
        return sql.SQL(self.map.source(table))


def identifier(name: Name) -> sql.Identifier:
    """Return a table's or a sequence's name as SQL writes it."""
    return sql.Identifier(*name)
