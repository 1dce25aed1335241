"""The planner's statistics about tenant tables."""

from typing import Final

import psycopg

OWNED_TABLES: Final = """
    WITH owned AS (
        SELECT c.oid, c.relname FROM pg_class AS c JOIN pg_attribute AS o ON o.attrelid = c.oid
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'm')
           AND o.attname = 'owner_id' AND NOT o.attisdropped
    )
"""

TARGETS: Final = """
    , kept AS (
        SELECT relname, attname::text AS about FROM owned JOIN pg_attribute ON attrelid = oid
         WHERE attnum > 0 AND NOT attisdropped AND coalesce(attstattarget, -1) <> 0
        UNION ALL
        SELECT relname, format('expressions of %s', i.indexrelid::regclass)
          FROM owned JOIN pg_index AS i ON i.indrelid = owned.oid WHERE indexprs IS NOT NULL
        UNION ALL
        SELECT relname, format('columns together: %s', stxname)
          FROM owned JOIN pg_statistic_ext ON stxrelid = owned.oid
    )
"""
"""What ANALYZE collects: of columns, of expressions in indexes, and of several columns at once."""

STORED: Final = """
    , kept AS (
        SELECT relname, attname::text AS about FROM owned JOIN pg_stats ON tablename = relname
         WHERE schemaname = 'public'
    )
"""
"""The columns with statistics; the reader must bypass the policies."""

TEXT_STATISTICS: Final = """
    , kept AS (
        SELECT relname, s.attname::text AS about
          FROM owned JOIN pg_stats AS s ON tablename = relname
               JOIN pg_attribute AS a ON attrelid = oid AND a.attname = s.attname
         WHERE schemaname = 'public'
           AND format_type(atttypid, NULL) ~ '^(character varying|text|jsonb?|uuid)'
    )
"""
"""The columns with statistics whose values are text, JSON or UUIDs, or arrays of these."""

LISTED: Final = """
    SELECT relname, string_agg(about, ', ' ORDER BY about) FROM kept GROUP BY relname ORDER BY 1
"""


def targets(connection: psycopg.Connection) -> list[dict[str, str]]:
    """Return the targets of statistics, by table."""
    return _listed(connection, TARGETS)


def stored(connection: psycopg.Connection) -> list[dict[str, str]]:
    """Return the columns with statistics, by table."""
    return _listed(connection, STORED)


def of_texts(connection: psycopg.Connection) -> list[dict[str, str]]:
    """Return the columns with statistics about text, JSON or UUIDs, by table."""
    return _listed(connection, TEXT_STATISTICS)


def _listed(connection: psycopg.Connection, kept: str) -> list[dict[str, str]]:
    rows = connection.execute((OWNED_TABLES + kept + LISTED).encode()).fetchall()
    return [{"table": table, "about": about} for table, about in rows]
