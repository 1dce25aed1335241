"""The materialized views of a database: which hold rows, and how to tell that they were refreshed.

A view that holds none (WITH NO DATA) is left so; those of extensions are not the harness's.
"""

from graphlib import TopologicalSorter
from typing import Final

import psycopg
from psycopg import sql

from pgharness.reset import catalog
from pgharness.reset.catalog import Name, quoted

ASKED: Final = """
    refreshed := {versions} IS DISTINCT FROM current_setting({setting}, true)
              OR {partly} AND true = ANY (dirty);
"""
REFRESHED: Final = """
    IF refreshed THEN
        -- A view reads as its owner, whom policies may filter.
        done := set_config('row_security', 'on', true);
        {refresh}
        done := set_config({setting}, {versions}, false);
    END IF;
"""
"""A view that was filled while all was empty, and not since, need not be filled anew. Which filling
that was is remembered by the connection."""


def read(connection: psycopg.Connection) -> tuple[Name, ...]:
    """Return those that hold rows; each comes after the others that it reads."""
    order: TopologicalSorter[int] = TopologicalSorter()
    names = {}
    for oid, schema, name, holds_rows, needs in connection.execute(catalog.VIEWS):
        order.add(oid, *needs)
        if holds_rows:
            names[oid] = (schema, name)
    return tuple(names[oid] for oid in order.static_order() if oid in names)


def refreshing(view: Name) -> sql.Composed:
    """Return the statement that fills a view anew; it wants its owner's rights."""
    return sql.SQL("REFRESH MATERIALIZED VIEW {}").format(sql.Identifier(*view))


def version(relation: Name) -> str:
    """Return an expression that changes with each write of rows, and with each refresh."""
    itself = sql.Literal(quoted(relation)).as_string(None)
    rows = f"SELECT concat_ws(' ', count(*), max(xmin::text::bigint)) FROM {quoted(relation)}"  # noqa: S608 (quoted)
    return f"concat_ws(' ', pg_relation_filenode({itself}::regclass), ({rows}))"


def versions(relations: tuple[Name, ...]) -> sql.SQL:
    """Return an expression of the versions of all these, as a text."""
    return sql.SQL(f"concat_ws(',', {', '.join(map(version, relations))})")


def asked(views: tuple[Name, ...], setting: str, *, partly: bool) -> sql.Composed:
    """Return the PL/pgSQL that asks whether the views must be filled anew.

    `setting` is where the connection has their versions.
    """
    if not views:
        return sql.Composed([])
    return sql.SQL(ASKED).format(versions=versions(views), setting=setting, partly=partly)


def refreshed(views: tuple[Name, ...], setting: str) -> sql.Composed:
    """Return the PL/pgSQL that fills them anew where they must be."""
    if not views:
        return sql.Composed([])
    statements = [sql.SQL("{};").format(refreshing(view)) for view in views]
    return sql.SQL(REFRESHED).format(
        refresh=sql.SQL("\n").join(statements), versions=versions(views), setting=setting
    )
