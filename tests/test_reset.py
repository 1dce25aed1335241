"""Reset empties what is dirty, restarts what has moved, and leaves the rest alone."""

from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest
from sqlalchemy import URL

from features.support import marks, postgres
from features.support.marks import Purpose
from features.support.refusal import Refusal
from features.support.reset import Map, Reset

TABLES = """
    CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('0001');
    CREATE SCHEMA other;
    CREATE TABLE parents (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
    CREATE TABLE other.children (
        id int GENERATED ALWAYS AS IDENTITY (START 10 INCREMENT 5) PRIMARY KEY,
        parent int NOT NULL REFERENCES parents ON DELETE RESTRICT,
        sibling int REFERENCES other.children
    );
    CREATE TABLE "odd ""name" (text text);
    CREATE SEQUENCE tickets START 100;
"""


@pytest.fixture
def database(admin: psycopg.Connection, url: URL) -> Iterator[psycopg.Connection]:
    """A marked database with tables that need each other."""
    with ExitStack() as cleanups:
        admin.execute("CREATE DATABASE acceptance_reset")
        cleanups.callback(admin.execute, "DROP DATABASE acceptance_reset WITH (FORCE)")
        marks.write(admin, "acceptance_reset", "a" * 16, Purpose.RUN)
        connection = postgres.connect(url.set(database="acceptance_reset"))
        cleanups.enter_context(connection)
        connection.execute(TABLES)
        yield connection


def fill(database: psycopg.Connection) -> None:
    database.execute("INSERT INTO parents DEFAULT VALUES; INSERT INTO parents DEFAULT VALUES")
    database.execute("INSERT INTO other.children (parent, sibling) VALUES (1, 10), (2, 10)")
    database.execute("""INSERT INTO "odd ""name" VALUES ('x')""")
    database.execute("SELECT nextval('tickets')")


def counts(database: psycopg.Connection) -> tuple[int, ...]:
    row = database.execute(
        "SELECT (SELECT count(*) FROM parents), (SELECT count(*) FROM other.children),"
        ' (SELECT count(*) FROM "odd ""name"), (SELECT count(*) FROM alembic_version)'
    ).fetchone()
    assert row is not None
    return row


def next_values(database: psycopg.Connection) -> tuple[int, ...]:
    row = database.execute(
        "SELECT nextval('parents_id_seq'), nextval('other.children_id_seq'), nextval('tickets')"
    ).fetchone()
    assert row is not None
    return row


def test_everything_is_empty_and_starts_anew(database: psycopg.Connection) -> None:
    reset = Reset(database)
    for _ in range(2):
        fill(database)
        assert counts(database) == (2, 2, 1, 1)
        reset()
        assert counts(database) == (0, 0, 0, 1)
        assert next_values(database) == (1, 10, 100)
        reset()


def test_a_sequence_that_moved_without_rows_is_restarted(database: psycopg.Connection) -> None:
    reset = Reset(database)
    next_values(database)
    reset()
    assert next_values(database) == (1, 10, 100)


def test_what_is_clean_is_not_written_to(database: psycopg.Connection) -> None:
    reset = Reset(database)
    database.execute("INSERT INTO parents DEFAULT VALUES")
    write = "SELECT pg_current_xact_id_if_assigned()"
    reset()
    before = database.execute("SELECT txid_current_snapshot()").fetchone()
    reset()
    assert database.execute("SELECT txid_current_snapshot()").fetchone() == before
    assert database.execute(write).fetchone() == (None,)


def test_children_come_before_their_parents(database: psycopg.Connection) -> None:
    tables = Map.read(database).tables
    assert tables.index(("other", "children")) < tables.index(("public", "parents"))
    assert ("public", "alembic_version") not in tables


def test_tables_that_need_each_other_are_named(database: psycopg.Connection) -> None:
    database.execute("ALTER TABLE parents ADD favourite int REFERENCES other.children")
    with pytest.raises(Refusal, match=r"the foreign keys of .*children.* form a cycle"):
        Reset(database)
