"""Digests of what tables and materialized views hold, computed by the server."""

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
"""Of the whole row: `t` by itself would be a column of that name, where there is one."""


def of_tables(connection: psycopg.Connection, tables: StoredTables) -> dict[Name, str]:
    """Return a digest of each table that has rows."""
    ordered = sorted(tables.columns)
    queries = [
        sql.SQL(DIGEST).format(at=at, table=tables.source(name)) for at, name in enumerate(ordered)
    ]
    return {ordered[at]: digest for at, digest in union_of(connection, queries)}


def of_views(connection: psycopg.Connection) -> dict[Name, str]:
    """Return the same of each materialized view that holds something, also if that is no row."""
    views = materialized_views.read(connection)
    queries = [
        sql.SQL(DIGEST).format(at=at, table=identifier(name)) for at, name in enumerate(views)
    ]
    found = dict(union_of(connection, queries))
    return {name: found.get(at, "") for at, name in enumerate(views)}


def union_of(connection: psycopg.Connection, queries: list[sql.Composed]) -> list[tuple[Any, ...]]:
    """Return what all these find, asked at once; nothing if there are none."""
    if not queries:
        return []
    return connection.execute(sql.SQL(" UNION ALL ").join(queries)).fetchall()
