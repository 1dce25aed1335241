"""What a database has that an empty one has not, asked in one round trip.

With it come what the guard must know, so that its answer is never older than the question, and a
stamp of the catalogue, by which a map is found to be out of date.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Final

import psycopg
from psycopg import sql

from features.support import sequences
from features.support.dependency_map import DependencyMap, Name, Reference
from features.support.guard import IDENTITY, Identity
from features.support.sequences import Position, Sequence

STAMP: Final = """
    SELECT concat_ws(' ',
        (SELECT max(oid) FROM pg_class), (SELECT max(oid) FROM pg_constraint),
        (SELECT count(*) FROM pg_inherits),
        (SELECT concat_ws(' ', sum(seqstart), sum(seqincrement), sum(seqmin), sum(seqmax),
                               sum(seqcache)) FROM pg_sequence))
"""
"""Changes when a table, a partition, a foreign key or a sequence comes, or is altered; what goes or
is renamed the question itself would not find any more. Looked up in indexes, in 10 µs."""

ROWS_WORTH_A_TRUNCATION: Final = 150
"""Rows that are deleted in the time in which a table is truncated, if others refer to it, where
each row is looked for: 500 tasks take as long as three tables (benchmarks/reset.py). Where none
does, deleting 2,000 would still be cheaper, by a few milliseconds. No more rows need be counted
than these for each table there is."""

NUMBERS: Final = count(1)
"""For the names of questions: a connection may know several."""


@dataclass(frozen=True)
class Seen:
    """What was found."""

    identity: Identity
    stamp: str
    rows: dict[Name, int]
    """The tables that have rows, and how many, as far as they were counted."""
    moved: dict[Sequence, Position]
    """The sequences that are not where they began, and where they are."""
    dangling: list[Reference]
    """Foreign keys by which rows that would stay refer to rows that would go."""

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to be done."""
        return not (self.rows or self.moved)


@dataclass(frozen=True)
class Choice:
    """What is to be emptied; by default all there is."""

    only: tuple[str | Name, ...] = ()
    with_dependents: bool = False
    ignoring: tuple[str | Name, ...] = ()

    def tables(self, map_: DependencyMap) -> frozenset[Name]:
        """Return the tables. Raises `Refusal` for a name that no table has, or several have."""
        chosen = frozenset(map(map_.find, self.only))
        if self.with_dependents:
            chosen = map_.dependents(chosen)
        return (chosen or frozenset(map_.tables)) - frozenset(map(map_.find, self.ignoring))

    def sequences(
        self, all_: Iterable[Sequence], tables: frozenset[Name], map_: DependencyMap
    ) -> tuple[Sequence, ...]:
        """Return the sequences: one that belongs to no table belongs to the whole database."""
        if self.only:
            return tuple(one for one in all_ if one.owner in tables)
        kept = frozenset(map_.tables) - tables
        return tuple(one for one in all_ if one.owner not in kept)


class Survey:
    """The question for what is chosen of one database, prepared in one connection."""

    def __init__(self, connection: psycopg.Connection, choice: Choice) -> None:
        """Read the catalogue. Raises `Refusal` for what cannot be chosen."""
        (self.stamp,) = connection.execute(STAMP).fetchone() or ("",)
        self.map = DependencyMap.read(connection)
        chosen = choice.tables(self.map)
        self.tables = tuple(table for table in self.map.tables if table in chosen)
        self.sequences = choice.sequences(sequences.read(connection), chosen, self.map)
        self._beginnings = [_written(one.beginning) for one in self.sequences]
        self._crossing = [
            key for key in self.map.references if key.parent in chosen and key.child not in chosen
        ]
        self._name = f"acceptance_survey_{next(NUMBERS)}"
        question = f"PREPARE {self._name} AS {self._question().as_string(None)}"
        connection.execute(question.encode(), prepare=False)

    def close(self, connection: psycopg.Connection) -> None:
        """Have the connection forget the question."""
        connection.execute(f"DEALLOCATE {self._name}".encode(), prepare=False)

    def ask(self, connection: psycopg.Connection, after: str) -> Seen:
        """Send some statements, and return what there is after them.

        Raises `UndefinedTable` if a table is gone or renamed, and `InvalidSqlStatementName` if the
        connection has lost its prepared statements.
        """
        cursor = connection.execute(f"{after}; EXECUTE {self._name}".encode(), prepare=False)
        cursor.set_result(-1)
        row = cursor.fetchone()
        assert row is not None, "the question has one answer"
        *identity, stamp, counts, positions, dangling = row
        return Seen(
            Identity(*identity),
            stamp,
            {table: count for table, count in zip(self.tables, counts, strict=True) if count},
            {
                one: _read(at)
                for one, beginning, at in zip(
                    self.sequences, self._beginnings, positions, strict=True
                )
                if at != beginning
            },
            [key for key, is_there in zip(self._crossing, dangling, strict=True) if is_there],
        )

    def _question(self) -> sql.Composed:
        enough = ROWS_WORTH_A_TRUNCATION * len(self.tables) + 1
        counts = [
            sql.SQL("(SELECT count(*) FROM (SELECT FROM {} LIMIT {}) AS counted)").format(
                sql.SQL(self.map.source(table)), enough
            )
            for table in self.tables
        ]
        positions = [
            sql.SQL("(SELECT concat_ws(' ', last_value, is_called) FROM {})").format(
                sql.Identifier(*one.name)
            )
            for one in self.sequences
        ]
        dangling = [
            sql.SQL("EXISTS (SELECT FROM {} WHERE ({}) IS NOT NULL)").format(
                sql.SQL(self.map.source(key.child)),
                sql.SQL(", ").join(map(sql.Identifier, key.columns)),
            )
            for key in self._crossing
        ]
        return sql.SQL("SELECT found.*, ({}), {}, {}, {} FROM ({}) AS found").format(
            sql.SQL(STAMP),
            _array(counts, sql.SQL("int[]")),
            _array(positions, sql.SQL("text[]")),
            _array(dangling, sql.SQL("bool[]")),
            sql.SQL(IDENTITY),
        )


def _array(values: list[sql.Composed], type_: sql.SQL) -> sql.Composed:
    """Return an array of these values as SQL, also of none."""
    return sql.SQL("ARRAY[{}]::{}").format(sql.SQL(", ").join(values), type_)


def _written(at: Position) -> str:
    return f"{at.last_value} {'t' if at.is_called else 'f'}"


def _read(written: str) -> Position:
    last_value, _, is_called = written.partition(" ")
    return Position(int(last_value), is_called == "t")
