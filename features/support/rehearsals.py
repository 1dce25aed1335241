"""Databases that the harness is tried on: tables as a feature draws them, and rows in them."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy import URL

from features.support.dependency_map import DependencyMap, Name, Reference, quoted
from features.support.marks import Mark, Purpose
from features.support.refusal import Refusal
from features.support.reset import LOG, Done, Reset

TRAITS: Final = {
    "": "",
    "in partitions": "PARTITION BY HASH (id)",
    "without a key": "",
    "deletions restricted": "ON DELETE RESTRICT",
    "deletions cascade": "ON DELETE CASCADE",
    "judged at the end": "DEFERRABLE INITIALLY DEFERRED",
}
"""What may be special about a table or about what it refers to."""


class _Ear(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.heard.append(record.getMessage())


@dataclass
class Rehearsal:
    """A database that the harness is tried on, and what came of it: a part of the `World`."""

    url: URL = field(init=False)
    connection: psycopg.Connection = field(init=False)
    """Somebody's connection to it, other than the harness's own."""
    parents: dict[Name, list[Name]] = field(default_factory=dict)
    """What each of its tables refers to."""
    before: Mapping[str, Any] = field(default_factory=dict)
    """What was in it before it was reset."""
    files: Mapping[Name, int] = field(default_factory=dict)
    """In which file each table was; one that is truncated gets a new one."""
    resetting: Reset = field(init=False)
    """What it was reset by before."""
    done: Done | None = None
    refusal: Refusal | None = None
    tried: bool = False
    """Whether there is an outcome that no Then has asked about yet."""
    heard: list[str] = field(default_factory=list)
    """What was logged."""
    map: DependencyMap = field(init=False)

    @contextmanager
    def expected(self) -> Iterator[None]:
        """Keep a refusal for the Then that names it, and what was logged."""
        self.before, self.files = contents(self.connection), files(self.connection)
        self.tried, self.done, self.refusal = True, None, None
        ear, level = _Ear(), LOG.level
        LOG.addHandler(ear)
        LOG.setLevel(logging.INFO)
        try:
            yield
        except Refusal as refusal:
            self.refusal = refusal
        finally:
            LOG.setLevel(level)
            LOG.removeHandler(ear)
            self.heard = ear.heard

    def claim(self) -> Refusal | None:
        """Return the refusal, or None if it went through, and count it as judged."""
        assert self.tried, "nothing was tried that could have been refused"
        self.tried = False
        return self.refusal

    def check_claimed(self) -> None:
        """Fail if a refusal was kept that no Then has asked for."""
        assert not (self.tried and self.refusal), f"no Then asked about: {self.refusal}"


def name_of(text: str) -> Name:
    """Return the name that is written with its schema or, in `public`, without."""
    schema, _, name = text.rpartition(".")
    return schema or "public", name


def names_of(text: str) -> list[Name]:
    """Return the names in a list with commas."""
    return [name_of(part.strip()) for part in text.split(",") if part.strip()]


def make_tables(
    connection: psycopg.Connection, parents: Mapping[Name, list[Name]], traits: Mapping[Name, str]
) -> None:
    """Make tables, and then what each refers to: a column for each, which may be null."""
    for table in parents:
        connection.execute(
            sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(table[0]))
        )
        trait = traits[table]
        key = "number int" if trait == "without a key" else "id bigint GENERATED ALWAYS AS IDENTITY"
        columns = f"{key}, text text" + (", PRIMARY KEY (id)" if key.startswith("id") else "")
        split = sql.SQL(TRAITS[trait]) if trait == "in partitions" else sql.SQL("")
        connection.execute(
            sql.SQL("CREATE TABLE {} ({}) {}").format(
                sql.Identifier(*table), sql.SQL(columns), split
            )
        )
        for part in range(2) if trait == "in partitions" else ():
            connection.execute(
                sql.SQL(
                    "CREATE TABLE {} PARTITION OF {} FOR VALUES WITH (MODULUS 2, REMAINDER {})"
                ).format(
                    sql.Identifier(table[0], f"{table[1]}_{part}"), sql.Identifier(*table), part
                )
            )
    for table, others in parents.items():
        action = "" if traits[table] == "in partitions" else TRAITS[traits[table]]
        for other in others:
            connection.execute(
                sql.SQL("ALTER TABLE {} ADD {} bigint REFERENCES {} {}").format(
                    sql.Identifier(*table),
                    sql.Identifier(_column(other)),
                    sql.Identifier(*other),
                    sql.SQL(action),
                )
            )


def fill(connection: psycopg.Connection, tables: Mapping[Name, list[Name]], number: int) -> None:
    """Add so many rows to each of these tables, each of which refers to some row of each parent."""
    for table in tables:
        connection.execute(
            sql.SQL("INSERT INTO {} (text) SELECT 'x' FROM generate_series(1, {})").format(
                sql.Identifier(*table), number
            )
        )
    for table, others in tables.items():
        for other in others:
            connection.execute(
                sql.SQL("UPDATE {} SET {} = (SELECT max(id) FROM {})").format(
                    sql.Identifier(*table), sql.Identifier(_column(other)), sql.Identifier(*other)
                )
            )


def refer_to_nothing(
    connection: psycopg.Connection, parents: Mapping[Name, list[Name]], table: Name
) -> None:
    """Let no row refer to any row of a table."""
    for child in (child for child, others in parents.items() if table in others):
        connection.execute(
            sql.SQL("UPDATE {} SET {} = NULL").format(
                sql.Identifier(*child), sql.Identifier(_column(table))
            )
        )


def forbid_writing(connection: psycopg.Connection) -> None:
    """Let everybody who connects from now on only read."""
    connection.execute(
        sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(
            sql.Identifier(connection.info.dbname)
        )
    )


def hide(connection: psycopg.Connection, table: Name) -> None:
    """Hide all rows of a table from whoever is not let past policies."""
    connection.execute(
        sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(sql.Identifier(*table))
    )


def let_in(connection: psycopg.Connection, role: str) -> None:
    """Let a role do anything with the rows of all tables, as far as policies do."""
    for what in ("TABLES", "SEQUENCES"):
        connection.execute(
            sql.SQL("GRANT ALL ON ALL {} IN SCHEMA public TO {}").format(
                sql.SQL(what), sql.Identifier(role)
            )
        )


def _column(other: Name) -> str:
    return f"{other[1]}_id"


def contents(connection: psycopg.Connection) -> dict[str, Any]:
    """Return every row of every table, and where each sequence is."""
    return {**rows_of(connection), **positions(connection)}


def rows_of(connection: psycopg.Connection) -> dict[str, list[str]]:
    """Return every row of every table, partitions by themselves."""
    return {
        f"{schema}.{name}": [
            row
            for (row,) in connection.execute(
                sql.SQL("SELECT t::text FROM ONLY {} AS t ORDER BY 1").format(
                    sql.Identifier(schema, name)
                )
            )
        ]
        for schema, name in _relations(connection, "r")
    }


def positions(connection: psycopg.Connection) -> dict[str, tuple[int, bool]]:
    """Return where each sequence is: its last value, and whether that has come out."""
    return {
        f"{schema}.{name}": connection.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(schema, name))
        ).fetchone()
        or (0, False)
        for schema, name in _relations(connection, "S")
    }


def moved(connection: psycopg.Connection) -> list[str]:
    """Return the sequences that are not where they began."""
    starts = {
        f"{schema}.{name}": (start, False)
        for schema, name, start in connection.execute(
            "SELECT schemaname, sequencename, start_value FROM pg_sequences"
        )
    }
    return [name for name, at in positions(connection).items() if at != starts[name]]


def _relations(connection: psycopg.Connection, kind: str) -> list[Name]:
    return connection.execute(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind = %s AND c.oid >= 16384 AND c.relpersistence <> 't'"
        " AND n.nspname <> 'information_schema'",
        [kind],
    ).fetchall()


def files(connection: psycopg.Connection) -> dict[Name, int]:
    """Return in which file each table is; one that is truncated gets a new one."""
    found = {}
    for name in _relations(connection, "r"):
        row = connection.execute("SELECT pg_relation_filenode(%s::regclass)", [quoted(name)])
        (found[name],) = row.fetchone() or (0,)
    return found


def number_of_rows(connection: psycopg.Connection, table: Name) -> int:
    """Return how many rows a table has."""
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(*table))
    (number,) = connection.execute(query).fetchone() or (0,)
    return int(number)


def draw(connection: psycopg.Connection, sequence: Name) -> int:
    """Return the value that comes out of a sequence next, and use it up."""
    found = connection.execute("SELECT nextval(%s::regclass)", [quoted(sequence)])
    (value,) = found.fetchone() or (0,)
    return int(value)


def put(connection: psycopg.Connection, sequence: Name, number: int) -> None:
    """Let this number come out of a sequence next."""
    connection.execute("SELECT setval(%s::regclass, %s, false)", [quoted(sequence), number])


def wrong_order(map_: DependencyMap) -> list[Reference]:
    """Return the foreign keys whose children come after their parents, cycles left aside."""
    at = {table: number for number, group in enumerate(map_.groups) for table in group}
    return [key for key in map_.references if at[key.child] > at[key.parent]]


SEQUENCES: Final = {
    "an identity": "CREATE TABLE {table} (id int GENERATED ALWAYS AS IDENTITY ({name} START 7))",
    "a serial": (
        "CREATE TABLE {table} (id serial); ALTER SEQUENCE {table_id_seq} RENAME TO {sequence}"
    ),
    "one by itself": "CREATE SEQUENCE {sequence} START 100",
    "in steps of 5": "CREATE SEQUENCE {sequence} START 10 INCREMENT 5",
    "downwards": "CREATE SEQUENCE {sequence} INCREMENT -1",
    "downwards, from 50 in steps of 10": (
        "CREATE SEQUENCE {sequence} INCREMENT -10 MINVALUE 0 MAXVALUE 90 START 50"
    ),
    "from below zero": "CREATE SEQUENCE {sequence} MINVALUE -5 START -5",
    "from 1 to 3 and round again": "CREATE SEQUENCE {sequence} MAXVALUE 3 CYCLE",
    "from 1 to 3 and no further": "CREATE SEQUENCE {sequence} MAXVALUE 3",
    "handed out in blocks of 20": "CREATE SEQUENCE {sequence} CACHE 20",
    "smallint": "CREATE SEQUENCE {sequence} AS smallint MAXVALUE 32767 START 32000",
}
"""What a sequence may be like."""


def make_sequence(connection: psycopg.Connection, sequence: str, kind: str) -> None:
    """Make a sequence of a kind, with the table it belongs to, if it belongs to one."""
    connection.execute(
        sql.SQL(SEQUENCES[kind]).format(
            sequence=sql.Identifier(sequence),
            table=sql.Identifier(f"of_{sequence}"),
            table_id_seq=sql.Identifier(f"of_{sequence}_id_seq"),
            name=sql.SQL("SEQUENCE NAME {}").format(sql.Identifier(sequence)),
        )
    )


TRIGGERS: Final = {
    "forbids it": "RAISE EXCEPTION 'history is kept';",
    "silently keeps the row": "RETURN NULL;",
    "notes it elsewhere": "INSERT INTO notes (text) VALUES (TG_TABLE_NAME); RETURN OLD;",
}
"""What a trigger may do when a row is deleted."""


def watch_deletions(connection: psycopg.Connection, table: Name, body: str) -> None:
    """Give a table a trigger called `keeper` that does something when a row is deleted."""
    connection.execute(
        sql.SQL(
            "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS {};"
            "CREATE TRIGGER keeper BEFORE DELETE ON {} FOR EACH ROW EXECUTE FUNCTION keep()"
        ).format(sql.Literal(f"BEGIN {body} END"), sql.Identifier(*table))
    )


CHANGES: Final = {
    "a table with a row was added": "CREATE TABLE added (id int); INSERT INTO added VALUES (1)",
    "a table with a row was renamed": (
        "INSERT INTO people (text) VALUES ('x'); ALTER TABLE people RENAME TO persons"
    ),
    "a table was dropped": "DROP TABLE tasks",
    "a sequence began elsewhere": "ALTER SEQUENCE people_id_seq START 50",
    "the connection forgot all plans": "DEALLOCATE ALL",
}
"""What may happen to a database whose map was read already."""


def comment_on(connection: psycopg.Connection, database: str, text: str | None) -> None:
    """Write a comment on a database, as whoever owns it may."""
    connection.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(database), sql.Literal(text))
    )


def comment_of(connection: psycopg.Connection, database: str) -> str | None:
    """Return the comment on a database."""
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
        [database],
    ).fetchone()
    return None if row is None else row[0]


def oid_of(connection: psycopg.Connection, database: str) -> int:
    """Return the number that the server knows a database by."""
    row = connection.execute("SELECT oid FROM pg_database WHERE datname = %s", [database])
    (oid,) = row.fetchone() or (0,)
    return int(oid)


Fields = dict[str, Any]

CLAIMS: Final[dict[str, Callable[[Fields], object]]] = {
    "says what is true": lambda mark: mark,
    "is a note of somebody": lambda _: "made by postgres-acceptance",
    "is of another suite": lambda mark: mark | {"made_by": "somebody"},
    "is of an older format": lambda mark: mark | {"format": 0},
    "leaves the run out": lambda mark: {key: mark[key] for key in mark if key != "run"},
    "says more than there is": lambda mark: mark | {"extra": True},
    "is for an unknown purpose": lambda mark: mark | {"purpose": "production"},
    "is that of another database": lambda mark: mark | {"database": "app"},
    "is that of an older database": lambda mark: mark | {"oid": mark["oid"] - 1},
    "is of a template": lambda mark: mark | {"purpose": "template"},
    "is of a database to be kept": lambda mark: mark | {"purpose": "kept"},
}
"""What a comment may say, beside what a genuine mark would."""


def claim(database: str, oid: int, says: str) -> str:
    """Return a comment that is, or is not quite, the mark of a database."""
    genuine = json.loads(Mark(database, oid, "a" * 16, Purpose.RUN).text())
    return json.dumps(CLAIMS[says](genuine))
