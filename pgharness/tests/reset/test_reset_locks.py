"""A reset does not wait for a lock without end; it says who holds it, and leaves all as it was."""

from concurrent.futures import ThreadPoolExecutor
from typing import Final

import psycopg
import pytest
from sqlalchemy import URL

from pgharness.core.errors import HarnessError
from pgharness.core.waiting import cancel_when_waiting
from pgharness.reset import function
from pgharness.reset.reset import Reset, connect, reset
from pgharness.servers import provision
from resetting import refused, rows

SOON: Final = "50ms"

WAITING: Final = """
    CREATE TABLE notes (id serial PRIMARY KEY);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO notes DEFAULT VALUES; RETURN OLD; END $$;
    CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN OLD; END $$;
    CREATE TRIGGER noting BEFORE DELETE ON people FOR EACH ROW EXECUTE FUNCTION note();
    CREATE TRIGGER waiting BEFORE DELETE ON notes FOR EACH ROW EXECUTE FUNCTION wait();
    ALTER TABLE people ENABLE ALWAYS TRIGGER noting;
    ALTER TABLE notes ENABLE ALWAYS TRIGGER waiting;
    CREATE SEQUENCE a;
    CREATE SEQUENCE z;
    SELECT nextval('a'), nextval('z')
"""
"""Each deleted row of `people` leaves a note, and no note is deleted without the lock 7."""


def test_a_connection_that_holds_a_table_is_named_after_a_timeout(
    family: URL, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(function, "LOCK_TIMEOUT", SOON)
    with provision.connect(family) as holder, holder.transaction():
        holder.execute("SELECT FROM people FOR UPDATE")
        holder.execute("SET application_name = 'Ada''s'")
        named = f"the connection {holder.info.backend_pid} (Ada's, idle in transaction)"
        with refused(connection, f"its tables are locked by {named} "):
            reset(family)


def test_a_prepared_transaction_that_holds_a_table_is_named(
    family: URL, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(function, "LOCK_TIMEOUT", SOON)
    connection.execute("BEGIN; SELECT FROM people FOR UPDATE; PREPARE TRANSACTION 'Ada''s'")
    try:
        with pytest.raises(HarnessError) as refusal:
            reset(family)
    finally:
        connection.execute("ROLLBACK PREPARED 'Ada''s'")
    said = "its tables are locked by the prepared transaction 'Ada''s' (canceling statement"
    assert said in str(refusal.value), str(refusal.value)
    assert rows(connection, "people") == 1


@pytest.mark.parametrize(
    "hold",
    [
        "BEGIN; ALTER SEQUENCE a INCREMENT 2",
        "BEGIN; ALTER SEQUENCE z INCREMENT 2",
        "SELECT pg_advisory_lock(7)",
    ],
    ids=["for the first sequence", "for the last sequence", "in a trigger"],
)
def test_a_reset_that_waits_too_long_leaves_everything_as_it_was(
    hold: str, family: URL, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By then rows are deleted, and `notes_id_seq` has moved."""
    monkeypatch.setattr(function, "LOCK_TIMEOUT", SOON)
    connection.execute(WAITING)
    with provision.connect(family) as holder:
        holder.execute(hold.encode())
        with refused(connection, "(canceling statement due to lock timeout)"):
            reset(family)
        holder.rollback()


def test_a_canceled_reset_leaves_everything_as_it_was(
    family: URL, connection: psycopg.Connection, admin: psycopg.Connection
) -> None:
    """By then rows are deleted, and `people_id_seq` is restarted."""
    connection.execute(WAITING)
    with (
        provision.connect(family) as holder,
        connect(family) as resetter,
        ThreadPoolExecutor() as pool,
    ):
        holder.execute("SELECT pg_advisory_lock(7)")
        reason = "it was broken off (canceling statement due to user request)"
        with refused(connection, reason):
            outcome = pool.submit(Reset(resetter))
            cancel_when_waiting(admin, lambda: resetter.info.backend_pid)
            outcome.result()


def test_a_reset_waits_for_the_same_lock_only_once(
    family: URL, connection: psycopg.Connection, admin: psycopg.Connection
) -> None:
    """A second wait would last until the lock timeout: the statement is canceled only once."""
    connection.execute(WAITING)
    with (
        provision.connect(family) as holder,
        connect(family) as resetter,
        ThreadPoolExecutor() as pool,
    ):
        holder.execute("BEGIN; ALTER SEQUENCE a INCREMENT 2")
        with refused(connection, "(canceling statement due to user request)"):
            outcome = pool.submit(Reset(resetter))
            cancel_when_waiting(admin, lambda: resetter.info.backend_pid)
            outcome.result()
        holder.rollback()
