"""The populated materialized views of a database, and SQL to refresh them when it is needed.

Views that are not populated (WITH NO DATA) and those of extensions are left alone.
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
        -- A view reads with its owner's rights, so row-level security may apply.
        done := set_config('row_security', 'on', true);
        {refresh}
        done := set_config({setting}, {versions}, false);
    END IF;
"""
"""A view that was refreshed when all tables were empty, and not since, is up to date. The
connection remembers the version of that refresh in a setting."""


def read(connection: psycopg.Connection) -> tuple[Name, ...]:
    """Return the populated views, each after the views that it reads."""
    order: TopologicalSorter[int] = TopologicalSorter()
    names = {}
    for oid, schema, name, holds_rows, needs in connection.execute(catalog.VIEWS):
        order.add(oid, *needs)
        if holds_rows:
            names[oid] = (schema, name)
    return tuple(names[oid] for oid in order.static_order() if oid in names)


def refreshing(view: Name) -> sql.Composed:
    """Return the REFRESH statement; it needs the rights of the view's owner."""
    return sql.SQL("REFRESH MATERIALIZED VIEW {}").format(sql.Identifier(*view))


def version(relation: Name) -> str:
    """Return an expression that changes with each write of rows, and with each refresh."""
    itself = sql.Literal(quoted(relation)).as_string(None)
    rows = f"SELECT concat_ws(' ', count(*), max(xmin::text::bigint)) FROM {quoted(relation)}"  # noqa: S608 (quoted)
    return f"concat_ws(' ', pg_relation_filenode({itself}::regclass), ({rows}))"


def versions(relations: tuple[Name, ...]) -> sql.SQL:
    """Return an expression for the versions of all relations, as one text."""
    return sql.SQL(f"concat_ws(',', {', '.join(map(version, relations))})")


def asked(views: tuple[Name, ...], setting: str, *, partly: bool) -> sql.Composed:
    """Return PL/pgSQL that decides whether the views must be refreshed.

    `setting` is the setting in which the connection remembers their versions.
    """
    if not views:
        return sql.Composed([])
    return sql.SQL(ASKED).format(versions=versions(views), setting=setting, partly=partly)


def refreshed(views: tuple[Name, ...], setting: str) -> sql.Composed:
    """Return PL/pgSQL that refreshes the views if `asked` has decided so."""
    if not views:
        return sql.Composed([])
    statements = [sql.SQL("{};").format(refreshing(view)) for view in views]
    return sql.SQL(REFRESHED).format(
        refresh=sql.SQL("\n").join(statements), versions=versions(views), setting=setting
    )
