"""The sequences of a database: where each begins, where it is, and how it is sent back.

`setval` costs a third of `ALTER SEQUENCE … RESTART`, which makes a new file, but a transaction
that fails does not take it back: `put_back` does. And it does not reach what other connections
have taken in advance (CACHE); where they may have, `ALTER SEQUENCE` is used, which does.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import psycopg
from psycopg import sql

from features.support.dependency_map import Name, quoted

SEQUENCES: Final = """
    SELECT n.nspname, c.relname, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle,
           s.seqcache, tn.nspname, t.relname
      FROM pg_sequence s
      JOIN pg_class c ON c.oid = s.seqrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
                           AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
      LEFT JOIN pg_class t ON t.oid = coalesce(pg_partition_root(d.refobjid), d.refobjid)
      LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
     WHERE c.relpersistence <> 't'
       AND NOT EXISTS (SELECT FROM pg_depend e
                        WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid
                          AND e.deptype = 'e')
     ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Position:
    """Where a sequence is."""

    last_value: int
    is_called: bool
    """Whether the last value has been given out."""


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

    @cached_property
    def restart(self) -> str:
        """The statement that sends it back to its start."""
        if self.cache > 1:
            return f"ALTER SEQUENCE {quoted(self.name)} RESTART"
        return self._set(self.beginning)

    def put_back(self, at: Position) -> str:
        """Return the statement that puts it where it was, if it is anywhere else."""
        there = f"({at.last_value}, {at.is_called})"
        return f"{self._set(at)} FROM {quoted(self.name)} WHERE (last_value, is_called) <> {there}"

    def _set(self, at: Position) -> str:
        name = sql.Literal(quoted(self.name)).as_string(None)
        return f"SELECT setval({name}::regclass, {at.last_value}, {at.is_called})"


def read(connection: psycopg.Connection) -> tuple[Sequence, ...]:
    """Return all sequences of the database but those of extensions."""
    found = []
    for schema, name, *definition, owner_schema, owner in connection.execute(SEQUENCES):
        start, increment, lowest, highest, cycle, cache = definition
        owned_by = (owner_schema, owner) if owner is not None else None
        found.append(
            Sequence((schema, name), start, increment, lowest, highest, cycle, cache, owned_by)
        )
    return tuple(found)
