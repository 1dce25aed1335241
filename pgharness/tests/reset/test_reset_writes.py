"""A reset writes only to what is dirty, as cheaply as it can, and says what it did."""

import logging
from typing import Final

import psycopg
import pytest
from sqlalchemy import URL

import inventory
from pgharness.reset.catalog import Name
from pgharness.reset.plan import TRUNCATE_THRESHOLD_ROWS
from pgharness.reset.reset import LOG, Reset, connect, reset
from pgharness.servers import provision
from resetting import assert_initial, done, rows

THREE: Final = """
    CREATE TABLE people (id serial PRIMARY KEY);
    CREATE TABLE tasks (id serial PRIMARY KEY, of int REFERENCES people);
    CREATE TABLE notes (id serial PRIMARY KEY, of int REFERENCES tasks);
"""
PEOPLE: Final = ("public", "people")
TASKS: Final = ("public", "tasks")
NOTES: Final = ("public", "notes")
CHILD: Final = ("public", "a_child")
THRESHOLD: Final = TRUNCATE_THRESHOLD_ROWS[True]


def truncated(before: dict[Name, int], connection: psycopg.Connection) -> set[Name]:
    """Return the tables that have been truncated: each has a new file."""
    after = inventory.files(connection)
    return {table for table, file in before.items() if after[table] != file}


def test_a_clean_database_is_not_written_to(marked: URL, connection: psycopg.Connection) -> None:
    connection.execute(THREE)
    with connect(marked) as reader:
        reader.execute("SET default_transaction_read_only = on")
        found = done(Reset(reader))
    assert (found.deleted, found.truncated, found.restarted) == ({}, (), ())


def test_only_tables_with_rows_and_sequences_that_moved_are_written_to(
    marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(THREE)
    connection.execute("INSERT INTO people DEFAULT VALUES; INSERT INTO people DEFAULT VALUES")
    files, positions = inventory.files(connection), inventory.positions(connection)
    found = done(lambda: reset(marked))
    assert found.deleted == {PEOPLE: 2}
    assert found.restarted == (("public", "people_id_seq"),)
    assert truncated(files, connection) == set()
    after = inventory.positions(connection)
    moved = {name for name in after if after[name] != positions[name]}
    assert moved == {"public.people_id_seq"}
    assert_initial(connection)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(10, set(), id="few rows are deleted"),
        pytest.param(5000, {TASKS, NOTES}, id="many are truncated with the tables that refer"),
    ],
)
def test_many_rows_are_truncated_together_with_all_tables_that_refer_to_them(
    number: int, expected: set[Name], marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(THREE)
    connection.execute(
        "INSERT INTO people DEFAULT VALUES;"
        f"INSERT INTO tasks (of) SELECT 1 FROM generate_series(1, {number})".encode()
    )
    files = inventory.files(connection)
    found = done(lambda: reset(marked))
    assert truncated(files, connection) == set(found.truncated) == expected
    assert_initial(connection)


@pytest.mark.parametrize(
    ("of", "number", "expected"),
    [
        (CHILD, THRESHOLD, ()),
        (CHILD, THRESHOLD + 1, (CHILD,)),
        (PEOPLE, 2 * THRESHOLD, ()),
        (PEOPLE, 2 * THRESHOLD + 1, (CHILD, PEOPLE)),
    ],
)
def test_the_threshold_of_a_truncation_counts_for_each_table_of_it(
    of: Name,
    number: int,
    expected: tuple[Name, ...],
    family: URL,
    connection: psycopg.Connection,
) -> None:
    stored = "number" if of == PEOPLE else "NULL"
    connection.execute("DELETE FROM people")
    connection.execute(
        f"INSERT INTO {of[1]} SELECT {stored} FROM generate_series(1, {number}) AS number".encode()
    )
    assert reset(family).truncated == expected
    assert rows(connection, "people") == rows(connection, "a_child") == 0


def test_the_owner_of_all_tables_truncates_sooner(owner: psycopg.Connection) -> None:
    """Triggers are on: each deleted row would be looked up in the tables that refer to it."""
    number = TRUNCATE_THRESHOLD_ROWS[False] + 1
    assert number < THRESHOLD
    owner.execute(THREE)
    owner.execute(f"INSERT INTO notes SELECT FROM generate_series(1, {number})".encode())
    assert done(Reset(owner)).truncated == (NOTES,)


def test_deleted_rows_are_counted_to_the_last_one(
    family: URL, connection: psycopg.Connection
) -> None:
    connection.execute(
        "CREATE TABLE alembic_version (of int REFERENCES people);"
        "INSERT INTO people SELECT FROM generate_series(1, 4999)"
    )
    found = reset(family)
    assert (found.deleted, found.truncated) == ({PEOPLE: 5000}, ())


def test_a_line_of_the_log_says_what_was_done_and_how_long_it_took(
    marked: URL, connection: psycopg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    connection.execute(
        "CREATE TABLE people (id serial PRIMARY KEY); CREATE TABLE tasks (id serial PRIMARY KEY);"
        "INSERT INTO people SELECT FROM generate_series(1, 2);"
        "INSERT INTO tasks SELECT FROM generate_series(1, 5000);"
        "SELECT nextval('people_id_seq'), nextval('tasks_id_seq')"
    )
    with caplog.at_level(logging.INFO, LOG.name):
        found = done(lambda: reset(marked))
    line = (
        f"reset acceptance_reset in {found.seconds * 1000:.2f} ms: deleted 2 of people;"
        " truncated tasks; restarted people_id_seq, tasks_id_seq"
    )
    assert caplog.messages == [line]
    assert found.seconds > 0


def test_the_sql_of_a_reset_can_be_read_and_executed(
    family: URL, connection: psycopg.Connection
) -> None:
    connection.execute(
        "INSERT INTO a_child VALUES (1); CREATE TABLE pets (of int); INSERT INTO pets VALUES (1)"
    )
    printed = Reset(connection, ignoring="pets").sql()
    assert rows(connection, "people") == rows(connection, "a_child") == 1
    deletions = [printed.index(f'DELETE FROM ONLY "public"."{of}"') for of in ("a_child", "people")]
    assert deletions == sorted(deletions)
    assert deletions[-1] < printed.index("setval")
    assert "pets" not in printed
    with provision.connect(family) as by_hand:
        by_hand.execute(printed.encode())
    assert rows(connection, "people") == rows(connection, "a_child") == 0
    assert rows(connection, "pets") == 1


@pytest.mark.parametrize(("durable", "waits_for_disk"), [(True, "on"), (False, "off")])
def test_only_a_reset_that_must_last_waits_for_the_disk(
    durable: bool,  # noqa: FBT001 (it is one)
    waits_for_disk: str,
    family: URL,
) -> None:
    with connect(family, durable=durable) as connection:
        assert connection.execute("SHOW synchronous_commit").fetchone() == (waits_for_disk,)
