"""Fingerprints: a digest of all rows of each owner in each table."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

Row = dict[str, Any]

TABLES: Final = """
    SELECT c.relname,
           coalesce(%(own)s::jsonb ->> c.relname::text,
                    (SELECT attname FROM pg_attribute
                      WHERE attrelid = c.oid AND NOT attisdropped AND attname = ANY (%(owner)s)
                      ORDER BY 1 LIMIT 1)),
           ARRAY(SELECT attname::text FROM pg_attribute
                  WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum),
           ARRAY(SELECT a.attname::text
                   FROM pg_constraint AS k
                  CROSS JOIN unnest(k.conkey) WITH ORDINALITY AS u (number, at)
                   JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = u.number
                  WHERE k.conrelid = c.oid AND k.contype = 'p' ORDER BY u.at)
      FROM pg_class AS c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
       AND c.relname <> ALL (%(ignored)s)
     ORDER BY 1
"""


@dataclass(frozen=True)
class TableShape:
    """A table of the schema `public`, as it was when the fingerprint was taken."""

    name: str
    owner: str | None
    """The column that refers to the owner of a row."""
    columns: tuple[str, ...]
    primary_key: tuple[str, ...]
    """Its columns, in the order of the key; empty if the table has no primary key."""

    @property
    def label(self) -> tuple[str, ...]:
        """The columns by which a row is named: the primary key, or else the first column."""
        return self.primary_key or self.columns[:1]


@dataclass(frozen=True)
class Ownership:
    """Which column of a table refers to the owner of a row, so that differences name the owner."""

    columns: Sequence[str] = ()
    """Columns that refer to an owner, in every table that has one of them."""
    own: Mapping[str, str] = field(default_factory=dict)
    """Tables whose owner is in another column, such as the key of an account."""
    ignored: Sequence[str] = ("alembic_version",)
    """Tables that hold no data."""

    def tables(self, connection: psycopg.Connection) -> list[TableShape]:
        """Return the tables of the schema `public`; a partition is a table of its own."""
        given = {
            "owner": list(self.columns),
            "own": json.dumps(dict(self.own)),
            "ignored": list(self.ignored),
        }
        return [
            TableShape(name, owner, tuple(columns), tuple(key))
            for name, owner, columns, key in connection.execute(TABLES, given)
        ]

    def owner_columns(self, connection: psycopg.Connection) -> dict[str, str | None]:
        """Return the tables of the schema `public`, each with its owner column, or None."""
        return {table.name: table.owner for table in self.tables(connection)}


NO_OWNERS: Final = Ownership()

MOST_KEPT: Final = 100
LONGEST_KEPT: Final = 100_000
"""Up to this number of rows of one owner in one table, and of characters in them, the text of each
row is kept; above it, a label and a digest of each row."""

DIGEST: Final = """
    SELECT {name}, to_jsonb(owner), encode(sha256(convert_to(lines::text, 'UTF8')), 'hex'),
           CASE WHEN cardinality(lines) <= {most} AND length(lines::text) <= {longest} THEN lines
                ELSE ARRAY(SELECT label || '…' || md5(line)
                             FROM unnest(labels, lines) AS kept (label, line)) END
      FROM (SELECT {owner} AS owner,
                   array_agg((t.*)::text ORDER BY (t.*)::text COLLATE "C") AS lines,
                   array_agg(ROW({label})::text ORDER BY (t.*)::text COLLATE "C") AS labels
              FROM {table} AS t GROUP BY 1) AS found
"""
"""The server computes the digests: of many rows, not all are transferred. The text of a row and of
an array distinguishes NULL from empty text, and delimits its elements. Owners are JSON: those of
two tables may be of different types."""

NO_OWNER: Final = sql.SQL("NULL::bigint")


@dataclass(frozen=True)
class Digest:
    """All rows of one owner in one table. Equal if the rows are equal, in any order."""

    value: str
    rows: tuple[str, ...] = field(compare=False)
    """The text of each row, or of more than `MOST_KEPT` rows the label and a digest of each."""
    table: TableShape = field(compare=False)


Fingerprint = Mapping[tuple[str, object], Digest]
"""A digest for each table and owner; rows without an owner have the owner None."""


def rows(connection: psycopg.Connection, table: str, **where: object) -> list[Row]:
    """Return the rows of a table whose columns have these values, ordered by the first column."""
    conditions = [sql.SQL("{} = %s").format(sql.Identifier(column)) for column in where]
    query = sql.SQL("SELECT * FROM {} WHERE {} ORDER BY 1").format(
        sql.Identifier(table), sql.SQL(" AND ").join([sql.SQL("TRUE"), *conditions])
    )
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, list(where.values())).fetchall()


def fingerprint(connection: psycopg.Connection, ownership: Ownership = NO_OWNERS) -> Fingerprint:
    """Return a digest of all rows of each owner in each table; their order has no effect."""
    tables = {table.name: table for table in ownership.tables(connection)}
    if not tables:
        return {}
    found = connection.execute(_query(tuple(tables.values())))
    return {
        (name, owner): Digest(value, tuple(kept), tables[name])
        for name, owner, value, kept in found
    }


@cache
def _query(tables: tuple[TableShape, ...]) -> bytes:
    queries = [
        sql.SQL(DIGEST).format(
            name=table.name,
            owner=sql.Identifier(table.owner) if table.owner else NO_OWNER,
            table=sql.Identifier(table.name),
            label=sql.SQL(", ").join(sql.Identifier("t", column) for column in table.label),
            most=MOST_KEPT,
            longest=LONGEST_KEPT,
        )
        for table in tables
    ]
    return sql.SQL(" UNION ALL ").join(queries).as_bytes(None)
