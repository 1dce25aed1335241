"""The tables of a database and the foreign keys between them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Final, Self

import psycopg

from pgharness.core.errors import HarnessError
from pgharness.reset import catalog
from pgharness.reset.catalog import Name, plain_name, quoted

ALWAYS_IGNORED: Final = "alembic_version"
"""The table in which Alembic stores the revision, in any schema."""


@dataclass(frozen=True)
class Reference:
    """A foreign key."""

    child: Name
    """The referencing table."""
    parent: Name
    """The referenced table."""
    columns: tuple[str, ...]
    """The child's columns; a row with NULL in one of them refers to no row."""
    name: str
    referenced: tuple[str, ...]
    """The parent's columns, in the same order."""


@dataclass(frozen=True)
class DependencyMap:
    """The tables of a database and the foreign keys between them."""

    groups: tuple[tuple[Name, ...], ...]
    """All tables, children before their parents; those in a cycle are one group."""
    references: tuple[Reference, ...]
    partitioned: frozenset[Name]
    needed: frozenset[Name]
    """Tables that a table outside of this map refers to: an extension's or an ignored one."""
    ignored: tuple[Name, ...]
    """The tables called `alembic_version`."""

    @classmethod
    def read(cls, connection: psycopg.Connection) -> Self:
        """Read the map from the catalogue.

        Raises `HarnessError` for a table with a foreign table as a partition.
        """
        partitioned, tables, ignored = set(), [], []
        for schema, name, in_partitions, elsewhere in connection.execute(catalog.TABLES):
            if name == ALWAYS_IGNORED:
                ignored.append((schema, name))
                continue
            if elsewhere:
                raise HarnessError(
                    f"the table {plain_name((schema, name))} has a partition on another server;"
                    " it is not emptied."
                )
            tables.append((schema, name))
            partitioned.update([(schema, name)] if in_partitions else [])
        found = connection.execute(catalog.REFERENCES)
        references = [
            Reference((schema, child), (of, parent), tuple(columns), name, tuple(referenced))
            for schema, child, of, parent, name, columns, referenced in found
            if (of, parent) in tables
        ]
        ours = tuple(key for key in references if key.child in tables)
        needed = frozenset(key.parent for key in references if key not in ours)
        return cls(_ordered(tables, ours), ours, frozenset(partitioned), needed, tuple(ignored))

    @property
    def tables(self) -> tuple[Name, ...]:
        """All tables, children before their parents except in cycles."""
        return tuple(table for group in self.groups for table in group)

    @property
    def cycles(self) -> tuple[tuple[Name, ...], ...]:
        """The groups of tables that refer to each other, directly or indirectly."""
        return tuple(group for group in self.groups if len(group) > 1)

    @property
    def self_references(self) -> frozenset[Name]:
        """The tables with a foreign key to themselves."""
        return frozenset(key.child for key in self.references if key.child == key.parent)

    def dependents(self, tables: Iterable[Name]) -> frozenset[Name]:
        """Return these tables and all that refer to them, directly or indirectly."""
        children: dict[Name, set[Name]] = {}
        for key in self.references:
            children.setdefault(key.parent, set()).add(key.child)
        return frozenset().union(*(_reached(table, children) for table in tables))

    def find(self, name: str | Name) -> Name:
        """Return the table with this name, with or without its schema.

        Raises `HarnessError` if there is none, or more than one.
        """
        found = [table for table in self.tables if name in (table, table[1], ".".join(table))]
        if len(found) != 1:
            called = name if isinstance(name, str) else plain_name(name)
            raise HarnessError(
                f"there is no table {called} to be reset."
                if not found
                else f"there are several tables {called}: {', '.join(map('.'.join, found))}."
            )
        return found[0]

    def source(self, table: Name) -> str:
        """Return SQL for the table's own rows, after FROM, DELETE FROM and TRUNCATE.

        A partitioned table includes its partitions; tables that inherit from it are not included.
        """
        return ("" if table in self.partitioned else "ONLY ") + quoted(table)


def as_names(names: str | Iterable[str | Name]) -> tuple[str | Name, ...]:
    """Return names as a tuple; a string is one name."""
    return (names,) if isinstance(names, str) else tuple(names)


def _ordered(
    tables: Iterable[Name], references: Iterable[Reference]
) -> tuple[tuple[Name, ...], ...]:
    """Return the tables in groups by cycle, children's groups first."""
    parents: dict[Name, set[Name]] = {table: set() for table in tables}
    for key in references:
        parents[key.child].add(key.parent)
    reached = {table: _reached(table, parents) for table in parents}
    group = {
        table: tuple(sorted(other for other in reached[table] if table in reached[other]))
        for table in parents
    }
    order: TopologicalSorter[tuple[Name, ...]] = TopologicalSorter()
    for table in parents:
        order.add(group[table])
    for key in references:
        if group[key.child] != group[key.parent]:
            order.add(group[key.parent], group[key.child])
    return tuple(order.static_order())


def _reached(start: Name, steps: Mapping[Name, set[Name]]) -> frozenset[Name]:
    """Return all tables that can be reached by these steps, with the start."""
    reached, ahead = {start}, [start]
    while ahead:
        new = steps.get(ahead.pop(), set()) - reached
        reached |= new
        ahead.extend(new)
    return frozenset(reached)
