"""One table, as somebody comes to it who wants what is not theirs."""

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

LEAST_TELLING: Final = 6
"""Characters; what is shorter may be there by chance."""


@dataclass(frozen=True)
class Ground:
    """A table with rows of the intruder's own, and with rows of somebody else's."""

    table: str
    intruder: int
    victim: int
    columns: list[Column]
    own: list[Row]
    theirs: list[Row]
    links: list[Reference]
    """The foreign keys to what tenants own."""
    targets: dict[str, str]
    """For each of them the id of something that is not the intruder's."""
    uniques: list[list[str]]
    sequence: sql.Composed

    @property
    def name(self) -> sql.Identifier:
        """The table, for a statement."""
        return sql.Identifier(self.table)

    @property
    def their_ids(self) -> list[int]:
        """The ids of the rows that are not the intruder's."""
        return [int(row["id"] or 0) for row in self.theirs]

    @property
    def own_id(self) -> int:
        """The id of a row of the intruder's."""
        return int(self.own[0]["id"] or 0)

    def settable(self) -> list[str]:
        """Return the columns that a tenant may fill, or all that have to be filled by somebody."""
        may = [column.name for column in self.columns if column.may_insert and column.name != "id"]
        return may or [column.name for column in self.columns if column.name != "id"]

    def changeable(self) -> list[str]:
        """Return the columns that a tenant may change; if there are none, one to try it on."""
        return [column.name for column in self.columns if column.may_update] or ["owner_id"]

    def like(self, row: Row, **other: object) -> dict[str, object]:
        """Return what to store to have such a row, but for these columns."""
        return {name: row[name] for name in self.settable()} | other

    def fresh(self, **other: object) -> dict[str, object]:
        """Return what to store to have another row like one's own, but for these columns."""
        unique = {column.name: uuid4() for column in self.columns if column.type == "uuid"}
        return self.like(self.own[0], **{**unique, **other})

    def changes(self) -> dict[str, object]:
        """Return new values for what may be changed, the same for all rows: nothing is looked at.

        They are those of the intruder's first row, which none of the others has; where versions
        are counted, the next one.
        """
        new: dict[str, object] = {name: self.own[0][name] for name in self.changeable()}
        if "version" in new:
            new["version"] = int(self.own[0]["version"] or 0) + 1
        return new

    def telling(self) -> set[str]:
        """Return values of the others' rows that nobody comes upon by chance."""
        own = {value for row in self.own for value in row.values()}
        theirs = {value for row in self.theirs for value in row.values()}
        return {value for value in theirs - own if value and len(value) >= LEAST_TELLING}


def survey(connection: psycopg.Connection, table: str, intruder: int, victim: int) -> Ground:
    """Return what there is in a table. Fails unless both have something there."""
    kept = rls_catalog.tenant_tables(connection)
    links = [link for link in rls_catalog.references(connection, table) if link.table in kept]
    ground = Ground(
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
    assert ground.own, f"{table} has nothing of the intruder's: an attempt would prove nothing"
    assert ground.theirs, f"{table} has nothing to be found: an attempt would prove nothing"
    return ground


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
