"""Rows of one type beside the service's own, in a transaction that is undone."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import sql

from features.support import data
from features.support.workshop import Samples, Workshop
from features.support.world import World
from pgharness.data import cells

KINDS: Final = {
    "text": "text",
    "list": "text[]",
    "JSON": "jsonb",
    "float": "float8",
    "time": "timestamptz",
    "truth": "boolean",
    "bytes": "bytea",
}
"""What a sample may be of, and PostgreSQL's name for it."""

PIECE: Final = rf"{cells.PIECE}|{cells.NOTHING}"


def read(text: str) -> Samples:
    """Return the samples in `"a" beside nothing, "c" beside "d"`."""
    return [
        (_value(left), _value(right))
        for left, right in re.findall(rf"({PIECE}) beside ({PIECE})", text)
    ]


def compare(world: World, kind: str, before: Samples, after: Samples) -> None:
    """Keep the fingerprints of a table with these rows, and with those; and what is told."""
    state = world.state(Workshop)
    with _table(world.reader, kind):
        _fill(world.reader, kind, before)
        first = data.fingerprint(world.reader)
        world.reader.execute("DELETE FROM samples")
        _fill(world.reader, kind, after)
        second = data.fingerprint(world.reader)
        state.fingerprints = [first, second]
        state.said = data.told(first, second, world.reader)


@contextmanager
def _table(connection: psycopg.Connection, kind: str) -> Iterator[None]:
    create = sql.SQL('CREATE TABLE samples ("left" {}, "right" {})')
    with connection.transaction(force_rollback=True):
        connection.execute(create.format(*[sql.SQL(KINDS[kind])] * 2))
        yield


def _fill(connection: psycopg.Connection, kind: str, samples: Iterable[tuple[object, ...]]) -> None:
    insertion = sql.SQL("INSERT INTO samples VALUES (CAST(%s AS {0}), CAST(%s AS {0}))")
    with connection.cursor() as cursor:
        cursor.executemany(insertion.format(sql.SQL(KINDS[kind])), samples)


def _value(cell: str) -> str | None:
    return None if cell == cells.NOTHING else cells.quoted(cell)
