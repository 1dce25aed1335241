"""The tables of a database as whoever puts rows back must know them, read from its catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import psycopg
from psycopg import sql

from pgharness.reset import catalog
from pgharness.reset.catalog import Name
from pgharness.reset.foreign_keys import DependencyMap


@dataclass(frozen=True)
class Trigger:
    """A trigger of the service's own."""

    table: Name
    name: str
    always: bool
    root: Name
    """The table that its own is a partition of, or its own."""


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
            for schema, name, columns in connection.execute(catalog.COLUMNS)
            if (schema, name) in ours
        }
        triggers = tuple(
            Trigger((schema, table), name, enabled == "A", (root_schema, root))
            for schema, table, name, enabled, root_schema, root in connection.execute(
                catalog.TRIGGERS
            )
        )
        return cls(found, columns, triggers)

    def source(self, table: Name) -> sql.SQL:
        """Return a table as SQL for exactly its own rows."""
        return sql.SQL(self.map.source(table))
