"""Reading what is stored, past the domain: rows, and digests that change with any value."""

import hashlib
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

Row = dict[str, Any]


def rows(connection: psycopg.Connection, table: str, **where: object) -> list[Row]:
    """Return the rows of a table whose columns have these values, in the order of their keys."""
    conditions = [sql.SQL("{} = %s").format(sql.Identifier(column)) for column in where]
    query = sql.SQL("SELECT * FROM {} WHERE {} ORDER BY 1").format(
        sql.Identifier(table), sql.SQL(" AND ").join([sql.SQL("TRUE"), *conditions])
    )
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, list(where.values())).fetchall()


def tables(connection: psycopg.Connection) -> list[str]:
    """Return the names of the service's tables."""
    found = connection.execute(
        "SELECT tablename FROM pg_tables"
        " WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1"
    )
    return [name for (name,) in found]


def owner_column(connection: psycopg.Connection, table: str) -> str | None:
    """Return the column that says whose a row is: a user's own key, or a reference to it."""
    if table == "users":
        return "id"
    found = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND table_name = %s AND column_name IN ('user_id', 'owner_id')",
        [table],
    ).fetchone()
    return found[0] if found else None


Fingerprint = Mapping[tuple[str, object], str]
"""A digest for each table and owner; what belongs to nobody has the owner None."""


def fingerprint(connection: psycopg.Connection) -> Fingerprint:
    """Return a digest of all rows of each owner in each table, whatever the order of the rows."""
    lines: dict[tuple[str, object], list[str]] = {}
    for table in tables(connection):
        column = owner_column(connection, table)
        owner = sql.Identifier(column) if column else sql.NULL
        query = sql.SQL("SELECT {}, t::text FROM {} AS t").format(owner, sql.Identifier(table))
        for whose, text in connection.execute(query):
            lines.setdefault((table, whose), []).append(text)
    return {
        place: hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()
        for place, texts in lines.items()
    }


def differences(before: Fingerprint, after: Fingerprint) -> list[str]:
    """Return in words where two fingerprints differ."""
    places = sorted(before.keys() | after.keys(), key=str)
    return [
        f"{table} of {owner}" if owner is not None else table
        for table, owner in places
        if before.get((table, owner)) != after.get((table, owner))
    ]
