"""The rows of a data table, at whatever revision the tables are.

The cells are those of `cells`; the types of the columns are read from the server's catalogue.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from typing import Any, Final

import psycopg
from behave.model import Table
from psycopg import sql
from psycopg.rows import dict_row
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    DateTime,
    Integer,
    SmallInteger,
    Text,
    Uuid,
    types,
)
from sqlalchemy.dialects.postgresql import INET, JSONB

from features.support.defaults import NOON
from features.support.migrations import schema_eras
from pgharness.data import cells, data_tables
from pgharness.data.fingerprints import Row

NEEDED: Final = """
    SELECT attname FROM pg_attribute
     WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
       AND attnotnull AND NOT atthasdef AND attidentity = ''
"""

COLUMNS: Final = """
    SELECT attname, coalesce(element.typname, own.typname), element.typname IS NOT NULL,
           ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid IN (own.oid, element.oid)
                  ORDER BY enumsortorder)
      FROM pg_attribute JOIN pg_type AS own ON own.oid = atttypid
      LEFT JOIN pg_type AS element ON element.oid = own.typelem AND own.typcategory = 'A'
     WHERE attrelid = to_regclass(quote_ident(%s)) AND attnum > 0 AND NOT attisdropped
     ORDER BY attnum
"""
"""The columns of a table, each with its type or its elements', and the labels of an enum."""

KINDS: Final[Mapping[str, cells.Type]] = {
    "int2": SmallInteger(),
    "int4": Integer(),
    "int8": BigInteger(),
    "bool": Boolean(),
    "timestamp": DateTime(),
    "timestamptz": DateTime(timezone=True),
    "jsonb": JSONB(),
    "inet": INET(),
    "uuid": Uuid(),
}
"""The types of `cells` for PostgreSQL's types; all others are text, but for enums and arrays."""

AS_TEXT: Final = (JSONB, DateTime)
"""Types that are read as the server writes them: Python's numbers are less exact than those of
JSON, its None is not distinct from JSON's null, and it has no infinite times."""


def insert(connection: psycopg.Connection, table: str, given: Table) -> None:
    """Insert rows; required columns that are not given are filled from `schema_eras`."""
    (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
    needed = {name for (name,) in connection.execute(NEEDED, [table])}
    usual = schema_eras.rows(table, revision)[0]
    filler = {
        name: usual[name] for name in usual.keys() & needed - set(data_tables.column_names(given))
    }
    with connection.transaction():
        schema_eras.insert(
            connection, table, [{**filler, **row} for row in _rows(connection, table, given)]
        )


def update(connection: psycopg.Connection, table: str, given: Table) -> None:
    """Write all columns but the id into the rows of these ids."""
    columns = [name for name in data_tables.column_names(given) if name != "id"]
    statement = sql.SQL("UPDATE {} SET {} WHERE id = {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name))
            for name in columns
        ),
        sql.Placeholder("id"),
    )
    for row in _rows(connection, table, given):
        changed = connection.execute(statement, row).rowcount
        assert changed == 1, f"{changed} rows of {table} have the id {row['id']}"


def delete(connection: psycopg.Connection, table: str, given: Table) -> None:
    """Delete the rows of these ids."""
    statement = sql.SQL("DELETE FROM {} WHERE id = %s").format(sql.Identifier(table))
    for row in _rows(connection, table, given):
        deleted = connection.execute(statement, [row["id"]]).rowcount
        assert deleted == 1, f"{deleted} rows of {table} have the id {row['id']}"


def expect(connection: psycopg.Connection, table: str, given: Table, **where: object) -> None:
    """Fail unless a table has exactly these rows, in the order of the first column.

    With conditions, only the rows whose columns have these values are compared.
    """
    kinds = _kinds(connection, table)
    names = data_tables.column_names(given)
    expected = _rows(connection, table, given)
    found = read(connection, table, names, **where)

    def written(rows: list[Row]) -> list[data_tables.Line]:
        return [[_written(row[name], kinds[name]) for name in names] for row in rows]

    data_tables.compare(given.headings, written(expected), written(found))


def read(
    connection: psycopg.Connection, table: str, columns: Sequence[str], **where: object
) -> list[Row]:
    """Return all rows whose columns have these values, in the order of the first column.

    JSON is as the server writes it. Fails for an unknown column.
    """
    kinds = _kinds(connection, table)
    data_tables.check_columns(list(columns), list(kinds))
    query = sql.SQL("SELECT {} FROM {} WHERE {} ORDER BY {}").format(
        sql.SQL(", ").join(
            sql.SQL("{0}::text AS {0}" if isinstance(kinds[name], AS_TEXT) else "{}").format(
                sql.Identifier(name)
            )
            for name in columns
        ),
        sql.Identifier(table),
        sql.SQL(" AND ").join(
            [sql.SQL("TRUE"), *(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in where)]
        ),
        sql.Identifier(table, columns[0]),
    )
    with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute("SET LOCAL TimeZone = 'UTC'")
        found = cursor.execute(query, list(where.values())).fetchall()
    for row in found:
        for name, value in row.items():
            if isinstance(kinds[name], DateTime) and value is not None:
                # A year beyond Python's range stays as the server writes it.
                with suppress(cells.Unreadable):
                    row[name] = cells.read(value, kinds[name], NOON.date())
    return found


def _rows(connection: psycopg.Connection, table: str, given: Table) -> list[Row]:
    """Return the rows of a data table as values for the server."""

    def value(cell: str, kind: cells.Type) -> Any:
        found = cells.read(cell, kind, NOON.date())
        if not isinstance(kind, JSONB) or cell == cells.NOTHING:
            return found
        (text,) = connection.execute("SELECT %s::jsonb::text", [cell]).fetchone() or ("",)
        return text

    return data_tables.values(given, _kinds(connection, table), value)


def _kinds(connection: psycopg.Connection, table: str) -> dict[str, cells.Type]:
    """Return the columns of a table as it is now, each with its type. Fails if there is none."""
    found = connection.execute(COLUMNS, [table]).fetchall()
    assert found, f"there is no table {table}"
    kinds = {}
    for name, known_as, several, words in found:
        kind = KINDS.get(known_as, Text())
        if words:
            kind = types.Enum(StrEnum(known_as, [(word, word) for word in words]))
        kinds[name] = ARRAY(kind) if several else kind
    return kinds


def _written(value: Any, kind: cells.Type) -> str:
    """Return a value as a cell has it; JSON already is."""
    if isinstance(kind, JSONB) and value is not None:
        return str(value)
    return cells.write(value, kind)
