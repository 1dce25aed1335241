"""The sequences of a database: definition, position, and SQL to restart and restore them.

`setval` takes a third of the time of `ALTER SEQUENCE … RESTART`, which creates a new file. But a
rollback does not undo it, so `put_back` does; and it does not invalidate the values that other
connections have cached (CACHE), so `ALTER SEQUENCE` is used for sequences with a cache. The SQL is
for the body of a PL/pgSQL function.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import psycopg
from psycopg import sql

from pgharness.reset import catalog
from pgharness.reset.catalog import Name, quoted


@dataclass(frozen=True)
class Position:
    """The position of a sequence."""

    last_value: int
    is_called: bool
    """Whether `last_value` has been returned by nextval."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse the result of `SequenceDefinition.position`."""
        last_value, _, is_called = text.partition(" ")
        return cls(int(last_value), is_called == "t")

    def __str__(self) -> str:
        return f"{self.last_value} {'t' if self.is_called else 'f'}"


@dataclass(frozen=True)
class SequenceDefinition:
    """The definition of a sequence."""

    name: Name
    start: int
    increment: int
    lowest: int
    highest: int
    cycle: bool
    cache: int
    owner: Name | None
    """The table of its column: an identity, a serial, or by OWNED BY."""

    @property
    def beginning(self) -> Position:
        """The position before the first value.

        A sequence that cycled to its start has another one: `is_called` is true.
        """
        return Position(self.start, is_called=False)

    def next_value(self, at: Position) -> int | None:
        """Return the next value after a position, or None if the sequence is exhausted."""
        if not at.is_called:
            return at.last_value
        following = at.last_value + self.increment
        if self.lowest <= following <= self.highest:
            return following
        if not self.cycle:
            return None
        return self.lowest if self.increment > 0 else self.highest

    @property
    def position(self) -> str:
        """An expression for the current position, as the text of a `Position`."""
        question = "(SELECT pg_catalog.concat_ws(' ', last_value, is_called) FROM {})"
        return sql.SQL(question).format(sql.Identifier(*self.name)).as_string(None)

    def position_by_now(self, before: str) -> str:
        """Return a cheaper expression for the position, given one for an earlier position."""
        return f"coalesce(pg_sequence_last_value({self._itself}) || ' t', {before})"

    def drawn_here(self, at: str) -> str:
        """Return an expression: whether this session has drawn the last value at a position.

        It raises SQLSTATE 55000 if this session has never drawn from the sequence.
        """
        drawn = f"currval({self._itself}) - split_part({at}, ' ', 1)::bigint"
        return f"abs({drawn}) < {self.cache * abs(self.increment)}"

    @property
    def restart(self) -> str:
        """The statement that restarts the sequence."""
        if self.cache > 1:
            return f"ALTER SEQUENCE {quoted(self.name)} RESTART"
        return f"done := setval({self._itself}, {self.start}::bigint, false)"

    def put_back(self, at: str) -> str:
        """Return the statement that sets the position to an expression."""
        last_value = f"split_part({at}, ' ', 1)::bigint"
        return f"done := setval({self._itself}, {last_value}, split_part({at}, ' ', 2)::bool)"

    @property
    def _itself(self) -> str:
        return f"{sql.Literal(quoted(self.name)).as_string(None)}::regclass"


def read(connection: psycopg.Connection) -> tuple[SequenceDefinition, ...]:
    """Return all sequences of the database but those of extensions."""
    found = []
    for schema, name, *definition, owner_schema, owner in connection.execute(catalog.SEQUENCES):
        start, increment, lowest, highest, cycle, cache = definition
        owned_by = (owner_schema, owner) if owner is not None else None
        found.append(
            SequenceDefinition(
                (schema, name), start, increment, lowest, highest, cycle, cache, owned_by
            )
        )
    return tuple(found)


Positions = Mapping[Name, Position]
"""The positions of the sequences that are not at their start."""


def moved(connection: psycopg.Connection) -> Positions:
    """Return the positions of the sequences that are not at their start."""
    return {one.name: at for one, at in _positions(connection) if at != one.beginning}


def put_back(connection: psycopg.Connection, before: Positions) -> None:
    """Set each sequence to its position in `before`, or to its start."""
    for one, at in _positions(connection):
        was = before.get(one.name, one.beginning)
        if at != was:
            if one.cache > 1:
                # Only this invalidates the values that other connections have cached.
                connection.execute(f"ALTER SEQUENCE {quoted(one.name)} RESTART".encode())
            connection.execute(
                "SELECT setval(%s::regclass, %s, %s)",
                [quoted(one.name), was.last_value, was.is_called],
            )


def _positions(connection: psycopg.Connection) -> list[tuple[SequenceDefinition, Position]]:
    found = read(connection)
    query = f"SELECT ARRAY[{', '.join(one.position for one in found)}]::text[]"
    (texts,) = connection.execute(query.encode()).fetchone() or ([],)
    return list(zip(found, map(Position.parse, texts), strict=True))
