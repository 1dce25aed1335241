"""The rows of a data table, in whatever shape the tables have at the moment."""

from collections.abc import Sequence
from typing import Final

import psycopg
from behave.model import Table
from psycopg import sql

from features.support import past
from features.support.data import Row
from features.support.vocabulary import value

NOTHING: Final = "nothing"

NEEDED: Final = """
    SELECT attname FROM pg_attribute
     WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
       AND attnotnull AND NOT atthasdef AND attidentity = ''
"""

COLUMNS: Final = """
    SELECT attname FROM pg_attribute
     WHERE attrelid = to_regclass(quote_ident(%s)) AND NOT attisdropped
"""


def insert(connection: psycopg.Connection, table: str, given: Table) -> None:
    """Insert rows; what must not be empty and is not given is as in `past`."""
    (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
    needed = {name for (name,) in connection.execute(NEEDED, [table])}
    usual = past.rows(table, revision)[0]
    filler = {name: usual[name] for name in usual.keys() & needed - set(given.headings)}
    with connection.transaction():
        past.insert(connection, table, [{**filler, **row} for row in _rows(given)])


def update(connection: psycopg.Connection, table: str, given: Table) -> None:
    """Write all columns but the id into the rows of these ids."""
    columns = [name for name in given.headings if name != "id"]
    statement = sql.SQL("UPDATE {} SET {} WHERE id = {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name))
            for name in columns
        ),
        sql.Placeholder("id"),
    )
    for row in _rows(given):
        changed = connection.execute(statement, row).rowcount
        assert changed == 1, f"{changed} rows of {table} have the id {row['id']}"


def read(
    connection: psycopg.Connection, table: str, columns: Sequence[str]
) -> list[dict[str, str]]:
    """Return all rows in the order of the first column, as the server writes values in UTC."""
    there = {name for (name,) in connection.execute(COLUMNS, [table])}
    assert set(columns) <= there, f"{table} has not the columns {columns}, but {sorted(there)}"
    name = sql.Identifier(table)
    query = sql.SQL("SELECT {} FROM {} ORDER BY {}").format(
        sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in columns),
        name,
        sql.Identifier(table, columns[0]),
    )
    with connection.transaction():
        connection.execute("SET LOCAL TimeZone = 'UTC'")
        return [
            {name: _shown(text) for name, text in zip(columns, row, strict=True)}
            for row in connection.execute(query)
        ]


def canonical(given: Table) -> Table:
    """Return the table with every value as `read` shows it, however the feature writes it."""
    return Table(
        given.headings,
        rows=[[_shown(row[name]) for name in given.headings] for row in _rows(given)],
    )


def shown(cell: str) -> str:
    """Return one cell as `read` shows its value."""
    return _shown(_value(cell))


def _rows(given: Table) -> list[Row]:
    return [{name: _value(row[name]) for name in given.headings} for row in given]


def _value(cell: str) -> str | None:
    """Return what a cell means: nothing, text in quotes with its escapes, or itself."""
    if cell == NOTHING or cell.startswith('"'):
        found = value(cell)
        return None if found is None else str(found)
    return cell


def _shown(text: str | None) -> str:
    """Return a value on one line, so that no text looks like another."""
    if text is None:
        return NOTHING
    quoted = not text.isprintable() or text != text.strip() or text in ("", NOTHING)
    return repr(text) if quoted or text.startswith('"') else text
