"""What is stored of the service, by table and owner."""

from typing import Final

import psycopg

from pgharness.data import fingerprints
from pgharness.data.differences import RowChanges, changes, describe, differences
from pgharness.data.fingerprints import Fingerprint, Ownership, Row, rows

__all__ = [
    "Fingerprint",
    "Row",
    "RowChanges",
    "changes",
    "describe",
    "differences",
    "fingerprint",
    "owner_columns",
    "rows",
    "tables",
]

OWNERSHIP: Final = Ownership(columns=("owner_id", "user_id"), own={"users": "id"})


def owner_columns(connection: psycopg.Connection) -> dict[str, str | None]:
    """Return the service's tables, each with the column that says whose a row is."""
    return OWNERSHIP.owner_columns(connection)


def tables(connection: psycopg.Connection) -> list[str]:
    """Return the names of the service's tables."""
    return list(owner_columns(connection))


def fingerprint(connection: psycopg.Connection) -> Fingerprint:
    """Return a digest of all rows of each owner in each table, whatever the order of the rows."""
    return fingerprints.fingerprint(connection, OWNERSHIP)
