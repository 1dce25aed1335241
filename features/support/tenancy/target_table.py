"""A table as an attacking tenant finds it: with rows of both tenants, and what may be written."""

from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from features.support.tenancy import rls_catalog
from features.support.tenancy.rls_catalog import Column, Reference

Row = dict[str, str | None]
"""A row, every column as text: any column takes that back."""

MIN_SECRET_LENGTH: Final = 6
"""Characters; a shorter value may occur by chance."""


@dataclass(frozen=True)
class TargetTable:
    """A table in which the intruder and the victim have rows."""

    table: str
    intruder: int
    victim: int
    columns: list[Column]
    own: list[Row]
    theirs: list[Row]
    links: list[Reference]
    """The foreign keys to other tenant tables."""
    targets: dict[str, str]
    """For each foreign key, the id of a row of the victim's."""
    uniques: list[list[str]]
    sequence: sql.Composed

    @property
    def name(self) -> sql.Identifier:
        """The table's name, quoted."""
        return sql.Identifier(self.table)

    @property
    def their_ids(self) -> list[int]:
        """The ids of the victim's rows."""
        return [int(row["id"] or 0) for row in self.theirs]

    @property
    def own_id(self) -> int:
        """The id of the intruder's first row."""
        return int(self.own[0]["id"] or 0)

    def settable(self) -> list[str]:
        """Return the columns that a tenant may insert; if there are none, all but the id."""
        may = [column.name for column in self.columns if column.may_insert and column.name != "id"]
        return may or [column.name for column in self.columns if column.name != "id"]

    def changeable(self) -> list[str]:
        """Return the columns that a tenant may update; if there are none, the owner."""
        return [column.name for column in self.columns if column.may_update] or ["owner_id"]

    def like(self, row: Row, **other: object) -> dict[str, object]:
        """Return the values of a copy of a row, with other values in these columns."""
        return {name: row[name] for name in self.settable()} | other

    def fresh(self, **other: object) -> dict[str, object]:
        """Return the values of a copy of the intruder's first row, with fresh UUIDs."""
        unique = {column.name: uuid4() for column in self.columns if column.type == "uuid"}
        return self.like(self.own[0], **{**unique, **other})

    def changes(self) -> dict[str, object]:
        """Return new values for the changeable columns, as constants: no row has to be read.

        They are those of the intruder's first row, and the next version.
        """
        new: dict[str, object] = {name: self.own[0][name] for name in self.changeable()}
        if "version" in new:
            new["version"] = int(self.own[0]["version"] or 0) + 1
        return new

    def secrets(self) -> set[str]:
        """Return the values of the victim's rows that can be known only by reading them."""
        own = {value for row in self.own for value in row.values()}
        theirs = {value for row in self.theirs for value in row.values()}
        return {value for value in theirs - own if value and len(value) >= MIN_SECRET_LENGTH}


def survey(connection: psycopg.Connection, table: str, intruder: int, victim: int) -> TargetTable:
    """Return a table with the rows of both. Fails unless both have rows in it."""
    kept = rls_catalog.tenant_tables(connection)
    quoted = sql.Identifier(table).as_string(connection)
    links = [link for link in rls_catalog.references(connection, quoted) if link.table in kept]
    target = TargetTable(
        table=table,
        intruder=intruder,
        victim=victim,
        columns=rls_catalog.columns(connection, table),
        own=_rows(connection, table, intruder),
        theirs=_rows(connection, table, victim),
        links=links,
        targets={link.name: str(_rows(connection, link.table, victim)[0]["id"]) for link in links},
        uniques=rls_catalog.unique_columns(connection, table),
        sequence=_sequence(connection, table),
    )
    assert target.own, f"{table} has no row of the intruder: an attempt would prove nothing"
    assert target.theirs, f"{table} has no row of the victim: an attempt would prove nothing"
    return target


def _rows(connection: psycopg.Connection, table: str, owner_id: int) -> list[Row]:
    as_text = [
        sql.SQL("{0}::text AS {0}").format(sql.Identifier(column.name))
        for column in rls_catalog.columns(connection, table)
    ]
    query = sql.SQL("SELECT {} FROM {} AS t WHERE t.owner_id = %s ORDER BY t.id").format(
        sql.SQL(", ").join(as_text), sql.Identifier(table)
    )
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, [owner_id]).fetchall()


def _sequence(connection: psycopg.Connection, table: str) -> sql.Composed:
    (schema, name) = connection.execute(
        "SELECT relnamespace::regnamespace::text, relname FROM pg_class"
        " WHERE oid = pg_get_serial_sequence(quote_ident(%s), 'id')::regclass",
        [table],
    ).fetchone() or ("public", "nothing")
    return sql.SQL("{}").format(sql.Identifier(schema, name))
