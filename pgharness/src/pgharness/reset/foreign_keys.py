"""Which tables of a database refer to which others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Final, Self

import psycopg

from pgharness.core.errors import HarnessError
from pgharness.reset import catalog
from pgharness.reset.catalog import Name, quoted, words

ALWAYS_IGNORED: Final = "alembic_version"
"""What the migrations themselves keep, in whichever schema."""


@dataclass(frozen=True)
class Reference:
    """A foreign key."""

    child: Name
    """The table whose rows refer."""
    parent: Name
    """The table whose rows are referred to."""
    columns: tuple[str, ...]
    """The child's columns; a row in which one of them is null refers to nothing."""
    name: str
    referenced: tuple[str, ...]
    """The parent's columns, in the same order."""


@dataclass(frozen=True)
class DependencyMap:
    """The tables of a database and the foreign keys between them."""

    groups: tuple[tuple[Name, ...], ...]
    """All tables, children before their parents; those that need each other are one group."""
    references: tuple[Reference, ...]
    partitioned: frozenset[Name]
    needed: frozenset[Name]
    """Tables that others refer to which are not the harness's: an extension's, or ignored ones."""
    ignored: tuple[Name, ...]
    """What the migrations keep for themselves."""

    @classmethod
    def read(cls, connection: psycopg.Connection) -> Self:
        """Read the map from the catalogue.

        Raises `HarnessError` for a table with partitions on another server: not our rows.
        """
        partitioned, tables, ignored = set(), [], []
        for schema, name, in_partitions, elsewhere in connection.execute(catalog.TABLES):
            if name == ALWAYS_IGNORED:
                ignored.append((schema, name))
                continue
            if elsewhere:
                raise HarnessError(
                    f"the table {words((schema, name))} has a partition on another server;"
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
        """All tables, children before their parents as far as there are no cycles."""
        return tuple(table for group in self.groups for table in group)

    @property
    def cycles(self) -> tuple[tuple[Name, ...], ...]:
        """Tables that need each other, directly or by way of others."""
        return tuple(group for group in self.groups if len(group) > 1)

    @property
    def self_references(self) -> frozenset[Name]:
        """Tables whose rows may refer to rows of the same table."""
        return frozenset(key.child for key in self.references if key.child == key.parent)

    def dependents(self, tables: Iterable[Name]) -> frozenset[Name]:
        """Return these tables and all whose rows need theirs, directly or by way of others."""
        children: dict[Name, set[Name]] = {}
        for key in self.references:
            children.setdefault(key.parent, set()).add(key.child)
        return frozenset().union(*(_reached(table, children) for table in tables))

    def find(self, name: str | Name) -> Name:
        """Return the table that is called so, with its schema or without.

        Raises `HarnessError` where there is none, or more than one.
        """
        found = [table for table in self.tables if name in (table, table[1], ".".join(table))]
        if len(found) != 1:
            called = name if isinstance(name, str) else words(name)
            raise HarnessError(
                f"there is no table {called} to be reset."
                if not found
                else f"there are several tables {called}: {', '.join(map('.'.join, found))}."
            )
        return found[0]

    def source(self, table: Name) -> str:
        """Return the table as SQL for exactly its own rows, after FROM, DELETE FROM and TRUNCATE.

        A table in partitions has them all in these; of any other, what inherits is a table itself.
        """
        return ("" if table in self.partitioned else "ONLY ") + quoted(table)


def several(names: str | Iterable[str | Name]) -> tuple[str | Name, ...]:
    """Return names that were given, also if it is one by itself, not in a list."""
    return (names,) if isinstance(names, str) else tuple(names)


def _ordered(
    tables: Iterable[Name], references: Iterable[Reference]
) -> tuple[tuple[Name, ...], ...]:
    """Return the tables in groups that need each other, children's groups first."""
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
    """Return where one comes to from here, the start included."""
    reached, ahead = {start}, [start]
    while ahead:
        new = steps.get(ahead.pop(), set()) - reached
        reached |= new
        ahead.extend(new)
    return frozenset(reached)
