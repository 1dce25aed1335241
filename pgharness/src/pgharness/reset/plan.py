"""What a reset empties, in which order, and what is truncated; read from the catalogue.

What it asks about the database are SQL expressions for the function that empties it, which asks all
of them at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

from pgharness.reset import catalog, large_objects, materialized_views, sequences
from pgharness.reset.catalog import Name, quoted
from pgharness.reset.foreign_keys import DependencyMap
from pgharness.reset.sequences import Sequence

TRUNCATE_THRESHOLD_ROWS: Final = {False: 150, True: 1_000}
"""Rows that are deleted in the time of one TRUNCATE, or fewer where the time does not tell: deleted
rows stay in the file until it is vacuumed. By whether triggers are off: where they are on, each row
is looked up in the tables that refer to it (benchmarks/reset.py)."""

TRIGGERS_OFF: Final = {
    "session_replication_role": "replica",
    "default_transaction_isolation": "read committed",
}
"""The settings by which triggers are off, and foreign keys with them. What somebody stores
meanwhile must be seen then, in a last look newer than the first: no foreign key would tell."""


@dataclass(frozen=True)
class Choice:
    """What is to be emptied; by default all there is."""

    only: tuple[str | Name, ...] | None = None
    with_dependents: bool = False
    ignoring: tuple[str | Name, ...] = ()

    def tables(self, map_: DependencyMap) -> frozenset[Name]:
        """Return the tables. Raises `HarnessError` for an unknown or an ambiguous name."""
        chosen = frozenset(map_.tables if self.only is None else map(map_.find, self.only))
        if self.with_dependents:
            chosen = map_.dependents(chosen)
        return chosen - frozenset(map(map_.find, self.ignoring))

    def sequences(self, all_: Iterable[Sequence], tables: frozenset[Name]) -> tuple[Sequence, ...]:
        """Return the sequences: one that belongs to no table belongs to the whole database."""
        ownerless = self.only is None
        return tuple(
            one for one in all_ if one.owner in tables or (one.owner is None and ownerless)
        )

    @property
    def is_everything(self) -> bool:
        """Whether nothing stays that a large object could belong to."""
        return self.only is None and not self.ignoring


class Plan:
    """The tables and sequences that are chosen of one database, as they are now."""

    def __init__(self, connection: psycopg.Connection, choice: Choice) -> None:
        """Read the catalogue. Raises `HarnessError` for what cannot be chosen."""
        self._connection = connection
        self.map = DependencyMap.read(connection)
        chosen = choice.tables(self.map)
        self.tables = tuple(table for table in self.map.tables if table in chosen)
        """Children before their parents."""
        self.sequences = choice.sequences(sequences.read(connection), chosen)
        self.views = materialized_views.read(connection)
        """Those that hold rows, each after the others that it reads."""
        self.is_everything = choice.is_everything
        self.crossing = tuple(
            key for key in self.map.references if key.parent in chosen and key.child not in chosen
        )
        """Foreign keys by which rows that stay may refer to rows that go."""
        self.settings = {name: self._read(f"SHOW {name}") for name in TRIGGERS_OFF}
        """Those by which triggers may be off, as they are."""
        are_off = self.settings["session_replication_role"] == "replica"
        may_be_off = self.settings == TRIGGERS_OFF and not (self.crossing or self.map.needed)
        self.triggers_off = are_off and may_be_off
        """Whether no foreign key has a say, nor a trigger that is not enabled all the same."""
        self.turns_triggers_on = are_off and not may_be_off
        sequences_ = (one.name for one in self.sequences)
        names = (*self.map.ignored, *self.tables, *sequences_, *self.views)
        self._oids = dict(zip(names, self._read(f"SELECT {_oids(names)}"), strict=True))
        parts = [catalog.RELATIONS_STAMP, self._foreign_keys()]
        parts += [catalog.PARTITIONS_STAMP] if self.map.partitioned else []
        parts += [catalog.SEQUENCES_STAMP] if self.sequences else []
        parts += (
            [catalog.POPULATED_VIEWS_STAMP] if self._read(catalog.ANY_MATERIALIZED_VIEW) else []
        )
        self.stamp = f"pg_catalog.concat_ws(' ', {', '.join(parts)})"
        """What of the catalogue would make a difference, as an expression."""
        self.stamped = self._read(f"SELECT {self.stamp}")

    @property
    def large_objects(self) -> str:
        """Whether there are large objects that go: only with everything that may refer to them."""
        return large_objects.ANY if self.is_everything else "false"

    @property
    def threshold(self) -> int:
        """More rows of a table than these are truncated, where that is possible."""
        return TRUNCATE_THRESHOLD_ROWS[self.triggers_off]

    def worth_truncating(self, found: Mapping[Name, int]) -> frozenset[Name]:
        """Return, of tables with so many rows, those with many, and all that refer to them.

        The server wants them together; where that would take a table that was not chosen, the rows
        are deleted nevertheless.
        """
        truncated: set[Name] = set()
        for table in found:
            more = self.map.dependents([table]) - truncated
            rows = sum(found.get(each, 0) for each in more)
            together = more <= frozenset(self.tables) and not more & self.map.needed
            if together and rows > self.threshold * len(more):
                truncated |= more
        return frozenset(truncated)

    def truncation(self, tables: Iterable[Name]) -> str:
        """Return the statement that truncates these; nothing if there are none."""
        sources = ", ".join(map(self.map.source, sorted(tables)))
        return f"TRUNCATE {sources}" if sources else ""

    @property
    def deletions(self) -> tuple[tuple[tuple[Name, ...], str], ...]:
        """The statements that delete all rows, each with its tables, children before parents.

        Foreign keys are enforced when a statement ends: a cycle is deleted by one statement.
        """
        chosen = set(self.tables)
        groups = (tuple(filter(chosen.__contains__, group)) for group in self.map.groups)
        return tuple(
            (group, deletion([self.map.source(table) for table in group]))
            for group in groups
            if group
        )

    def _foreign_keys(self) -> str:
        """Where triggers are off, only those matter that others have: no row of ours is left."""
        if not self.triggers_off:
            return catalog.FOREIGN_KEYS_STAMP
        oids = [self._oids[table] for table in self.tables]
        (others,) = self._connection.execute(
            catalog.RELATIONS_OF_OTHERS, [oids, oids]
        ).fetchone() or ([],)
        return catalog.FOREIGN_KEYS_OF_OTHERS_STAMP.format(
            others=f"'{{{', '.join(map(str, others))}}}'"
        )

    def _read(self, query: str) -> Any:
        (value,) = self._connection.execute(query.encode()).fetchone() or (None,)
        return value

    @property
    def names_hold(self) -> str:
        """Whether what has these names is still what had them: known when a plan is made."""
        seen = ", ".join(map(str, self._oids.values()))
        return f"{_oids(self._oids)} = '{{{seen}}}'::oid[]"

    @property
    def dirty(self) -> sql.Composed:
        """Of each table, whether it has rows."""
        return _array("bool", (f"EXISTS (SELECT FROM {self.map.source(t)})" for t in self.tables))

    @property
    def positions(self) -> sql.Composed:
        """Of each sequence, where it is."""
        return _array("text", (one.position for one in self.sequences))

    @property
    def beginnings(self) -> sql.Composed:
        """Of each sequence, where it is when nothing was drawn from it."""
        return _array("text", (f"'{one.beginning}'" for one in self.sequences))

    @property
    def dangling(self) -> sql.Composed:
        """Of each crossing key, whether rows do refer to rows that would go."""
        return _array(
            "bool",
            (
                sql.SQL("EXISTS (SELECT FROM {} WHERE ({}) IS NOT NULL)")
                .format(
                    sql.SQL(self.map.source(key.child)),
                    sql.SQL(", ").join(map(sql.Identifier, key.columns)),
                )
                .as_string(None)
                for key in self.crossing
            ),
        )


def deletion(sources: list[str]) -> str:
    """Return one statement that deletes all rows of some tables."""
    *others, last = (f"DELETE FROM {source}" for source in sources)  # noqa: S608 (quoted)
    together = ", ".join(f"t{number} AS ({other})" for number, other in enumerate(others))
    return f"WITH {together} {last}" if others else last


def _oids(names: Iterable[Name]) -> str:
    """Return an array of what has these names, as SQL."""
    return "ARRAY[{}]::oid[]".format(
        ", ".join(f"{sql.Literal(quoted(name)).as_string(None)}::regclass" for name in names)
    )


def _array(type_: str, values: Iterable[str]) -> sql.Composed:
    """Return an array of these values as SQL, also of none."""
    return sql.SQL("ARRAY[{}]::{}[]").format(
        sql.SQL(", ").join(map(sql.SQL, values)), sql.SQL(type_)
    )
