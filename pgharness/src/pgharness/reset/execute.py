"""Call the server's reset function: one transaction in one round trip.

The function is a temporary object of one connection.
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
from pgharness.reset.catalog import Name, plain_name
from pgharness.reset.foreign_keys import Reference
from pgharness.reset.large_objects import counted
from pgharness.reset.plan import Choice, Plan
from pgharness.reset.sequences import Position, SequenceDefinition

FUNCTION_NUMBERS: Final = count(1)
"""Numbers for the names of functions: a connection may have several."""

T = TypeVar("T")


class ResetOutcome(StrEnum):
    """Whether the function emptied the database, or why it did nothing."""

    DONE = "done"
    CHANGED = "changed"
    """The mark or the catalogue has changed since the function was created."""
    DANGLING = "dangling"
    """Kept rows would refer to missing rows."""
    MANY = "many"
    """There are many rows: the caller must decide which tables to truncate."""


@dataclass(frozen=True)
class FunctionResult:
    """The result of the function; it has done all of this if the outcome is DONE."""

    outcome: ResetOutcome
    rows: Mapping[Name, int]
    """The number of rows of each dirty table; with MANY it may be a lower bound."""
    restarted: tuple[Name, ...]
    unlinked: int
    """The number of removed large objects."""
    refreshed: tuple[Name, ...]
    """The refreshed materialized views."""


@dataclass(frozen=True)
class ResetReport:
    """What a reset did."""

    database: str
    deleted: Mapping[Name, int]
    """The number of deleted rows of each table."""
    truncated: tuple[Name, ...]
    restarted: tuple[Name, ...]
    """The restarted sequences."""
    unlinked: int
    """The number of removed large objects."""
    refreshed: tuple[Name, ...]
    """The refreshed materialized views."""
    seconds: float

    def __str__(self) -> str:
        deleted = ", ".join(
            f"{number} of {plain_name(table)}" for table, number in self.deleted.items()
        )
        parts = {
            "deleted": deleted,
            "truncated": ", ".join(map(plain_name, self.truncated)),
            "restarted": ", ".join(map(plain_name, self.restarted)),
            "unlinked": counted(self.unlinked) if self.unlinked else "",
            "refreshed": ", ".join(map(plain_name, self.refreshed)),
        }
        did = "; ".join(f"{what} {names}" for what, names in parts.items() if names)
        return (
            f"reset {self.database} in {self.seconds * 1000:.2f} ms: {did or 'nothing was dirty'}"
        )


class Execution:
    """The reset function of one connection, for one choice of tables."""

    def __init__(self, connection: psycopg.Connection, choice: Choice) -> None:
        self._connection = connection
        self._choice = choice
        self._name = ""
        self.plan: Plan
        self.sql: str
        """The statements that create the function and call it without a TRUNCATE."""

    def make(self) -> None:
        """Create the function for the current catalogue.

        Raises `ForeignDatabaseError` and `HarnessError`.
        """
        identity = guard(self._connection)
        self._connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE")
        self.plan = Plan(self._connection, self._choice)
        self._forget()
        self._name = f"acceptance_reset_{next(FUNCTION_NUMBERS)}"
        name = f"pg_temp.{self._name}"
        text = function.text(name, self.plan, identity)
        self._connection.execute(text)
        self.sql = f"{text.as_string(self._connection)};\nSELECT * FROM {name}('');\n"
        call = f"SELECT * FROM {name}($1)"  # noqa: S608 (generated above)
        self._connection.execute(f"PREPARE {self._name} (text) AS {call}".encode())
        self._connection.execute("COMMIT")

    def _forget(self) -> None:
        """Drop the former function, unless the connection has discarded it."""
        known = "SELECT FROM pg_prepared_statements WHERE name = %s"
        if self._connection.execute(known, [self._name]).rowcount:
            self._connection.execute(f"DEALLOCATE {self._name}".encode())
        if self._name:
            self._connection.execute(f"DROP FUNCTION IF EXISTS pg_temp.{self._name}".encode())

    def __call__(self, truncated: Iterable[Name] | None = None) -> FunctionResult:
        """Call the function in its own transaction.

        Raises `psycopg.Error` after the function has restored everything. It uses libpq directly,
        as a cursor would add a tenth of the time; Ctrl-C takes effect after the server's answer.
        """
        encoding = self._connection.info.encoding
        statement = None if truncated is None else self.plan.truncation(truncated).encode(encoding)
        result = self._connection.pgconn.exec_prepared(
            self._name.encode(),
            [statement],  # type: ignore[list-item]  # the stub lacks None for NULL
        )
        if result.status != ExecStatus.TUPLES_OK:
            raise errors.error_from_result(result, encoding=encoding)
        outcome, removed, restarted, unlinked, refreshed = (
            (result.get_value(0, at) or b"").decode() for at in range(5)
        )
        sequences = self.plan.sequences
        return FunctionResult(
            ResetOutcome(outcome),
            self._rows(removed),
            tuple(sequences[int(number) - 1].name for number in restarted.split()),
            int(unlinked),
            self.plan.views if refreshed == "t" else (),
        )

    def left(
        self, error: psycopg.Error
    ) -> tuple[dict[Name, int], dict[SequenceDefinition, Position], int]:
        """Parse the detail of the error `LEFT`: rows, sequences, and number of large objects."""
        rows, positions, objects = json.loads(error.diag.message_detail or '["", [], 0]')
        stand = zip(self.plan.sequences, map(Position.parse, positions), strict=True)
        moved = {one: at for one, at in stand if at != one.beginning}
        return self._rows(rows), moved, objects if self.plan.is_everything else 0

    def with_rows(self) -> list[Name]:
        """Return the tables with rows. Raises `psycopg.Error`, with a lock timeout of 1 s."""
        return self._where(self.plan.dirty, self.plan.tables)

    def dangling(self) -> list[Reference]:
        """Return the foreign keys by which kept rows refer to rows of tables to be emptied.

        Raises `psycopg.Error`, with a lock timeout of 1 s.
        """
        return self._where(self.plan.dangling, self.plan.crossing)

    def _where(self, question: sql.Composed, things: Sequence[T]) -> list[T]:
        with self._connection.transaction():
            self._connection.execute("SET LOCAL lock_timeout = '1s'; SET LOCAL row_security = off")
            answer = self._connection.execute(sql.SQL("SELECT {}").format(question)).fetchone()
        assert answer is not None, "there is one answer"
        return [thing for thing, holds in zip(things, answer[0], strict=True) if holds]

    def _rows(self, counted: str) -> dict[Name, int]:
        """Sum the counts of both passes by table."""
        rows: Counter[Name] = Counter()
        for count_ in counted.split():
            number, _, found = count_.partition("=")
            rows[self.plan.tables[int(number) - 1]] += int(found)
        return dict(+rows)
