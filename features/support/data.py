"""What is stored of the service, by table and owner."""

from typing import Any, Final

import psycopg
from sqlalchemy import inspect

from pgharness.data import fingerprints
from pgharness.data.differences import RowChanges, changes, describe, differences
from pgharness.data.fingerprints import Fingerprint, Ownership, Row, rows

__all__ = [
    "Fingerprint",
    "Row",
    "RowChanges",
    "changes",
    "columns",
    "describe",
    "differences",
    "differing",
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


def columns(entity: object) -> dict[str, Any]:
    """Return what an entity has in its columns: a table may have more, which no model maps."""
    return {
        column.key: getattr(entity, column.key) for column in inspect(type(entity)).column_attrs
    }


def differing(entity: object, stored: Row) -> list[str]:
    """Return the columns in which an entity is not as it is stored."""
    return [name for name, value in columns(entity).items() if stored[name] != value]
