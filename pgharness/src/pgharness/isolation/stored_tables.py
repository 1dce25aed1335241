"""The tables of a database with their columns and triggers, as a restore needs them."""

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
    """A trigger of the application, not one of a foreign key."""

    table: Name
    name: str
    always: bool
    root: Name
    """The partitioned table if its table is a partition, else its table."""


@dataclass(frozen=True)
class StoredTables:
    """The tables of a map, with the columns that can be written and the triggers."""

    map: DependencyMap
    columns: Mapping[Name, tuple[str, ...]]
    triggers: tuple[Trigger, ...]

    @classmethod
    def read(cls, connection: psycopg.Connection) -> Self:
        """Read the catalogue. Raises `HarnessError`, as `DependencyMap.read` does."""
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
        """Return SQL for a table without those that inherit from it."""
        return sql.SQL(self.map.source(table))
