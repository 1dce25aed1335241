"""The large objects of a database: they belong to no table, and go with no row."""

from collections.abc import Mapping
from typing import Final

import psycopg

ANY: Final = "EXISTS (SELECT FROM pg_largeobject_metadata)"
NUMBER: Final = "(SELECT count(*) FROM pg_largeobject_metadata)"
UNLINK: Final = "SELECT lo_unlink(oid) FROM pg_largeobject_metadata"
"""It wants the rights of whoever owns them."""

READ: Final = "SELECT oid::bigint, lo_get(oid) FROM pg_largeobject_metadata"

Objects = Mapping[int, bytes]
"""By their numbers (oid), what they hold."""


def read(connection: psycopg.Connection) -> Objects:
    """Return all of them."""
    return dict(connection.execute(READ).fetchall())


def put_back(connection: psycopg.Connection, before: Objects) -> None:
    """Make them those that there were; what is made again belongs to the harness's role."""
    after = read(connection)
    for number in after.keys() | before.keys():
        if after.get(number) != before.get(number):
            if number in after:
                connection.execute("SELECT lo_unlink(%s::oid)", [number])
            if number in before:
                connection.execute("SELECT lo_from_bytea(%s::oid, %s)", [number, before[number]])


def differences(before: Objects, after: Objects) -> list[str]:
    """Return in words how they differ, or nothing."""
    if before == after:
        return []
    return [f"large objects: {len(after)} instead of {len(before)}, or other ones"]


def counted(number: int) -> str:
    """Return in words how many there are."""
    return f"{number} large {'object' if number == 1 else 'objects'}"
