"""What is to be emptied of a database, read from its catalogue, and what to ask about it.

The questions are SQL expressions for the function that empties it: it asks all of them at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

from features.support import sequences
from features.support.dependency_map import DependencyMap, Name
from features.support.sequences import Sequence

TABLES: Final = "(SELECT max(oid) FROM pg_class)"
FOREIGN_KEYS: Final = "(SELECT max(oid) FROM pg_constraint)"
PARTITIONS: Final = "(SELECT count(*) FROM pg_inherits)"
SEQUENCES: Final = """
    (SELECT concat_ws(' ', sum(seqstart), sum(seqincrement), sum(seqmin), sum(seqmax),
                           sum(seqcache)) FROM pg_sequence)
"""
"""Each becomes another when one comes, or is altered; what goes or is renamed the questions
themselves would not find any more. Looked up in an index, or in few rows: in 10 µs each."""
STAMPS: Final = (TABLES, FOREIGN_KEYS, PARTITIONS, SEQUENCES)

TRIGGERS_OFF: Final = {
    "session_replication_role": "replica",
    "default_transaction_isolation": "read committed",
}
"""The settings by which triggers are off, and foreign keys with them. What somebody stores
meanwhile must be seen then, in a last look newer than the first: no foreign key would tell."""


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
    """The tables and sequences that are chosen of one database, as they are now."""

    def __init__(self, connection: psycopg.Connection, choice: Choice) -> None:
        """Read the catalogue. Raises `Refusal` for what cannot be chosen."""
        stamps = dict(zip(STAMPS, _row(connection, f"SELECT {', '.join(STAMPS)}"), strict=True))
        self.map = DependencyMap.read(connection)
        chosen = choice.tables(self.map)
        self.tables = tuple(table for table in self.map.tables if table in chosen)
        """Children before their parents."""
        self.sequences = choice.sequences(sequences.read(connection), chosen, self.map)
        self.crossing = tuple(
            key for key in self.map.references if key.parent in chosen and key.child not in chosen
        )
        """Foreign keys by which rows that stay may refer to rows that go."""
        settings = {name: _row(connection, f"SHOW {name}")[0] for name in TRIGGERS_OFF}
        are_off = settings["session_replication_role"] == "replica"
        may_be_off = not (self.crossing or self.map.outsiders) and settings == TRIGGERS_OFF
        self.triggers_off = are_off and may_be_off
        """Whether neither triggers nor foreign keys have a say: not where some rows stay."""
        self.turns_triggers_on = are_off and not may_be_off
        matters = {
            TABLES: True,
            FOREIGN_KEYS: not self.triggers_off,
            PARTITIONS: bool(self.map.partitioned),
            SEQUENCES: bool(self.sequences),
        }
        relevant = [what for what in STAMPS if matters[what]]
        self.stamp = " ".join(str(stamps[what]) for what in relevant)
        self.asked_stamp = f"concat_ws(' ', {', '.join(relevant)})"

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


def _row(connection: psycopg.Connection, query: str) -> tuple[Any, ...]:
    return connection.execute(query.encode()).fetchone() or ()


def _array(type_: str, values: Iterable[str]) -> sql.Composed:
    """Return an array of these values as SQL, also of none."""
    return sql.SQL("ARRAY[{}]::{}[]").format(
        sql.SQL(", ").join(map(sql.SQL, values)), sql.SQL(type_)
    )
