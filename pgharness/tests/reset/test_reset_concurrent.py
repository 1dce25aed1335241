"""A reset while other connections work in the same database."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import psycopg
import pytest
from sqlalchemy import URL

import inventory
from pgharness.core.errors import HarnessError
from pgharness.core.waiting import wait_for, waits
from pgharness.reset import function
from pgharness.reset.execute import ResetReport
from pgharness.reset.reset import Reset, connect
from pgharness.servers import provision
from resetting import rows

PEOPLE_IDS: Final = ("public", "people_id_seq")


@pytest.fixture
def resetter(family: URL) -> Iterator[psycopg.Connection]:
    """The connection of the resets, with triggers off."""
    with connect(family) as connection:
        yield connection


@pytest.fixture
def while_it_waits(
    resetter: psycopg.Connection, admin: psycopg.Connection
) -> Iterator[Callable[..., ResetReport | HarnessError]]:
    """Do something while a reset waits for a lock; then return what it did, or its refusal."""
    with ThreadPoolExecutor() as pool:

        def result(resetting: Reset, do: Callable[[], object]) -> ResetReport | HarnessError:
            outcome = pool.submit(resetting)
            pid = resetter.info.backend_pid
            wait_for(lambda: waits(admin, pid) or None, "it never waited")
            do()
            refusal = outcome.exception(timeout=30)
            if refusal is None:
                return outcome.result()
            assert isinstance(refusal, HarnessError), repr(refusal)
            return refusal

        yield result


def in_another(database: URL, *statements: str) -> None:
    """Execute statements in a connection of their own."""
    with provision.connect(database) as other:
        for statement in statements:
            other.execute(statement.encode())


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read"])
@pytest.mark.parametrize("made", ["before", "after"])
def test_a_row_that_is_committed_during_a_reset_does_not_dangle(
    isolation: str,
    made: str,
    connection: psycopg.Connection,
    resetter: psycopg.Connection,
    while_it_waits: Callable[..., ResetReport | HarnessError],
) -> None:
    resetting = Reset(resetter)
    if made == "before":
        resetting()
        connection.execute("INSERT INTO people DEFAULT VALUES")
    resetter.execute(f"SET default_transaction_isolation = '{isolation}'".encode())
    connection.execute("BEGIN; INSERT INTO a_child VALUES (1)")
    ended = while_it_waits(resetting, lambda: connection.execute("COMMIT"))
    assert rows(connection, "a_child") <= rows(connection, "people")
    assert isinstance(ended, ResetReport) == (isolation == "read committed"), ended


def test_a_row_of_a_table_that_is_created_during_a_reset_does_not_dangle(
    family: URL,
    connection: psycopg.Connection,
    resetter: psycopg.Connection,
    while_it_waits: Callable[..., ResetReport | HarnessError],
) -> None:
    connection.execute("INSERT INTO a_child VALUES (1)")
    connection.execute("BEGIN; SELECT FROM a_child FOR UPDATE")

    def create() -> None:
        in_another(
            family,
            "CREATE TABLE late (of int REFERENCES people)",
            "INSERT INTO late VALUES (1)",
        )
        connection.execute("ROLLBACK")

    ended = while_it_waits(Reset(resetter), create)
    assert isinstance(ended, HarnessError), ended
    assert "is changing its tables" in str(ended)
    assert rows(connection, "late") == rows(connection, "people") == 1


def test_a_number_drawn_during_a_reset_that_is_refused_is_not_given_out_again(
    family: URL,
    connection: psycopg.Connection,
    resetter: psycopg.Connection,
    while_it_waits: Callable[..., ResetReport | HarnessError],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(function, "LOCK_TIMEOUT", "500ms")
    connection.execute("INSERT INTO a_child VALUES (1)")
    connection.execute("BEGIN; SELECT FROM a_child FOR UPDATE")
    draw = "INSERT INTO people DEFAULT VALUES"
    ended = while_it_waits(Reset(resetter), lambda: in_another(family, draw))
    assert f"its tables are locked by the connection {connection.info.backend_pid} " in str(ended)
    assert inventory.draw(connection, PEOPLE_IDS) == 3


def test_a_sequence_is_put_back_to_where_other_connections_left_it(
    family: URL,
    connection: psycopg.Connection,
    resetter: psycopg.Connection,
    while_it_waits: Callable[..., ResetReport | HarnessError],
) -> None:
    connection.execute(
        """
        CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
        CREATE TRIGGER keeper BEFORE DELETE ON people FOR EACH ROW EXECUTE FUNCTION keep();
        ALTER TABLE people ENABLE ALWAYS TRIGGER keeper;
        INSERT INTO a_child VALUES (1)
        """
    )
    connection.execute("BEGIN; SELECT FROM a_child FOR UPDATE")

    def draw() -> None:
        in_another(family, "SELECT nextval('people_id_seq')")
        connection.execute("ROLLBACK")

    ended = while_it_waits(Reset(resetter), draw)
    assert "still there: 1 row in people" in str(ended)
    assert inventory.draw(connection, PEOPLE_IDS) == 3


def test_a_number_drawn_after_a_restart_is_noticed_at_the_end(
    family: URL,
    connection: psycopg.Connection,
    resetter: psycopg.Connection,
    while_it_waits: Callable[..., ResetReport | HarnessError],
) -> None:
    connection.execute("CREATE SEQUENCE the_last; SELECT nextval('the_last')")
    connection.execute("BEGIN; ALTER SEQUENCE the_last INCREMENT 2")

    def draw() -> None:
        in_another(family, "SELECT nextval('people_id_seq')")
        connection.execute("ROLLBACK")

    ended = while_it_waits(Reset(resetter), draw)
    assert isinstance(ended, ResetReport), ended
    assert inventory.draw(connection, PEOPLE_IDS) == 1


def test_rows_that_were_not_chosen_are_not_lost_to_a_cascade(
    connection: psycopg.Connection,
    resetter: psycopg.Connection,
    while_it_waits: Callable[..., ResetReport | HarnessError],
) -> None:
    connection.execute("CREATE TABLE notes (of int REFERENCES people ON DELETE CASCADE)")
    connection.execute("BEGIN; INSERT INTO notes VALUES (1)")
    resetting = Reset(resetter, only=["people", "a_child"])
    ended = while_it_waits(resetting, lambda: connection.execute("COMMIT"))
    assert "rows of notes refer to people" in str(ended)
    assert rows(connection, "notes") == 1


def test_a_canceled_reset_says_so_although_the_table_is_still_locked(
    connection: psycopg.Connection,
    resetter: psycopg.Connection,
    while_it_waits: Callable[..., ResetReport | HarnessError],
) -> None:
    connection.execute("BEGIN; LOCK TABLE people IN ACCESS EXCLUSIVE MODE")
    ended = while_it_waits(Reset(resetter), resetter.cancel_safe)
    connection.execute("ROLLBACK")
    assert "it was broken off" in str(ended)
