"""The sequences of a database: where each begins, where it is, and how it is sent back.

`setval` costs a third of `ALTER SEQUENCE … RESTART`, which makes a new file, but a transaction
that fails does not take it back: `put_back` does. And it does not reach what other connections
have taken in advance (CACHE); where they may have, `ALTER SEQUENCE` is used, which does. What is
said here is SQL for the body of a function in PL/pgSQL.
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
    """Where a sequence is."""

    last_value: int
    is_called: bool
    """Whether the last value has been given out."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return what a sequence's `position` says."""
        last_value, _, is_called = text.partition(" ")
        return cls(int(last_value), is_called == "t")

    def __str__(self) -> str:
        return f"{self.last_value} {'t' if self.is_called else 'f'}"


@dataclass(frozen=True)
class Sequence:
    """A sequence as it was defined."""

    name: Name
    start: int
    increment: int
    lowest: int
    highest: int
    cycle: bool
    cache: int
    owner: Name | None
    """The table one of whose columns it belongs to: an identity, a serial, or by OWNED BY."""

    @property
    def beginning(self) -> Position:
        """Where it was when it was made.

        One that has come round to its start again is not there: it has given out its last value.
        """
        return Position(self.start, is_called=False)

    def next_value(self, at: Position) -> int | None:
        """Return the value that would come out next, or None if there is none any more."""
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
        """Where it is, as an expression: a `Position` as text."""
        question = "(SELECT pg_catalog.concat_ws(' ', last_value, is_called) FROM {})"
        return sql.SQL(question).format(sql.Identifier(*self.name)).as_string(None)

    def position_by_now(self, before: str) -> str:
        """Return the same, for less, if an expression says where it was."""
        return f"coalesce(pg_sequence_last_value({self._itself}) || ' t', {before})"

    def drawn_here(self, at: str) -> str:
        """Return whether the last value there, of an expression, was drawn by this session.

        The expression raises an error (55000) where this session has never drawn from it.
        """
        drawn = f"currval({self._itself}) - split_part({at}, ' ', 1)::bigint"
        return f"abs({drawn}) < {self.cache * abs(self.increment)}"

    @property
    def restart(self) -> str:
        """The statement that sends it back to its start."""
        if self.cache > 1:
            return f"ALTER SEQUENCE {quoted(self.name)} RESTART"
        return f"done := setval({self._itself}, {self.start}::bigint, false)"

    def put_back(self, at: str) -> str:
        """Return the statement that puts it where an expression says."""
        last_value = f"split_part({at}, ' ', 1)::bigint"
        return f"done := setval({self._itself}, {last_value}, split_part({at}, ' ', 2)::bool)"

    @property
    def _itself(self) -> str:
        return f"{sql.Literal(quoted(self.name)).as_string(None)}::regclass"


def read(connection: psycopg.Connection) -> tuple[Sequence, ...]:
    """Return all sequences of the database but those of extensions."""
    found = []
    for schema, name, *definition, owner_schema, owner in connection.execute(catalog.SEQUENCES):
        start, increment, lowest, highest, cycle, cache = definition
        owned_by = (owner_schema, owner) if owner is not None else None
        found.append(
            Sequence((schema, name), start, increment, lowest, highest, cycle, cache, owned_by)
        )
    return tuple(found)


Positions = Mapping[Name, Position]
"""Where the sequences are that are not at their start."""


def moved(connection: psycopg.Connection) -> Positions:
    """Return where the sequences are that are not at their start."""
    return {one.name: at for one, at in _positions(connection) if at != one.beginning}


def put_back(connection: psycopg.Connection, before: Positions) -> None:
    """Send each sequence to where it was, or to its start."""
    for one, at in _positions(connection):
        was = before.get(one.name, one.beginning)
        if at != was:
            if one.cache > 1:
                # Connections may have taken values in advance, which only this takes from them.
                connection.execute(f"ALTER SEQUENCE {quoted(one.name)} RESTART".encode())
            connection.execute(
                "SELECT setval(%s::regclass, %s, %s)",
                [quoted(one.name), was.last_value, was.is_called],
            )


def _positions(connection: psycopg.Connection) -> list[tuple[Sequence, Position]]:
    found = read(connection)
    query = f"SELECT ARRAY[{', '.join(one.position for one in found)}]::text[]"
    (texts,) = connection.execute(query.encode()).fetchone() or ([],)
    return list(zip(found, map(Position.parse, texts), strict=True))
