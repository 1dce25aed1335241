"""What a database holds at one moment, kept in this process and put back exactly.

Neither a crash of the server nor a change of the connection takes a snapshot away, and it can be
put into another database of the same tables. Only an owner's rights are needed: the service's
triggers are off while rows are put back (ALTER TABLE), foreign keys stay in force.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, LiteralString, Self

import psycopg
from psycopg import sql

from pgharness.core.protocols import RunItem
from pgharness.databases.ownership import guard
from pgharness.isolation import digests
from pgharness.isolation.digests import union_of
from pgharness.isolation.stored_tables import StoredTables
from pgharness.reset import large_objects, materialized_views, sequences
from pgharness.reset.catalog import Name, identifier, words
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
"""Rows of a table without a key may be added twice, or once more."""
INSERT: Final = """
    INSERT INTO {table} {into} OVERRIDING SYSTEM VALUE SELECT {columns} FROM {was}
"""
DANGLING: Final = """
    SELECT {at} AS at WHERE EXISTS (SELECT FROM {child} AS c WHERE {given}
       AND NOT EXISTS (SELECT FROM {parent} AS p WHERE {same}))
"""

Rows = Mapping[Name, bytes]


class NotPutBack(AssertionError):
    """A clean-up that did not bring about what it should have; it says what is left."""

    after: RunItem | None = None
    """The last scenario of a scope that could not be ended."""


@dataclass(frozen=True)
class Snapshot:
    """The rows of all tables that have any, and where the sequences are that have moved."""

    rows: Rows = field(default_factory=dict, repr=False)
    """As COPY writes them."""
    digests: Mapping[Name, str] = field(default_factory=dict)
    sequences: Positions = field(default_factory=dict)
    views: Mapping[Name, str] = field(default_factory=dict)
    """A digest of each materialized view that holds rows."""
    objects: large_objects.Objects = field(default_factory=dict, repr=False)

    @classmethod
    def take(cls, connection: psycopg.Connection) -> Self:
        """Read what is there. Nobody else may be writing."""
        tables = StoredTables.read(connection)
        found = digests.of_tables(connection, tables)
        rows = {name: _read(connection, tables.source(name)) for name in found}
        views, objects = digests.of_views(connection), large_objects.read(connection)
        return cls(rows, found, sequences.moved(connection), views, objects)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing: no row, no large object, and every sequence at its start."""
        return not (self.digests or self.sequences or self.objects)

    def put_back(self, connection: psycopg.Connection) -> None:
        """Make the database hold what it held, and nothing else, in one transaction.

        Raises `NotPutBack`, with what is different then; rows are left as they were found. Raises
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
                raise NotPutBack("; ".join(different))

    def differences(self, connection: psycopg.Connection) -> list[str]:
        """Return in words what the database has more, less or otherwise, and what dangles."""
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
                f"the materialized view {words(name)} was refreshed"
                for name in self._other_views(connection)
            ),
            *(f"the sequence {words(name)} is at another value" for name in elsewhere),
            *_dangling(connection, tables),
        ]

    def other_rows(
        self, connection: psycopg.Connection, tables: StoredTables | None = None
    ) -> list[str]:
        """Return in words which tables have more, fewer or other rows; so of large objects."""
        tables = tables or StoredTables.read(connection)
        changed = sorted(self._changed(digests.of_tables(connection, tables)))
        return [
            *(self._described(connection, name, tables) for name in changed),
            *large_objects.differences(self.objects, large_objects.read(connection)),
        ]

    def _other_views(self, connection: psycopg.Connection) -> list[Name]:
        """Return the views that held something else, each after the others that it reads."""
        found = digests.of_views(connection)
        return [name for name in found if found[name] != self.views.get(name, found[name])]

    def _refresh_views(self, connection: psycopg.Connection) -> None:
        for name in self._other_views(connection):
            connection.execute(materialized_views.refreshing(name))

    def _described(self, connection: psycopg.Connection, name: Name, tables: StoredTables) -> str:
        if name not in tables.columns:
            return f"the table {words(name)} is gone"
        query = sql.SQL("SELECT count(*) FROM {}").format(tables.source(name))
        (number,) = connection.execute(query).fetchone() or (0,)
        before = self.rows.get(name, b"").count(b"\n")
        if number == before:
            return f"{words(name)}: other values in {number} rows"
        return f"{words(name)}: {number} instead of {before} rows"

    def _changed(self, digests: Mapping[Name, str]) -> set[Name]:
        everywhere = digests.keys() | self.digests.keys()
        return {name for name in everywhere if digests.get(name) != self.digests.get(name)}

    def _put_rows_back(
        self, connection: psycopg.Connection, tables: StoredTables, changed: set[Name]
    ) -> None:
        """Remove what is new; where anything old was changed or removed, begin anew.

        A row that comes back anew takes along what leads to it: also tables that did not change.
        """
        present = changed & tables.columns.keys()
        was = self._beside(connection, tables, present)
        anew = tables.map.dependents(
            name
            for name in present
            if not _is_only_added_to(connection, tables.source(name), was[name])
        )
        was |= self._beside(connection, tables, anew - present)
        groups = [was.keys() & group for group in tables.map.groups]
        with _without_triggers(connection, tables, was):
            for group in groups:
                _together(
                    connection,
                    [_removal(tables.source(n), was[n], anew=n in anew) for n in group],
                )
            for group in reversed(groups):
                _together(
                    connection,
                    [_return(name, was[name], tables.columns[name]) for name in group & anew],
                )
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def _beside(
        self, connection: psycopg.Connection, tables: StoredTables, names: Iterable[Name]
    ) -> dict[Name, sql.Identifier]:
        """Put what the tables held into temporary ones; return their names."""
        beside = {}
        for name in sorted(names):
            # Not by its own name, which PostgreSQL would cut where it is long.
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
"""What a database holds that has just been made by the migrations."""


def _dangling(connection: psycopg.Connection, tables: StoredTables) -> list[str]:
    """Return in words which foreign keys lead to rows that are not there."""
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
        f"{words(listed[at].child)} has rows whose {listed[at].name} refers to no row"
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


def _removal(table: sql.SQL, was: sql.Identifier, *, anew: bool) -> sql.Composed:
    if anew:
        return sql.SQL("DELETE FROM {}").format(table)
    return sql.SQL(ADDED).format(table=table, was=was)


def _return(name: Name, was: sql.Identifier, columns: tuple[str, ...]) -> sql.Composed:
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    # A table may have no column at all.
    into = sql.SQL("({})").format(listed) if columns else sql.SQL("")
    return sql.SQL(INSERT).format(table=identifier(name), into=into, was=was, columns=listed)


def _together(connection: psycopg.Connection, changes: list[sql.Composed]) -> None:
    """Make changes of tables that need each other as one statement: keys are judged at its end."""
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
    """Keep the service's own triggers from judging or changing what is put back."""
    of_these = [trigger for trigger in tables.triggers if trigger.root in set(names)]
    for trigger in of_these:
        _switch(connection, "DISABLE TRIGGER", trigger.table, trigger.name)
    yield
    # No `finally`: a failed transaction takes its ALTER TABLE back.
    for trigger in of_these:
        how = "ENABLE ALWAYS TRIGGER" if trigger.always else "ENABLE TRIGGER"
        _switch(connection, how, trigger.table, trigger.name)


def _switch(connection: psycopg.Connection, how: LiteralString, table: Name, trigger: str) -> None:
    connection.execute(
        sql.SQL("ALTER TABLE {} {} {}").format(
            identifier(table), sql.SQL(how), sql.Identifier(trigger)
        )
    )
