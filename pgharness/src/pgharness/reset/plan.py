"""The plan of a reset: which tables and sequences, in which order, and what is truncated.

Properties that depend on the stored rows are SQL expressions for the reset function, which
evaluates all of them in one query.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

from pgharness.reset import catalog, large_objects, materialized_views, sequences
from pgharness.reset.catalog import Name, quoted
from pgharness.reset.foreign_keys import DependencyMap
from pgharness.reset.sequences import SequenceDefinition

TRUNCATE_THRESHOLD_ROWS: Final = {False: 150, True: 1_000}
"""The number of rows above which TRUNCATE is used, by whether triggers are off. With triggers on,
each deleted row is looked up in the tables that refer to it; then DELETE of 150 rows takes the time
of one TRUNCATE (benchmarks/comparisons/reset.py). Deleted rows stay in the file until it is
vacuumed."""

TRIGGERS_OFF: Final = {
    "session_replication_role": "replica",
    "default_transaction_isolation": "read committed",
}
"""The settings that switch off triggers and foreign keys. READ COMMITTED is required then: the
last check must see rows inserted concurrently, which no foreign key rejects."""


@dataclass(frozen=True)
class Choice:
    """The tables to be emptied; by default all."""

    only: tuple[str | Name, ...] | None = None
    with_dependents: bool = False
    ignoring: tuple[str | Name, ...] = ()

    def tables(self, map_: DependencyMap) -> frozenset[Name]:
        """Return the tables. Raises `HarnessError` for an unknown or an ambiguous name."""
        chosen = frozenset(map_.tables if self.only is None else map(map_.find, self.only))
        if self.with_dependents:
            chosen = map_.dependents(chosen)
        return chosen - frozenset(map(map_.find, self.ignoring))

    def sequences(
        self, all_: Iterable[SequenceDefinition], tables: frozenset[Name]
    ) -> tuple[SequenceDefinition, ...]:
        """Return the sequences of these tables; without `only`, also those of no table."""
        ownerless = self.only is None
        return tuple(
            one for one in all_ if one.owner in tables or (one.owner is None and ownerless)
        )

    @property
    def is_everything(self) -> bool:
        """Whether no table is kept, so that no row can refer to a large object."""
        return self.only is None and not self.ignoring


class Plan:
    """The chosen tables and sequences of a database, for its current catalogue."""

    def __init__(self, connection: psycopg.Connection, choice: Choice) -> None:
        """Read the catalogue. Raises `HarnessError` for an unknown or ambiguous name."""
        self._connection = connection
        self.map = DependencyMap.read(connection)
        chosen = choice.tables(self.map)
        self.tables = tuple(table for table in self.map.tables if table in chosen)
        """Children before their parents."""
        self.sequences = choice.sequences(sequences.read(connection), chosen)
        self.views = materialized_views.read(connection)
        """The populated materialized views, each after those that it reads."""
        self.is_everything = choice.is_everything
        self.crossing = tuple(
            key for key in self.map.references if key.parent in chosen and key.child not in chosen
        )
        """Foreign keys from kept tables to tables to be emptied."""
        self.settings = {name: self._read(f"SHOW {name}") for name in TRIGGERS_OFF}
        """The current values of the settings in `TRIGGERS_OFF`."""
        are_off = self.settings["session_replication_role"] == "replica"
        may_be_off = self.settings == TRIGGERS_OFF and not (self.crossing or self.map.needed)
        self.triggers_off = are_off and may_be_off
        """Whether foreign keys and triggers do not fire, except those that are enabled always."""
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
        """An expression that changes with the part of the catalogue that the plan depends on."""
        self.stamped = self._read(f"SELECT {self.stamp}")

    @property
    def large_objects(self) -> str:
        """Whether there are large objects to remove, as an expression."""
        return large_objects.ANY if self.is_everything else "false"

    @property
    def threshold(self) -> int:
        """The number of rows above which a table is truncated, if that is possible."""
        return TRUNCATE_THRESHOLD_ROWS[self.triggers_off]

    def worth_truncating(self, found: Mapping[Name, int]) -> frozenset[Name]:
        """Return the tables to truncate: those with many rows, and all that refer to them.

        PostgreSQL truncates these only together. If one of them is to be kept, rows are deleted.
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
        """Return the TRUNCATE statement for these tables; '' if there are none."""
        sources = ", ".join(map(self.map.source, sorted(tables)))
        return f"TRUNCATE {sources}" if sources else ""

    @property
    def deletions(self) -> tuple[tuple[tuple[Name, ...], str], ...]:
        """The DELETE statements, each with its tables, children before parents.

        Foreign keys are checked at the end of a statement: a cycle is deleted by one statement.
        """
        chosen = set(self.tables)
        groups = (tuple(filter(chosen.__contains__, group)) for group in self.map.groups)
        return tuple(
            (group, deletion([self.map.source(table) for table in group]))
            for group in groups
            if group
        )

    def _foreign_keys(self) -> str:
        """Return the stamp of foreign keys; with triggers off, only of those of other tables."""
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
        """Whether the names still belong to the same oids as when the plan was made."""
        seen = ", ".join(map(str, self._oids.values()))
        return f"{_oids(self._oids)} = '{{{seen}}}'::oid[]"

    @property
    def dirty(self) -> sql.Composed:
        """For each table, whether it has rows."""
        return _array("bool", (f"EXISTS (SELECT FROM {self.map.source(t)})" for t in self.tables))

    @property
    def positions(self) -> sql.Composed:
        """For each sequence, its position."""
        return _array("text", (one.position for one in self.sequences))

    @property
    def beginnings(self) -> sql.Composed:
        """For each sequence, its position before the first value."""
        return _array("text", (f"'{one.beginning}'" for one in self.sequences))

    @property
    def dangling(self) -> sql.Composed:
        """For each crossing key, whether kept rows refer to rows of tables to be emptied."""
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
    """Return SQL for an array of the oids of relations."""
    return "ARRAY[{}]::oid[]".format(
        ", ".join(f"{sql.Literal(quoted(name)).as_string(None)}::regclass" for name in names)
    )


def _array(type_: str, values: Iterable[str]) -> sql.Composed:
    """Return SQL for an array of these expressions, which may be empty."""
    return sql.SQL("ARRAY[{}]::{}[]").format(
        sql.SQL(", ").join(map(sql.SQL, values)), sql.SQL(type_)
    )
