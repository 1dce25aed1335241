"""Digests of the rows of tables and materialized views, computed by the server."""

from typing import Any, Final

import psycopg
from psycopg import sql

from pgharness.isolation.stored_tables import StoredTables
from pgharness.reset import materialized_views
from pgharness.reset.catalog import Name, identifier

DIGEST: Final = """
    SELECT {at} AS at,
           encode(sha256(convert_to(string_agg(
               (t.*)::text, E'\\n' ORDER BY (t.*)::text COLLATE "C"), 'UTF8')), 'hex') AS digest
      FROM {table} AS t HAVING count(*) > 0
"""
"""`t.*` is the whole row, also in a table with a column `t`."""


def of_tables(connection: psycopg.Connection, tables: StoredTables) -> dict[Name, str]:
    """Return a digest of each table that has rows."""
    ordered = sorted(tables.columns)
    queries = [
        sql.SQL(DIGEST).format(at=at, table=tables.source(name)) for at, name in enumerate(ordered)
    ]
    return {ordered[at]: digest for at, digest in union_of(connection, queries)}


def of_views(connection: psycopg.Connection) -> dict[Name, str]:
    """Return a digest of each populated materialized view; empty if it has no rows."""
    views = materialized_views.read(connection)
    queries = [
        sql.SQL(DIGEST).format(at=at, table=identifier(name)) for at, name in enumerate(views)
    ]
    found = dict(union_of(connection, queries))
    return {name: found.get(at, "") for at, name in enumerate(views)}


def union_of(connection: psycopg.Connection, queries: list[sql.Composed]) -> list[tuple[Any, ...]]:
    """Return the rows of all queries, in one round trip."""
    if not queries:
        return []
    return connection.execute(sql.SQL(" UNION ALL ").join(queries)).fetchall()
