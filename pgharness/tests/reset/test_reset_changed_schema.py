"""A connection that has reset a database before resets it as it is now."""

from typing import Final

import psycopg
import pytest
from sqlalchemy import URL

from pgharness.core.errors import HarnessError
from pgharness.reset.reset import Reset, connect
from pgharness.servers import provision
from resetting import assert_initial, done, rows

BEFORE: Final = """
    CREATE TABLE people (id serial PRIMARY KEY, text text);
    CREATE TABLE tasks (id serial PRIMARY KEY, of int REFERENCES people);
    CREATE TABLE notes (id serial PRIMARY KEY) PARTITION BY HASH (id);
    CREATE TABLE notes_0 PARTITION OF notes FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE notes_1 PARTITION OF notes FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    CREATE TABLE prices (id serial PRIMARY KEY);
    CREATE TABLE alembic_version (number int);
    INSERT INTO people DEFAULT VALUES;
"""

CHANGES: Final = {
    "a table with a row was added": "CREATE TABLE added (id int); INSERT INTO added VALUES (1)",
    "a table with a row was renamed": """
        INSERT INTO people DEFAULT VALUES; ALTER TABLE people RENAME TO persons
    """,
    "a table moved to another schema": """
        INSERT INTO people DEFAULT VALUES; CREATE SCHEMA shop; ALTER TABLE people SET SCHEMA shop
    """,
    "two tables exchanged their names": """
        INSERT INTO people VALUES (7); INSERT INTO tasks (of) VALUES (7);
        ALTER TABLE people RENAME TO before;
        ALTER TABLE tasks RENAME TO people;
        ALTER TABLE before RENAME TO tasks
    """,
    "the version table became an ordinary one": """
        ALTER TABLE alembic_version RENAME TO versions; INSERT INTO versions VALUES (1)
    """,
    "a table was dropped": "DROP TABLE tasks",
    "a table was dropped and created again": """
        DROP TABLE tasks; CREATE TABLE tasks (id serial, of int REFERENCES people);
        INSERT INTO people VALUES (7); INSERT INTO tasks (of) VALUES (7)
    """,
    "a parent came to refer to its child": """
        INSERT INTO people VALUES (7);
        INSERT INTO tasks VALUES (7, 7);
        ALTER TABLE people ADD task int REFERENCES tasks;
        UPDATE people SET task = 7
    """,
    "many rows came, and a table that refers to them": """
        ALTER TABLE prices ADD of int REFERENCES people;
        INSERT INTO people SELECT FROM generate_series(1, 5000)
    """,
    "a partition with rows was detached": """
        INSERT INTO notes SELECT nextval('notes_id_seq') FROM generate_series(1, 20);
        ALTER TABLE notes DETACH PARTITION notes_0
    """,
    "a partition with rows was attached": """
        CREATE TABLE parts (id int) PARTITION BY LIST (id);
        CREATE TABLE part_1 (id int); INSERT INTO part_1 VALUES (1);
        ALTER TABLE parts ATTACH PARTITION part_1 FOR VALUES IN (1)
    """,
    "a sequence was given another start": "ALTER SEQUENCE people_id_seq START 50",
    "a sequence came": "CREATE SEQUENCE late; SELECT nextval('late')",
    "a column was added": """
        ALTER TABLE people ADD late int DEFAULT 1; INSERT INTO people DEFAULT VALUES
    """,
    "the session was discarded": "DISCARD ALL",
}
"""What may happen to a database, or to the connection, after a first reset."""


@pytest.mark.parametrize("change", CHANGES)
def test_the_reset_after_a_change_empties_what_is_there(
    change: str, marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(BEFORE)
    with connect(marked) as resetting:
        reset = Reset(resetting)
        assert done(reset).deleted == {("public", "people"): 1}
        resetting.execute(CHANGES[change].encode(), prepare=False)
        done(reset)
    assert_initial(connection)


@pytest.mark.parametrize("change", CHANGES)
def test_the_reset_after_a_change_empties_what_is_there_where_triggers_are_on(
    change: str, owner: psycopg.Connection, connection: psycopg.Connection
) -> None:
    owner.execute(BEFORE)
    reset = Reset(owner)
    assert done(reset).deleted == {("public", "people"): 1}
    owner.execute(CHANGES[change].encode(), prepare=False)
    done(reset)
    assert_initial(connection)


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE guests (id int)",
        "ALTER TABLE people RENAME TO folk",
        "DEALLOCATE ALL",
        "DISCARD ALL",
    ],
)
@pytest.mark.usefixtures("family")
def test_a_connection_has_one_function_however_often_it_is_made_again(
    connection: psycopg.Connection, change: str
) -> None:
    resetting = Reset(connection)
    resetting()
    connection.execute(change.encode())
    for _ in range(2):
        resetting()
    known = connection.execute(
        "SELECT proname FROM pg_proc WHERE proname LIKE 'acceptance_reset_%'"
        " UNION ALL SELECT name FROM pg_prepared_statements WHERE name LIKE 'acceptance_reset_%'"
    )
    assert known.rowcount == 2, "the function, and its call"


@pytest.mark.usefixtures("family")
def test_a_reset_works_after_one_that_could_not_make_its_function_again(
    connection: psycopg.Connection,
) -> None:
    resetting = Reset(connection, only=["people"])
    resetting()
    connection.execute("ALTER TABLE people RENAME TO folk")
    for _ in range(2):
        with pytest.raises(HarnessError, match="people"):
            resetting()
    connection.execute("ALTER TABLE folk RENAME TO people; INSERT INTO people DEFAULT VALUES")
    assert resetting().deleted == {("public", "people"): 1}


def test_a_table_that_was_not_yet_committed_at_the_first_reset_is_emptied_later(
    family: URL, connection: psycopg.Connection
) -> None:
    with connect(family) as resetter:
        resetting = Reset(resetter)
        connection.execute("BEGIN; CREATE TABLE early (id int); INSERT INTO early VALUES (1)")
        with provision.connect(family) as other:
            other.execute("CREATE TABLE late (id int)")
        resetting()
        connection.execute("COMMIT")
        assert resetting().deleted == {("public", "early"): 1}


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        ({"ignoring": ["prices"]}, "rows of prices refer to people"),
        ({}, "violates foreign key constraint"),
    ],
)
def test_a_foreign_key_that_came_from_a_table_that_stays_is_noticed(
    choice: dict[str, list[str]],
    reason: str,
    family: URL,
    connection: psycopg.Connection,
) -> None:
    connection.execute("CREATE TABLE prices (of int); CREATE TABLE alembic_version (of int)")
    with connect(family) as resetter:
        resetting = Reset(resetter, **choice)  # type: ignore[arg-type]
        resetting()
        table = "prices" if choice else "alembic_version"
        connection.execute(
            f"ALTER TABLE {table} ADD FOREIGN KEY (of) REFERENCES people;"
            f"INSERT INTO people VALUES (7); INSERT INTO {table} VALUES (7)".encode()
        )
        with pytest.raises(HarnessError, match=reason):
            resetting()
    assert rows(connection, table) == rows(connection, "people") == 1
