"""Reading what is stored, past the domain: rows, and digests that change with any value."""

from collections.abc import Mapping
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

Row = dict[str, Any]

OWNERS: Final = """
    SELECT c.relname,
           (SELECT attname FROM pg_attribute
             WHERE attrelid = c.oid AND NOT attisdropped
               AND CASE c.relname WHEN 'users' THEN attname = 'id'
                                  ELSE attname IN ('owner_id', 'user_id') END
             ORDER BY 1 LIMIT 1)
      FROM pg_class AS c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
       AND c.relname <> 'alembic_version'
"""
"""The service's tables, each with the column that says whose a row is: a user's own key, or a
reference to it, or none."""

DIGEST: Final = """
    SELECT {name}, {owner}, encode(sha256(convert_to(
               string_agg(t::text, E'\\n' ORDER BY t::text COLLATE "C"), 'UTF8')), 'hex')
      FROM {table} AS t GROUP BY 2
"""
"""Made by the server: of many rows, none has to travel."""

NOBODY: Final = sql.SQL("NULL::bigint")

Fingerprint = Mapping[tuple[str, object], str]
"""A digest for each table and owner; what belongs to nobody has the owner None."""


def rows(connection: psycopg.Connection, table: str, **where: object) -> list[Row]:
    """Return the rows of a table whose columns have these values, in the order of their keys."""
    conditions = [sql.SQL("{} = %s").format(sql.Identifier(column)) for column in where]
    query = sql.SQL("SELECT * FROM {} WHERE {} ORDER BY 1").format(
        sql.Identifier(table), sql.SQL(" AND ").join([sql.SQL("TRUE"), *conditions])
    )
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, list(where.values())).fetchall()


def owner_columns(connection: psycopg.Connection) -> dict[str, str | None]:
    """Return the service's tables, each with the column that says whose a row is."""
    return dict(sorted(connection.execute(OWNERS).fetchall()))


def tables(connection: psycopg.Connection) -> list[str]:
    """Return the names of the service's tables."""
    return list(owner_columns(connection))


def fingerprint(connection: psycopg.Connection) -> Fingerprint:
    """Return a digest of all rows of each owner in each table, whatever the order of the rows."""
    owners = owner_columns(connection)
    if not owners:
        return {}
    everything = sql.SQL(" UNION ALL ").join(
        sql.SQL(DIGEST).format(
            name=table,
            owner=sql.Identifier(owner) if owner else NOBODY,
            table=sql.Identifier(table),
        )
        for table, owner in owners.items()
    )
    return {(table, whose): digest for table, whose, digest in connection.execute(everything)}


def differences(before: Fingerprint, after: Fingerprint) -> list[str]:
    """Return in words where two fingerprints differ."""
    places = sorted(before.keys() | after.keys(), key=str)
    return [
        f"{table} of {owner}" if owner is not None else table
        for table, owner in places
        if before.get((table, owner)) != after.get((table, owner))
    ]
