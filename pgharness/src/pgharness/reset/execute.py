"""Having the server empty a database: one call, one transaction, one round trip.

The function that does it belongs to one connection: it is a temporary object, and gone with it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Final, TypeVar

import psycopg
from psycopg import errors, sql
from psycopg.pq import ExecStatus

from pgharness.databases.ownership import guard
from pgharness.reset import function
from pgharness.reset.catalog import Name, words
from pgharness.reset.foreign_keys import Reference
from pgharness.reset.large_objects import counted
from pgharness.reset.plan import Choice, Plan
from pgharness.reset.sequences import Position
from pgharness.reset.sequences import Sequence as Numbers

NUMBERS: Final = count(1)
"""A connection may know several such functions."""

T = TypeVar("T")


class Outcome(StrEnum):
    """What the function did: everything, or nothing."""

    DONE = "done"
    CHANGED = "changed"
    """Nothing: the mark or the catalogue is another one than it was made for."""
    DANGLING = "dangling"
    """Nothing: rows that stay would refer to nothing."""
    MANY = "many"
    """Nothing: there are so many rows that it must be told what to truncate."""


@dataclass(frozen=True)
class Found:
    """What the function found, and did unless its outcome says otherwise."""

    outcome: Outcome
    rows: Mapping[Name, int]
    """The tables that have rows, and how many, as far as they were counted."""
    restarted: tuple[Name, ...]
    unlinked: int
    """How many large objects were removed."""
    refreshed: tuple[Name, ...]
    """The materialized views that were filled anew."""


@dataclass(frozen=True)
class Done:
    """What a reset did."""

    database: str
    deleted: Mapping[Name, int]
    """The tables whose rows were deleted, and how many those were."""
    truncated: tuple[Name, ...]
    restarted: tuple[Name, ...]
    """The sequences that were sent back to their start."""
    unlinked: int
    """How many large objects were removed."""
    refreshed: tuple[Name, ...]
    """The materialized views that were filled anew."""
    seconds: float

    def __str__(self) -> str:
        deleted = ", ".join(f"{number} of {words(table)}" for table, number in self.deleted.items())
        parts = {
            "deleted": deleted,
            "truncated": ", ".join(map(words, self.truncated)),
            "restarted": ", ".join(map(words, self.restarted)),
            "unlinked": counted(self.unlinked) if self.unlinked else "",
            "refreshed": ", ".join(map(words, self.refreshed)),
        }
        did = "; ".join(f"{what} {names}" for what, names in parts.items() if names)
        return (
            f"reset {self.database} in {self.seconds * 1000:.2f} ms: {did or 'nothing was dirty'}"
        )


class Execution:
    """The function that empties what is chosen of one database, over one connection."""

    def __init__(self, connection: psycopg.Connection, choice: Choice) -> None:
        self._connection = connection
        self._choice = choice
        self._name = ""
        self.plan: Plan
        self.sql: str
        """The statements that make the function, and call it so that it truncates nothing."""

    def make(self) -> None:
        """Make the function for the database as it is now. Raises `NotOurs` and `HarnessError`."""
        identity = guard(self._connection)
        self._connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE")
        self.plan = Plan(self._connection, self._choice)
        self._forget()
        self._name = f"acceptance_reset_{next(NUMBERS)}"
        name = f"pg_temp.{self._name}"
        text = function.text(name, self.plan, identity)
        self._connection.execute(text)
        self.sql = f"{text.as_string(self._connection)};\nSELECT * FROM {name}('');\n"
        call = f"SELECT * FROM {name}($1)"  # noqa: S608 (our own name)
        self._connection.execute(f"PREPARE {self._name} (text) AS {call}".encode())
        self._connection.execute("COMMIT")

    def _forget(self) -> None:
        """Drop the function that was made before, unless the connection has forgotten it."""
        known = "SELECT FROM pg_prepared_statements WHERE name = %s"
        if self._connection.execute(known, [self._name]).rowcount:
            self._connection.execute(f"DEALLOCATE {self._name}".encode())
        if self._name:
            self._connection.execute(f"DROP FUNCTION IF EXISTS pg_temp.{self._name}".encode())

    def __call__(self, truncated: Iterable[Name] | None = None) -> Found:
        """Do it, in a transaction of its own, and return what was found before.

        Raises `psycopg.Error`, with everything as it was. Without a cursor, which would take a
        tenth of the time; Ctrl-C is heard when the server has answered.
        """
        encoding = self._connection.info.encoding
        statement = None if truncated is None else self.plan.truncation(truncated).encode(encoding)
        result = self._connection.pgconn.exec_prepared(
            self._name.encode(),
            [statement],  # type: ignore[list-item]  # the stub has forgotten NULL
        )
        if result.status != ExecStatus.TUPLES_OK:
            raise errors.error_from_result(result, encoding=encoding)
        outcome, removed, restarted, unlinked, refreshed = (
            (result.get_value(0, at) or b"").decode() for at in range(5)
        )
        sequences = self.plan.sequences
        return Found(
            Outcome(outcome),
            self._rows(removed),
            tuple(sequences[int(number) - 1].name for number in restarted.split()),
            int(unlinked),
            self.plan.views if refreshed == "t" else (),
        )

    def left(self, error: psycopg.Error) -> tuple[dict[Name, int], dict[Numbers, Position], int]:
        """Return what the function's own error says is there: rows, sequences, large objects."""
        rows, positions, objects = json.loads(error.diag.message_detail or '["", [], 0]')
        stand = zip(self.plan.sequences, map(Position.parse, positions), strict=True)
        moved = {one: at for one, at in stand if at != one.beginning}
        return self._rows(rows), moved, objects if self.plan.is_everything else 0

    def with_rows(self) -> list[Name]:
        """Return the tables that have rows now. Raises `psycopg.Error`, soon."""
        return self._where(self.plan.dirty, self.plan.tables)

    def dangling(self) -> list[Reference]:
        """Return the foreign keys by which rows that stay refer to rows that would go.

        Raises `psycopg.Error`, soon.
        """
        return self._where(self.plan.dangling, self.plan.crossing)

    def _where(self, question: sql.Composed, things: Sequence[T]) -> list[T]:
        with self._connection.transaction():
            self._connection.execute("SET LOCAL lock_timeout = '1s'; SET LOCAL row_security = off")
            answer = self._connection.execute(sql.SQL("SELECT {}").format(question)).fetchone()
        assert answer is not None, "there is one answer"
        return [thing for thing, holds in zip(things, answer[0], strict=True) if holds]

    def _rows(self, counted: str) -> dict[Name, int]:
        """Return what was counted, added up: what was deleted twice was there twice."""
        rows: Counter[Name] = Counter()
        for count_ in counted.split():
            number, _, found = count_.partition("=")
            rows[self.plan.tables[int(number) - 1]] += int(found)
        return dict(+rows)
