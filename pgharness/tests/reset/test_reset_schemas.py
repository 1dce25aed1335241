"""After a reset every table is empty, with foreign keys of any kind."""

from typing import Final

import psycopg
import pytest
from sqlalchemy import URL

import schemas
from pgharness.reset.reset import Reset, connect
from resetting import assert_initial, done, refused

AGAINST_THE_ALPHABET: Final = """
    CREATE TABLE a (id serial PRIMARY KEY);
    CREATE TABLE b (id serial PRIMARY KEY, a int NOT NULL REFERENCES a);
    CREATE TABLE c (id serial PRIMARY KEY, b int NOT NULL REFERENCES b, a int REFERENCES a);
    CREATE TABLE d (id serial PRIMARY KEY, c int NOT NULL REFERENCES c, a int REFERENCES a);
    INSERT INTO a DEFAULT VALUES;
    INSERT INTO b (a) VALUES (1);
    INSERT INTO c (b, a) VALUES (1, 1);
    INSERT INTO d (c, a) VALUES (1, 1);
"""

CYCLE_ACROSS_SCHEMAS: Final = """
    CREATE SCHEMA shop;
    CREATE SCHEMA work;
    CREATE TABLE shop.people (id serial PRIMARY KEY, task int);
    CREATE TABLE work.people (id serial PRIMARY KEY, customer int REFERENCES shop.people);
    CREATE TABLE work.tasks (id serial PRIMARY KEY,
        worker int NOT NULL REFERENCES work.people ON DELETE RESTRICT);
    CREATE TABLE public.notes (id serial PRIMARY KEY, task int NOT NULL REFERENCES work.tasks);
    INSERT INTO shop.people DEFAULT VALUES;
    INSERT INTO work.people (customer) VALUES (1);
    INSERT INTO work.tasks (worker) VALUES (1);
    INSERT INTO public.notes (task) VALUES (1);
    UPDATE shop.people SET task = 1;
    ALTER TABLE shop.people ADD FOREIGN KEY (task) REFERENCES work.tasks;
"""

TWO_CYCLES_IN_A_ROW: Final = """
    CREATE TABLE a (id serial PRIMARY KEY, b int);
    CREATE TABLE b (id serial PRIMARY KEY, a int NOT NULL REFERENCES a);
    CREATE TABLE c (id serial PRIMARY KEY, d int, a int NOT NULL REFERENCES a);
    CREATE TABLE d (id serial PRIMARY KEY, c int NOT NULL REFERENCES c);
    INSERT INTO a DEFAULT VALUES;
    INSERT INTO b (a) VALUES (1);
    INSERT INTO c (a) VALUES (1);
    INSERT INTO d (c) VALUES (1);
    UPDATE a SET b = 1;
    UPDATE c SET d = 1;
    ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;
    ALTER TABLE c ADD FOREIGN KEY (d) REFERENCES d;
"""

UNUSUAL_KEYS: Final = """
    CREATE TABLE people (country text, number int, email text UNIQUE,
        PRIMARY KEY (country, number));
    CREATE TABLE tasks (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), number int, country text,
        email text NOT NULL REFERENCES people (email) ON UPDATE CASCADE,
        FOREIGN KEY (country, number) REFERENCES people MATCH FULL ON DELETE SET NULL);
    CREATE TABLE notes (of uuid DEFAULT gen_random_uuid() REFERENCES tasks ON DELETE SET DEFAULT);
    INSERT INTO people VALUES ('NL', 1, 'ada@example.org');
    INSERT INTO tasks (number, country, email) VALUES (1, 'NL', 'ada@example.org');
    INSERT INTO notes SELECT id FROM tasks;
"""

MORE: Final = {
    "parents first in the alphabet": AGAINST_THE_ALPHABET,
    "a cycle across schemas": CYCLE_ACROSS_SCHEMAS,
    "two cycles in a row": TWO_CYCLES_IN_A_ROW,
    "unusual keys": UNUSUAL_KEYS,
}
"""Those that `test_schemas.py` does not have; it resets all others as a superuser."""

ALL: Final = {**schemas.ALL, **MORE}


@pytest.mark.parametrize("schema", MORE)
def test_a_superuser_resets_all_tables(
    schema: str, marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(MORE[schema])
    with connect(marked) as resetting:
        done(Reset(resetting))
    assert_initial(connection)


@pytest.mark.parametrize("schema", ALL)
def test_the_owner_of_all_tables_resets_them_without_any_other_right(
    schema: str, owner: psycopg.Connection, connection: psycopg.Connection
) -> None:
    owner.execute(ALL[schema])
    found = done(Reset(owner))
    assert found.deleted, "there was nothing to delete"
    assert_initial(connection)


def test_rows_go_again_and_again(marked: URL, connection: psycopg.Connection) -> None:
    connection.execute(schemas.FAMILY)
    with connect(marked) as resetting:
        reset = Reset(resetting)
        for _ in range(3):
            done(reset)
            assert_initial(connection)
            connection.execute("INSERT INTO people DEFAULT VALUES; INSERT INTO tasks VALUES (7, 1)")


@pytest.mark.parametrize("triggers", ["on", "off"])
def test_a_deferred_constraint_is_checked_within_the_reset(
    triggers: str, marked: URL, connection: psycopg.Connection, owner: psycopg.Connection
) -> None:
    """The version table stays: the server refuses the deletion, before a sequence is restarted."""
    owner.execute(schemas.FAMILY)
    owner.execute(
        "CREATE TABLE alembic_version (of int REFERENCES people DEFERRABLE INITIALLY DEFERRED);"
        "INSERT INTO alembic_version VALUES (1)"
    )
    with (
        refused(connection, "violates foreign key constraint"),
        connect(marked) as superuser,
    ):
        Reset(superuser if triggers == "off" else owner)()
