"""Snapshots: the contents of a database, kept in this process and restored exactly.

A snapshot survives a crash of the server and a new connection, and can be restored in another
database with the same tables. Only the rights of the tables' owner are needed: the application's
triggers are disabled during the restore (ALTER TABLE), foreign keys stay enforced.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, LiteralString, Self

import psycopg
from psycopg import sql

from pgharness.databases.ownership import guard
from pgharness.isolation import digests
from pgharness.isolation.digests import union_of
from pgharness.isolation.stored_tables import StoredTables
from pgharness.reset import large_objects, materialized_views, sequences
from pgharness.reset.catalog import Name, identifier, plain_name
from pgharness.reset.sequences import Positions

ADDED: Final = """
    DELETE FROM {table} AS t
     WHERE NOT EXISTS (SELECT FROM {was} AS w WHERE (w.*)::text = (t.*)::text)
"""
ONLY_ADDED: Final = """
    SELECT NOT EXISTS (SELECT (w.*)::text FROM {was} AS w
                       EXCEPT ALL SELECT (t.*)::text FROM {table} AS t)
       AND (SELECT count(*) FROM {was})
         = (SELECT count(*) FROM {table} AS t
             WHERE EXISTS (SELECT FROM {was} AS w WHERE (w.*)::text = (t.*)::text))
"""
"""Compares numbers as well: in a table without a key, equal rows may be added."""
INSERT: Final = """
    INSERT INTO {table} {into} OVERRIDING SYSTEM VALUE SELECT {columns} FROM {was}
"""
DANGLING: Final = """
    SELECT {at} AS at WHERE EXISTS (SELECT FROM {child} AS c WHERE {given}
       AND NOT EXISTS (SELECT FROM {parent} AS p WHERE {same}))
