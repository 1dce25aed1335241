"""Where the sequences of a database are, and how they come back there."""

from collections.abc import Mapping
from typing import Any, Final

import psycopg
from psycopg import sql

from pgharness.isolation.stored_tables import identifier
from pgharness.reset.foreign_keys import Name

SEQUENCES: Final = "SELECT schemaname, sequencename, start_value FROM pg_sequences"
SEQUENCE: Final = "SELECT {at} AS at, last_value, is_called FROM {sequence}"

Position = tuple[int, bool]
"""The last value of a sequence, and whether it has been handed out."""
Positions = Mapping[Name, Position]
"""Where the sequences are that are not at their start."""


def moved(connection: psycopg.Connection) -> Positions:
    """Return where the sequences are that are not at their start."""
    sequences = connection.execute(SEQUENCES).fetchall()
    queries = [
        sql.SQL(SEQUENCE).format(at=at, sequence=identifier((schema, name)))
        for at, (schema, name, _) in enumerate(sequences)
    ]
    return {
        sequences[at][:2]: (last, called)
        for at, last, called in union_of(connection, queries)
        if called or last != sequences[at][2]
    }


def put_sequences_back(connection: psycopg.Connection, before: Positions) -> None:
    """Send each sequence to where it was, or to its start."""
    after = moved(connection)
    for schema, name, start in connection.execute(SEQUENCES).fetchall():
        sequence = (schema, name)
        if after.get(sequence) != before.get(sequence):
            connection.execute(
                "SELECT setval(%s::regclass, %s, %s)",
                [
                    identifier(sequence).as_string(connection),
                    *before.get(sequence, (start, False)),
                ],
            )


def union_of(connection: psycopg.Connection, queries: list[sql.Composed]) -> list[tuple[Any, ...]]:
    """Return what all these find, asked at once; nothing if there are none."""
    if not queries:
        return []
    return connection.execute(sql.SQL(" UNION ALL ").join(queries)).fetchall()
