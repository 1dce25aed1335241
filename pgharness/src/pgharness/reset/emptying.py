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

from pgharness.databases.guard import guard
from pgharness.reset import emptying_function
from pgharness.reset.dependency_map import Name, Reference
from pgharness.reset.sequences import Position
from pgharness.reset.sequences import Sequence as Numbers
from pgharness.reset.survey import Choice, Survey

WORTH_A_TRUNCATION: Final = {False: 150, True: 1_000}
"""Rows that are deleted in the time in which a table is truncated, and fewer where the time would
not tell, for they stay in its file until it is vacuumed. By whether triggers are off: where they
are on, whoever may refer to a row is looked for (benchmarks/reset.py)."""

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


class Emptying:
    """The function that empties what is chosen of one database, over one connection."""

    def __init__(self, connection: psycopg.Connection, choice: Choice) -> None:
        self._connection = connection
        self._choice = choice
        self._name = ""
        self.survey: Survey

    def make(self) -> None:
        """Make the function for the database as it is now. Raises `NotOurs` and `Refusal`."""
        identity = guard(self._connection)
        self._connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE")
        self.survey = Survey(self._connection, self._choice)
        self._forget()
        self._name = f"acceptance_reset_{next(NUMBERS)}"
        name = f"pg_temp.{self._name}"
        self._connection.execute(emptying_function.text(name, self.survey, identity, self._worth))
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
        statement = None if truncated is None else self._truncation(truncated)
        result = self._connection.pgconn.exec_prepared(
            self._name.encode(),
            [statement],  # type: ignore[list-item]  # the stub has forgotten NULL
        )
        if result.status != ExecStatus.TUPLES_OK:
            raise errors.error_from_result(result, encoding=self._connection.info.encoding)
        outcome, removed, restarted, unlinked, refreshed = (
            (result.get_value(0, at) or b"").decode() for at in range(5)
        )
        sequences = self.survey.sequences
        return Found(
            Outcome(outcome),
            self._rows(removed),
            tuple(sequences[int(number) - 1].name for number in restarted.split()),
            int(unlinked),
            self.survey.views if refreshed == "t" else (),
        )

    def worth_truncating(self, found: Mapping[Name, int]) -> frozenset[Name]:
        """Return, of tables with so many rows, those with many, and all that refer to them.

        The server wants them together; where that would take a table that was not chosen, the rows
        are deleted nevertheless.
        """
        truncated: set[Name] = set()
        for table in found:
            more = self.survey.map.dependents([table]) - truncated
            rows = sum(found.get(each, 0) for each in more)
            together = more <= frozenset(self.survey.tables) and not more & self.survey.map.needed
            if together and rows > self._worth * len(more):
                truncated |= more
        return frozenset(truncated)

    def left(self, error: psycopg.Error) -> tuple[dict[Name, int], dict[Numbers, Position], int]:
        """Return what the function's own error says is there: rows, sequences, large objects."""
        rows, positions, objects = json.loads(error.diag.message_detail or '["", [], 0]')
        stand = zip(self.survey.sequences, map(Position.parse, positions), strict=True)
        moved = {one: at for one, at in stand if at != one.beginning}
        return self._rows(rows), moved, objects if self.survey.is_everything else 0

    def with_rows(self) -> list[Name]:
        """Return the tables that have rows now. Raises `psycopg.Error`, soon."""
        return self._where(self.survey.dirty, self.survey.tables)

    def dangling(self) -> list[Reference]:
        """Return the foreign keys by which rows that stay refer to rows that would go.

        Raises `psycopg.Error`, soon.
        """
        return self._where(self.survey.dangling, self.survey.crossing)

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
            rows[self.survey.tables[int(number) - 1]] += int(found)
        return dict(+rows)

    @property
    def _worth(self) -> int:
        return WORTH_A_TRUNCATION[self.survey.triggers_off]

    def _truncation(self, truncated: Iterable[Name]) -> bytes:
        tables = ", ".join(map(self.survey.map.source, sorted(truncated)))
        statement = f"TRUNCATE {tables}" if tables else ""
        return statement.encode(self._connection.info.encoding)
