"""Triggers and policies: a reset does all of it or nothing, and says what kept it from it."""

from typing import Final

import psycopg
import pytest
from sqlalchemy import URL

import inventory
from pgharness.core.errors import HarnessError
from pgharness.reset.reset import Reset, connect, reset
from resetting import assert_initial, done, emptied, refused

CHAIN: Final = """
    CREATE TABLE people (id serial PRIMARY KEY);
    CREATE TABLE history (id serial PRIMARY KEY, of int REFERENCES people);
    CREATE TABLE tasks (id serial PRIMARY KEY, of int REFERENCES history);
    INSERT INTO people SELECT nextval('people_id_seq') FROM generate_series(1, 2);
    INSERT INTO history (of) VALUES (1), (2);
    INSERT INTO tasks (of) VALUES (1), (2);
"""
"""Each table has two rows."""

JOURNAL: Final = """
    CREATE TABLE people (id serial PRIMARY KEY);
    CREATE TABLE notes (id serial PRIMARY KEY, text text);
    INSERT INTO people SELECT nextval('people_id_seq') FROM generate_series(1, 2);
"""

FORBIDS: Final = "RAISE EXCEPTION 'history is kept'"
KEEPS: Final = "RETURN NULL"
WRITES: Final = "INSERT INTO notes (text) VALUES (TG_TABLE_NAME); RETURN OLD"

FORBIDDEN: Final = "history is kept); check the trigger keeper of history"


def watch(connection: psycopg.Connection, table: str, does: str, enable: str = "ENABLE") -> None:
    """Give a table a trigger `keeper` that does something before a row is deleted."""
    connection.execute(
        f"""
        CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {does}; END $$;
        CREATE TRIGGER keeper BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION keep();
        ALTER TABLE {table} {enable} TRIGGER keeper
        """.encode()
    )


def test_a_trigger_that_is_not_always_enabled_does_not_fire(
    marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(CHAIN)
    watch(connection, "history", FORBIDS)
    done(lambda: reset(marked))
    assert_initial(connection)


def test_a_trigger_that_is_always_enabled_may_refuse_the_reset(
    marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(CHAIN)
    watch(connection, "history", FORBIDS, "ENABLE ALWAYS")
    with refused(connection, FORBIDDEN):
        reset(marked)


def test_a_trigger_may_refuse_a_role_that_cannot_switch_triggers_off(
    owner: psycopg.Connection, connection: psycopg.Connection
) -> None:
    owner.execute(CHAIN)
    watch(owner, "history", FORBIDS)
    with refused(connection, FORBIDDEN):
        Reset(owner)()


def test_triggers_fire_where_some_rows_stay_because_foreign_keys_must_be_checked(
    marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(CHAIN)
    connection.execute("UPDATE tasks SET of = NULL")
    watch(connection, "history", FORBIDS)
    with refused(connection, FORBIDDEN):
        reset(marked, only="history")


def test_only_the_triggers_that_would_fire_are_named(
    marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(CHAIN)
    watch(connection, "history", FORBIDS, "ENABLE ALWAYS")
    connection.execute(
        """
        CREATE TRIGGER a_copy BEFORE DELETE ON history FOR EACH ROW EXECUTE FUNCTION keep();
        CREATE TRIGGER b_copy BEFORE UPDATE ON history FOR EACH ROW EXECUTE FUNCTION keep();
        CREATE TRIGGER c_copy BEFORE DELETE ON history FOR EACH ROW EXECUTE FUNCTION keep();
        CREATE TRIGGER d_copy BEFORE TRUNCATE ON history EXECUTE FUNCTION keep();
        CREATE RULE e_rule AS ON DELETE TO history DO ALSO SELECT 1;
        ALTER TABLE history DISABLE TRIGGER a_copy;
        ALTER TABLE history ENABLE ALWAYS TRIGGER b_copy;
        ALTER TABLE history ENABLE REPLICA TRIGGER d_copy;
        ALTER TABLE history ENABLE ALWAYS RULE e_rule;
        """
    )
    with pytest.raises(HarnessError) as refusal:
        reset(marked)
    _, _, named = str(refusal.value).partition("; check ")
    assert named == (
        "the rule e_rule of history, the trigger d_copy of history, the trigger keeper of history."
    )


def test_rows_that_a_trigger_keeps_silently_are_noticed(
    marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(CHAIN)
    connection.execute("UPDATE history SET of = NULL")
    watch(connection, "history", KEEPS, "ENABLE ALWAYS")
    reason = "still there: 2 rows in history; check the trigger keeper of history"
    with refused(connection, reason):
        reset(marked)


def test_rows_that_a_trigger_writes_elsewhere_are_deleted_too(
    marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(JOURNAL)
    watch(connection, "people", WRITES, "ENABLE ALWAYS")
    found = done(lambda: reset(marked))
    assert found.deleted == {("public", "people"): 2, ("public", "notes"): 2}
    assert_initial(connection)
    assert inventory.draw(connection, ("public", "notes_id_seq")) == 1


def test_rows_that_triggers_write_back_and_forth_are_refused(
    marked: URL, connection: psycopg.Connection
) -> None:
    """Each deleted note leaves another one: no number of deletions would be enough."""
    connection.execute(JOURNAL)
    connection.execute("INSERT INTO notes DEFAULT VALUES")
    watch(connection, "notes", WRITES, "ENABLE ALWAYS")
    with refused(connection, "still there: 1 row in notes and the sequence notes_id_seq (next is "):
        reset(marked)


def test_all_that_a_trigger_writes_is_counted(family: URL, connection: psycopg.Connection) -> None:
    connection.execute(
        """
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN INSERT INTO a_child VALUES (NULL), (NULL); RETURN OLD; END $$;
        CREATE TRIGGER noting AFTER DELETE ON people FOR EACH ROW EXECUTE FUNCTION note();
        ALTER TABLE people ENABLE ALWAYS TRIGGER noting;
        INSERT INTO a_child VALUES (1)
        """
    )
    assert reset(family).deleted == {("public", "people"): 1, ("public", "a_child"): 3}


@pytest.mark.parametrize("hidden_from", ["a role with all privileges", "the owner"])
def test_a_role_from_which_policies_hide_rows_is_refused(
    hidden_from: str, owner: psycopg.Connection, connection: psycopg.Connection
) -> None:
    """It would see an empty table, and leave the rows there."""
    if hidden_from == "the owner":
        owner.execute(CHAIN)
        owner.execute("ALTER TABLE tasks FORCE ROW LEVEL SECURITY")
    else:
        connection.execute(CHAIN)
        connection.execute(
            "GRANT ALL ON ALL TABLES IN SCHEMA public TO an_owner;"
            "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO an_owner"
        )
    connection.execute("ALTER TABLE tasks ENABLE ROW LEVEL SECURITY")
    with refused(connection, "row-level security"):
        Reset(owner)()


def test_policies_hide_no_rows_from_a_superuser(
    marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(CHAIN)
    connection.execute(
        "ALTER TABLE history ENABLE ROW LEVEL SECURITY;ALTER TABLE history FORCE ROW LEVEL SECURITY"
    )
    with connect(marked) as superuser:
        assert emptied(connection, Reset(superuser)) == {"people", "history", "tasks"}