"""

Rows = Mapping[Name, bytes]


class CleanupFailed(AssertionError):
    """A cleanup failed, or did not restore the database; the message lists the differences."""


@dataclass(frozen=True)
class Snapshot:
    """The rows of all tables, the moved sequences, the digests of views, and the large objects."""

    rows: Rows = field(default_factory=dict, repr=False)
    """The output of COPY for each table with rows."""
    digests: Mapping[Name, str] = field(default_factory=dict)
    sequences: Positions = field(default_factory=dict)
    views: Mapping[Name, str] = field(default_factory=dict)
    """A digest of each populated materialized view."""
    objects: large_objects.Objects = field(default_factory=dict, repr=False)

    @classmethod
    def take(cls, connection: psycopg.Connection) -> Self:
        """Read the database. No other connection may write concurrently."""
        tables = StoredTables.read(connection)
        found = digests.of_tables(connection, tables)
        rows = {name: _read(connection, tables.source(name)) for name in found}
        views, objects = digests.of_views(connection), large_objects.read(connection)
        return cls(rows, found, sequences.moved(connection), views, objects)

    @property
    def is_empty(self) -> bool:
        """Whether there is no row and no large object, and all sequences are at their start."""
        return not (self.digests or self.sequences or self.objects)

    def put_back(self, connection: psycopg.Connection) -> None:
        """Restore the database in one transaction.

        Raises `CleanupFailed` with the differences that are left, after a rollback, and
        `HarnessError` for a database that the harness did not make.
        """
        guard(connection)
        tables = StoredTables.read(connection)
        changed = self._changed(digests.of_tables(connection, tables))
        with connection.transaction():
            if changed:
                self._put_rows_back(connection, tables, changed)
            large_objects.put_back(connection, self.objects)
            self._refresh_views(connection)
            sequences.put_back(connection, self.sequences)
            different = self.differences(connection)
            if different:
                raise CleanupFailed("; ".join(different))

    def differences(self, connection: psycopg.Connection) -> list[str]:
        """Describe all differences from the database, and dangling foreign keys."""
        tables = StoredTables.read(connection)
        stand = sequences.moved(connection)
        elsewhere = sorted(
            name
            for name in stand.keys() | self.sequences.keys()
            if stand.get(name) != self.sequences.get(name)
        )
        return [
            *self.other_rows(connection, tables),
            *(
                f"the materialized view {plain_name(name)} was refreshed"
                for name in self._other_views(connection)
            ),
            *(f"the sequence {plain_name(name)} is at another value" for name in elsewhere),
            *_dangling(connection, tables),
        ]

    def other_rows(
        self, connection: psycopg.Connection, tables: StoredTables | None = None
    ) -> list[str]:
        """Describe the differences in rows of tables and in large objects."""
        tables = tables or StoredTables.read(connection)
        changed = sorted(self._changed(digests.of_tables(connection, tables)))
        return [
            *(self._described(connection, name, tables) for name in changed),
            *large_objects.differences(self.objects, large_objects.read(connection)),
        ]

    def _other_views(self, connection: psycopg.Connection) -> list[Name]:
        """Return the views with other rows than before, each after the views that it reads."""
        found = digests.of_views(connection)
        return [name for name in found if found[name] != self.views.get(name, found[name])]

    def _refresh_views(self, connection: psycopg.Connection) -> None:
        for name in self._other_views(connection):
            connection.execute(materialized_views.refreshing(name))

    def _described(self, connection: psycopg.Connection, name: Name, tables: StoredTables) -> str:
        if name not in tables.columns:
            return f"the table {plain_name(name)} is gone"
        query = sql.SQL("SELECT count(*) FROM {}").format(tables.source(name))
        (number,) = connection.execute(query).fetchone() or (0,)
        before = self.rows.get(name, b"").count(b"\n")
        if number == before:
            return f"{plain_name(name)}: other values in {number} rows"
        return f"{plain_name(name)}: {number} instead of {before} rows"

    def _changed(self, digests: Mapping[Name, str]) -> set[Name]:
        everywhere = digests.keys() | self.digests.keys()
        return {name for name in everywhere if digests.get(name) != self.digests.get(name)}

    def _put_rows_back(
        self, connection: psycopg.Connection, tables: StoredTables, changed: set[Name]
    ) -> None:
        """Delete new rows; replace all rows of tables in which old ones were changed or deleted.

        Tables that refer to a replaced one are replaced as well, even if they did not change.
        """
        present = changed & tables.columns.keys()
        was = self._beside(connection, tables, present)
        replaced = tables.map.dependents(
            name
            for name in present
            if not _is_only_added_to(connection, tables.source(name), was[name])
        )
        was |= self._beside(connection, tables, replaced - present)
        groups = [was.keys() & group for group in tables.map.groups]
        with _without_triggers(connection, tables, was):
            for group in groups:
                _together(
                    connection,
                    [_removal(tables.source(n), was[n], all_=n in replaced) for n in group],
                )
            for group in reversed(groups):
                _together(
                    connection,
                    [_return(name, was[name], tables.columns[name]) for name in group & replaced],
                )
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def _beside(
        self, connection: psycopg.Connection, tables: StoredTables, names: Iterable[Name]
    ) -> dict[Name, sql.Identifier]:
        """Copy the former rows of tables into temporary tables; return their names."""
        beside = {}
        for name in sorted(names):
            # Not the table's own name: PostgreSQL would truncate a long one.
            was = beside[name] = sql.Identifier("pg_temp", f"was {tables.map.tables.index(name)}")
            connection.execute(
                sql.SQL("CREATE TEMPORARY TABLE {} (LIKE {}) ON COMMIT DROP").format(
                    was, identifier(name)
                )
            )
            statement = sql.SQL("COPY {} FROM STDIN").format(was)
            with connection.cursor() as cursor, cursor.copy(statement) as copy:
                copy.write(self.rows.get(name, b""))
        return beside


EMPTY: Final = Snapshot()
"""The contents of a new database without reference data."""


def _dangling(connection: psycopg.Connection, tables: StoredTables) -> list[str]:
    """Describe foreign keys that refer to missing rows."""
    listed = tables.map.references
    queries = [
        sql.SQL(DANGLING).format(
            at=at,
            child=tables.source(key.child),
            parent=tables.source(key.parent),
            given=sql.SQL(" AND ").join(
                sql.SQL("c.{} IS NOT NULL").format(sql.Identifier(column)) for column in key.columns
            ),
            same=sql.SQL(" AND ").join(
                sql.SQL("p.{} = c.{}").format(*map(sql.Identifier, pair))
                for pair in zip(key.referenced, key.columns, strict=True)
            ),
        )
        for at, key in enumerate(listed)
    ]
    return [
        f"{plain_name(listed[at].child)} has rows whose {listed[at].name} refers to no row"
        for (at,) in union_of(connection, queries)
    ]


def _read(connection: psycopg.Connection, table: sql.SQL) -> bytes:
    statement = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(table)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        return b"".join(copy)


def _is_only_added_to(connection: psycopg.Connection, table: sql.SQL, was: sql.Identifier) -> bool:
    query = sql.SQL(ONLY_ADDED).format(table=table, was=was)
    (only_added,) = connection.execute(query).fetchone() or (False,)
    return bool(only_added)


def _removal(table: sql.SQL, was: sql.Identifier, *, all_: bool) -> sql.Composed:
    if all_:
        return sql.SQL("DELETE FROM {}").format(table)
    return sql.SQL(ADDED).format(table=table, was=was)


def _return(name: Name, was: sql.Identifier, columns: tuple[str, ...]) -> sql.Composed:
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    # A table may have no column at all.
    into = sql.SQL("({})").format(listed) if columns else sql.SQL("")
    return sql.SQL(INSERT).format(table=identifier(name), into=into, was=was, columns=listed)


def _together(connection: psycopg.Connection, changes: list[sql.Composed]) -> None:
    """Change tables in a cycle by one statement, at whose end foreign keys are checked."""
    match changes:
        case []:
            return
        case [change]:
            connection.execute(change)
        case _:
            parts = [
                sql.SQL("{} AS ({})").format(sql.Identifier(f"change {at}"), change)
                for at, change in enumerate(changes)
            ]
            connection.execute(sql.SQL("WITH {} SELECT").format(sql.SQL(", ").join(parts)))


@contextmanager
def _without_triggers(
    connection: psycopg.Connection, tables: StoredTables, names: Iterable[Name]
) -> Iterator[None]:
    """Disable the application's triggers on these tables in this block."""
    of_these = [trigger for trigger in tables.triggers if trigger.root in set(names)]
    for trigger in of_these:
        _switch(connection, "DISABLE TRIGGER", trigger.table, trigger.name)
    yield
    # No `finally`: a rollback undoes ALTER TABLE.
    for trigger in of_these:
        how = "ENABLE ALWAYS TRIGGER" if trigger.always else "ENABLE TRIGGER"
        _switch(connection, how, trigger.table, trigger.name)


def _switch(connection: psycopg.Connection, how: LiteralString, table: Name, trigger: str) -> None:
    connection.execute(
        sql.SQL("ALTER TABLE {} {} {}").format(
            identifier(table), sql.SQL(how), sql.Identifier(trigger)
        )
    )
