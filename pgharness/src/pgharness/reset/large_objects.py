"""The large objects of a database, which belong to no table."""

from collections.abc import Mapping
from typing import Final

import psycopg

ANY: Final = "EXISTS (SELECT FROM pg_largeobject_metadata)"
NUMBER: Final = "(SELECT count(*) FROM pg_largeobject_metadata)"
UNLINK: Final = "SELECT lo_unlink(oid) FROM pg_largeobject_metadata"
"""Needs the rights of their owners."""

READ: Final = "SELECT oid::bigint, lo_get(oid) FROM pg_largeobject_metadata"

Objects = Mapping[int, bytes]
"""The content of each large object by its oid."""


def read(connection: psycopg.Connection) -> Objects:
    """Return all large objects with their content."""
    return dict(connection.execute(READ).fetchall())


def put_back(connection: psycopg.Connection, before: Objects) -> None:
    """Restore the large objects; those created again belong to the harness's role."""
    after = read(connection)
    for number in after.keys() | before.keys():
        if after.get(number) != before.get(number):
            if number in after:
                connection.execute("SELECT lo_unlink(%s::oid)", [number])
            if number in before:
                connection.execute("SELECT lo_from_bytea(%s::oid, %s)", [number, before[number]])


def differences(before: Objects, after: Objects) -> list[str]:
    """Describe the difference in one item; return none if there is no difference."""
    if before == after:
        return []
    return [f"large objects: {len(after)} instead of {len(before)}, or other ones"]


def counted(number: int) -> str:
    """Return a number with its unit: `1 large object`."""
    return f"{number} large {'object' if number == 1 else 'objects'}"
