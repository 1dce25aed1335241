"""A reset of some tables: by choice, with what depends on them, or all but the ignored ones."""

from collections.abc import Mapping
from typing import Any, Final

import psycopg
import pytest
from sqlalchemy import URL

import inventory
from pgharness.core.errors import HarnessError
from pgharness.reset.reset import reset
from resetting import done, emptied, refused, rows

CHAIN: Final = """
    CREATE TABLE people (id serial PRIMARY KEY, boss int REFERENCES people);
    CREATE TABLE tasks (id serial PRIMARY KEY, of int REFERENCES people);
    CREATE TABLE notes (id serial PRIMARY KEY, of int REFERENCES tasks);
    CREATE TABLE tags (id serial PRIMARY KEY, of int REFERENCES notes);
    CREATE TABLE prices (id serial PRIMARY KEY);
    INSERT INTO people (boss) VALUES (1), (1);
    INSERT INTO tasks (of) VALUES (1), (2);
    INSERT INTO notes (of) VALUES (1), (2);
    INSERT INTO tags (of) VALUES (1), (2);
    INSERT INTO prices SELECT nextval('prices_id_seq') FROM generate_series(1, 2);
"""
"""Each table has two rows, and all of them refer to a row."""

VERSIONED: Final = """
    CREATE TABLE people (id serial PRIMARY KEY);
    CREATE TABLE tasks (id serial PRIMARY KEY, of int REFERENCES people);
    CREATE TABLE prices (id serial PRIMARY KEY);
    CREATE TABLE alembic_version (number int);
    CREATE SCHEMA other;
    CREATE TABLE other.alembic_version (id serial PRIMARY KEY);
    INSERT INTO people DEFAULT VALUES;
    INSERT INTO tasks (of) VALUES (1);
    INSERT INTO prices DEFAULT VALUES;
    INSERT INTO alembic_version VALUES (1);
    INSERT INTO other.alembic_version DEFAULT VALUES;
"""


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        pytest.param({"only": "tags"}, {"tags"}, id="a table that no other refers to"),
        pytest.param({"only": ["notes", "tags"]}, {"notes", "tags"}, id="a table and its child"),
        pytest.param(
            {"only": "tasks", "with_dependents": True},
            {"tasks", "notes", "tags"},
            id="a table with its dependents over several steps",
        ),
        pytest.param(
            {"only": ["prices", "tasks"], "with_dependents": True, "ignoring": "prices"},
            {"tasks", "notes", "tags"},
            id="a choice but for one of it",
        ),
        pytest.param(
            {"only": "people", "with_dependents": True},
            {"people", "tasks", "notes", "tags"},
            id="a table that refers to itself",
        ),
    ],
)
def test_only_the_chosen_tables_are_emptied(
    choice: Mapping[str, Any], expected: set[str], marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(CHAIN)
    assert emptied(connection, lambda: reset(marked, **choice)) == expected


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        ({"only": "tasks"}, "rows of notes refer to tasks"),
        ({"ignoring": "tasks"}, "rows of tasks refer to people"),
        ({"only": "people"}, "rows of tasks refer to people"),
        ({"only": "taks"}, "there is no table taks"),
    ],
)
def test_a_choice_that_cannot_be_emptied_is_refused(
    choice: Mapping[str, Any], reason: str, marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(CHAIN)
    with refused(connection, reason):
        reset(marked, **choice)


@pytest.mark.parametrize("more", [0, 1000], ids=["few rows", "more than a truncation is worth"])
def test_rows_that_could_refer_but_do_not_are_left_alone(
    more: int, marked: URL, connection: psycopg.Connection
) -> None:
    """The table cannot be truncated: the server would want the others truncated with it."""
    connection.execute(CHAIN)
    connection.execute(
        "UPDATE notes SET of = NULL;"
        f"INSERT INTO tasks (of) SELECT 1 FROM generate_series(1, {more})".encode()
    )
    assert emptied(connection, lambda: reset(marked, only="tasks")) == {"tasks"}


def test_the_version_table_stays_in_whichever_schema(
    marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(VERSIONED)
    found = emptied(connection, lambda: reset(marked))
    assert found == {"people", "tasks", "prices"}
    assert inventory.moved(connection).keys() == {"other.alembic_version_id_seq"}


def test_an_ignored_table_keeps_its_rows_and_its_sequence(
    marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(VERSIONED)
    before = inventory.positions(connection)["public.prices_id_seq"]
    found = emptied(connection, lambda: reset(marked, ignoring="prices"))
    assert found == {"people", "tasks"}
    moved = inventory.moved(connection)
    assert moved["public.prices_id_seq"] == before
    assert moved.keys() == {"public.prices_id_seq", "other.alembic_version_id_seq"}


def test_one_name_needs_no_list(family: URL, connection: psycopg.Connection) -> None:
    connection.execute("INSERT INTO a_child VALUES (NULL)")
    assert reset(family, ignoring="a_child").deleted == {("public", "people"): 1}
    assert reset(family, only="people").deleted == {}
    assert rows(connection, "a_child") == 1
    assert reset(family, only="a_child").deleted == {("public", "a_child"): 1}


def test_a_name_in_several_schemas_needs_its_schema(
    marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(
        "CREATE SCHEMA other; CREATE TABLE people (id serial);"
        "CREATE TABLE other.people (id serial); INSERT INTO people DEFAULT VALUES;"
        "INSERT INTO other.people DEFAULT VALUES"
    )
    with refused(connection, "there are several tables people: other.people, public.people"):
        reset(marked, only=["people"])
    assert emptied(connection, lambda: reset(marked, only="other.people")) == {"other.people"}
    assert emptied(connection, lambda: reset(marked, only=[("public", "people")])) == {"people"}


def test_an_empty_choice_is_not_everything(family: URL, connection: psycopg.Connection) -> None:
    assert reset(family, only=[]).deleted == {}
    assert rows(connection, "people") == 1


def test_a_table_that_inherits_is_a_table_of_its_own(
    family: URL, connection: psycopg.Connection
) -> None:
    connection.execute("CREATE TABLE staff () INHERITS (people); INSERT INTO staff VALUES (7)")
    assert reset(family, ignoring=["staff"]).deleted == {("public", "people"): 1}
    assert rows(connection, "staff") == 1


def test_a_key_with_a_null_refers_to_nothing(family: URL, connection: psycopg.Connection) -> None:
    connection.execute(
        "CREATE TABLE pairs (a int, b int, PRIMARY KEY (a, b)); INSERT INTO pairs VALUES (1, 1);"
        "CREATE TABLE needs (a int, b int, FOREIGN KEY (a, b) REFERENCES pairs);"
        "INSERT INTO needs VALUES (1, NULL)"
    )
    assert done(lambda: reset(family, only=["pairs"])).deleted == {("public", "pairs"): 1}
    assert rows(connection, "needs") == 1


def test_a_table_that_refers_to_a_partition_refers_to_the_whole_table(
    family: URL, connection: psycopg.Connection
) -> None:
    connection.execute(
        "CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY LIST (id);"
        "CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1); INSERT INTO parts VALUES (1);"
        "CREATE TABLE needs (of int REFERENCES part_1); INSERT INTO needs VALUES (1)"
    )
    with pytest.raises(HarnessError, match="rows of needs refer to parts"):
        reset(family, only=["parts"])
    assert rows(connection, "parts") == 1
