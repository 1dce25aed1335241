"""The tables of a database as whoever puts rows back must know them, read from its catalogue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Final, Self

import psycopg
from psycopg import sql

Name = tuple[str, str]
"""Schema and name."""

IGNORED: Final = frozenset({("public", "alembic_version")})
"""What the migrations themselves keep."""

TABLES: Final = """
    SELECT n.nspname, c.relname,
           ARRAY(SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0
                    AND NOT attisdropped AND attgenerated = '' ORDER BY attnum)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
"""
"""Each with the columns that are written; partitions are parts of theirs."""

FOREIGN_KEYS: Final = """
    SELECT k.conname, cn.nspname, c.relname, pn.nspname, p.relname,
           ARRAY(SELECT a.attname FROM unnest(k.conkey) WITH ORDINALITY AS u (number, position)
                   JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number
                  ORDER BY u.position),
           ARRAY(SELECT a.attname FROM unnest(k.confkey) WITH ORDINALITY AS u (number, position)
                   JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number
                  ORDER BY u.position)
      FROM pg_constraint k
      JOIN pg_class c ON c.oid = coalesce(pg_partition_root(k.conrelid), k.conrelid)
      JOIN pg_namespace cn ON cn.oid = c.relnamespace
      JOIN pg_class p ON p.oid = coalesce(pg_partition_root(k.confrelid), k.confrelid)
      JOIN pg_namespace pn ON pn.oid = p.relnamespace
     WHERE k.contype = 'f' AND k.conparentid = 0
"""

TRIGGERS: Final = """
    SELECT n.nspname, c.relname, t.tgname, t.tgenabled::text
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgenabled IN ('O', 'A')
"""
"""Those that fire, but for what keeps foreign keys."""


@dataclass(frozen=True)
class ForeignKey:
    """What rows of one table say of rows of another."""

    name: str
    child: Name
    parent: Name
    columns: tuple[str, ...]
    referenced: tuple[str, ...]


@dataclass(frozen=True)
class Trigger:
    """A trigger of the service's own."""

    table: Name
    name: str
    always: bool


@dataclass(frozen=True)
class StoredTables:
    """All tables with the columns that are written, their foreign keys and their triggers."""

    columns: Mapping[Name, tuple[str, ...]]
    keys: tuple[ForeignKey, ...]
    triggers: tuple[Trigger, ...]

    @classmethod
    def read(cls, connection: psycopg.Connection) -> Self:
        """Read them from the catalogue as they are now."""
        columns = {
            (schema, name): tuple(columns)
            for schema, name, columns in connection.execute(TABLES)
            if (schema, name) not in IGNORED
        }
        keys = tuple(
            ForeignKey(name, (schema, child), (of, parent), tuple(referring), tuple(referenced))
            for name, schema, child, of, parent, referring, referenced in connection.execute(
                FOREIGN_KEYS
            )
            if (schema, child) in columns and (of, parent) in columns
        )
        triggers = tuple(
            Trigger((schema, table), name, enabled == "A")
            for schema, table, name, enabled in connection.execute(TRIGGERS)
        )
        return cls(columns, keys, triggers)

    def groups(self) -> list[frozenset[Name]]:
        """Return the tables, parents before children; those that need each other together."""
        group = {name: frozenset({name}) for name in self.columns}
        while True:
            order: TopologicalSorter[frozenset[Name]] = TopologicalSorter()
            for one in group.values():
                order.add(one)
            for key in self.keys:
                if group[key.child] != group[key.parent]:
                    order.add(group[key.child], group[key.parent])
            try:
                return list(order.static_order())
            except CycleError as error:
                together = frozenset().union(*error.args[1])
                group |= dict.fromkeys(together, together)

    def with_dependents(self, names: Iterable[Name]) -> set[Name]:
        """Return these tables and all whose rows lead to theirs, by however many steps."""
        reached = set(names)
        while more := {key.child for key in self.keys if key.parent in reached} - reached:
            reached |= more
        return reached


def identifier(name: Name) -> sql.Identifier:
    """Return a table's or a sequence's name as SQL writes it."""
    return sql.Identifier(*name)
