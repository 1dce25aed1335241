"""Reset, while others work in the same database, and after they have changed it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import URL

from pgharness.core.errors import HarnessError
from pgharness.core.waiting import wait_for, waits
from pgharness.reset import function
from pgharness.reset.execute import Done
from pgharness.reset.reset import Reset, connect, reset
from pgharness.servers import provision
from tests.conftest import rows

Meanwhile = Callable[[Callable[[], object]], Done | HarnessError]


@pytest.fixture
def emptier(family: URL) -> Iterator[psycopg.Connection]:
    with connect(family) as connection:
        yield connection


@pytest.fixture
def while_it_waits(
    emptier: psycopg.Connection, admin: psycopg.Connection
) -> Iterator[Callable[..., Done | HarnessError]]:
    """Do something while a reset waits for somebody; then return what came of the reset."""
    with ThreadPoolExecutor() as pool:

        def meanwhile(resetting: Reset, do: Callable[[], object]) -> Done | HarnessError:
            outcome = pool.submit(resetting)
            pid = emptier.info.backend_pid
            wait_for(lambda: waits(admin, pid) or None, "it never waited")
            do()
            refusal = outcome.exception(timeout=30)
            if refusal is None:
                return outcome.result()
            assert isinstance(refusal, HarnessError), repr(refusal)
            return refusal

        yield meanwhile


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read"])
@pytest.mark.parametrize("made", ["before", "after"])
def test_what_is_stored_meanwhile_does_not_dangle(
    isolation: str,
    made: str,
    somebody: psycopg.Connection,
    emptier: psycopg.Connection,
    while_it_waits: Callable[..., Done | HarnessError],
) -> None:
    resetting = Reset(emptier)
    if made == "before":
        resetting()
        somebody.execute("INSERT INTO people DEFAULT VALUES")
    emptier.execute(f"SET default_transaction_isolation = '{isolation}'".encode())
    somebody.execute("BEGIN; INSERT INTO a_child VALUES (1)")
    ended = while_it_waits(resetting, lambda: somebody.execute("COMMIT"))
    assert rows(somebody, "a_child") <= rows(somebody, "people")
    assert isinstance(ended, Done) == (isolation == "read committed"), ended


def test_a_table_that_comes_meanwhile_does_not_dangle(
    family: URL,
    somebody: psycopg.Connection,
    emptier: psycopg.Connection,
    while_it_waits: Callable[..., Done | HarnessError],
) -> None:
    somebody.execute("INSERT INTO a_child VALUES (1)")
    somebody.execute("BEGIN; SELECT FROM a_child FOR UPDATE")

    def somebody_else_needs_people() -> None:
        with provision.connect(family) as other:
            other.execute("CREATE TABLE late (of int REFERENCES people)")
            other.execute("INSERT INTO late VALUES (1)")
        somebody.execute("ROLLBACK")

    ended = while_it_waits(Reset(emptier), somebody_else_needs_people)
    assert "somebody changes its tables meanwhile" in str(ended)
    assert rows(somebody, "late") == rows(somebody, "people") == 1


def test_numbers_that_others_draw_meanwhile_are_not_given_out_again(
    family: URL,
    somebody: psycopg.Connection,
    emptier: psycopg.Connection,
    while_it_waits: Callable[..., Done | HarnessError],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(function, "LOCK_TIMEOUT", "500ms")
    somebody.execute("INSERT INTO a_child VALUES (1)")
    somebody.execute("BEGIN; SELECT FROM a_child FOR UPDATE")

    def somebody_else_draws() -> None:
        with provision.connect(family) as other:
            other.execute("INSERT INTO people DEFAULT VALUES")

    ended = while_it_waits(Reset(emptier), somebody_else_draws)
    assert f"its tables are locked by the connection {somebody.info.backend_pid} " in str(ended)
    drawn = somebody.execute("SELECT nextval('people_id_seq')").fetchone()
    assert drawn == (3,)


def test_a_sequence_comes_back_to_where_others_have_left_it(
    family: URL,
    somebody: psycopg.Connection,
    emptier: psycopg.Connection,
    while_it_waits: Callable[..., Done | HarnessError],
) -> None:
    somebody.execute(
        """
        CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
        CREATE TRIGGER keeper BEFORE DELETE ON people FOR EACH ROW EXECUTE FUNCTION keep();
        ALTER TABLE people ENABLE ALWAYS TRIGGER keeper;
        INSERT INTO a_child VALUES (1)
        """
    )
    somebody.execute("BEGIN; SELECT FROM a_child FOR UPDATE")

    def somebody_else_draws() -> None:
        with provision.connect(family) as other:
            other.execute("SELECT nextval('people_id_seq')")
        somebody.execute("ROLLBACK")

    ended = while_it_waits(Reset(emptier), somebody_else_draws)
    assert "still there: 1 row in people" in str(ended)
    assert somebody.execute("SELECT nextval('people_id_seq')").fetchone() == (3,)


def test_numbers_drawn_after_a_restart_are_seen_at_the_end(
    family: URL,
    somebody: psycopg.Connection,
    emptier: psycopg.Connection,
    while_it_waits: Callable[..., Done | HarnessError],
) -> None:
    somebody.execute("CREATE SEQUENCE the_last; SELECT nextval('the_last')")
    somebody.execute("BEGIN; ALTER SEQUENCE the_last INCREMENT 2")

    def somebody_else_draws() -> None:
        with provision.connect(family) as other:
            other.execute("SELECT nextval('people_id_seq')")
        somebody.execute("ROLLBACK")

    ended = while_it_waits(Reset(emptier), somebody_else_draws)
    assert isinstance(ended, Done), ended
    assert somebody.execute("SELECT nextval('people_id_seq')").fetchone() == (1,)


def test_rows_that_were_not_chosen_are_not_lost_to_a_cascade(
    somebody: psycopg.Connection,
    emptier: psycopg.Connection,
    while_it_waits: Callable[..., Done | HarnessError],
) -> None:
    somebody.execute("CREATE TABLE notes (of int REFERENCES people ON DELETE CASCADE)")
    somebody.execute("BEGIN; INSERT INTO notes VALUES (1)")
    resetting = Reset(emptier, only=["people", "a_child"])
    ended = while_it_waits(resetting, lambda: somebody.execute("COMMIT"))
    assert "rows of notes refer to people" in str(ended)
    assert rows(somebody, "notes") == 1


def test_why_it_was_broken_off_is_said_though_the_table_is_still_locked(
    somebody: psycopg.Connection,
    emptier: psycopg.Connection,
    while_it_waits: Callable[..., Done | HarnessError],
) -> None:
    somebody.execute("BEGIN; LOCK TABLE people IN ACCESS EXCLUSIVE MODE")
    resetting = Reset(emptier)
    ended = while_it_waits(resetting, emptier.cancel_safe)
    assert "it was broken off" in str(ended)


def test_a_table_that_was_being_made_at_the_first_reset_is_emptied_later(
    family: URL, somebody: psycopg.Connection, emptier: psycopg.Connection
) -> None:
    resetting = Reset(emptier)
    somebody.execute("BEGIN; CREATE TABLE early (id int); INSERT INTO early VALUES (1)")
    with provision.connect(family) as other:
        other.execute("CREATE TABLE late (id int)")
    resetting()
    somebody.execute("COMMIT")
    assert resetting().deleted == {("public", "early"): 1}


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        ({"ignoring": ["prices"]}, "rows of prices refer to people"),
        ({}, "violates foreign key constraint"),
    ],
)
def test_rows_that_came_to_refer_to_what_would_go_are_noticed(
    choice: dict[str, list[str]],
    reason: str,
    somebody: psycopg.Connection,
    emptier: psycopg.Connection,
) -> None:
    somebody.execute("CREATE TABLE prices (of int); CREATE TABLE alembic_version (of int)")
    resetting = Reset(emptier, **choice)  # type: ignore[arg-type]
    resetting()
    table = "prices" if choice else "alembic_version"
    somebody.execute(
        f"ALTER TABLE {table} ADD FOREIGN KEY (of) REFERENCES people;"
        f"INSERT INTO people VALUES (7); INSERT INTO {table} VALUES (7)".encode()
    )
    with pytest.raises(HarnessError, match=reason):
        resetting()
    assert rows(somebody, table) == rows(somebody, "people") == 1


@pytest.mark.parametrize(
    "keeper", ["ASSERT false", "RAISE EXCEPTION 'kept'"], ids=["an assertion", "an error"]
)
@pytest.mark.parametrize("when", ["BEFORE", "AFTER"], ids=["at once", "when all is done"])
def test_sequences_come_back_whatever_refuses_and_whenever(
    keeper: str, when: str, family: URL, somebody: psycopg.Connection
) -> None:
    deferred = "CONSTRAINT" if when == "AFTER" else ""
    delay = "DEFERRABLE INITIALLY DEFERRED" if when == "AFTER" else ""
    somebody.execute(
        f"""
        CREATE TABLE notes (id serial PRIMARY KEY);
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN INSERT INTO notes DEFAULT VALUES; RETURN OLD; END $$;
        CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN {keeper}; RETURN OLD; END $$;
        CREATE TRIGGER noting BEFORE DELETE ON people FOR EACH ROW EXECUTE FUNCTION note();
        CREATE {deferred} TRIGGER keeping {when} DELETE ON notes {delay}
            FOR EACH ROW EXECUTE FUNCTION keep();
        ALTER TABLE people ENABLE ALWAYS TRIGGER noting;
        ALTER TABLE notes ENABLE ALWAYS TRIGGER keeping
        """.encode()
    )
    with pytest.raises(HarnessError, match="the server refused it"):
        reset(family)
    assert rows(somebody, "people") == 1
    assert somebody.execute("SELECT nextval('people_id_seq')").fetchone() == (2,)
