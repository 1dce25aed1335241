"""What a reset counts, takes along, and leaves, down to the last row."""

import psycopg
import pytest
from sqlalchemy import URL

from pgharness.core.errors import HarnessError
from pgharness.reset.catalog import Name
from pgharness.reset.plan import TRUNCATE_THRESHOLD_ROWS
from pgharness.reset.reset import connect, reset
from tests.conftest import rows

PEOPLE = ("public", "people")
CHILD = ("public", "a_child")
WORTH = TRUNCATE_THRESHOLD_ROWS[True]


@pytest.mark.parametrize(
    ("of", "number", "truncated"),
    [
        (CHILD, WORTH, ()),
        (CHILD, WORTH + 1, (CHILD,)),
        (PEOPLE, 2 * WORTH, ()),
        (PEOPLE, 2 * WORTH + 1, (CHILD, PEOPLE)),
    ],
)
def test_a_table_is_truncated_if_that_is_worth_it_for_all_that_go_with_it(
    of: Name, number: int, truncated: tuple[Name, ...], family: URL, somebody: psycopg.Connection
) -> None:
    stored = "number" if of == PEOPLE else "NULL"
    somebody.execute("DELETE FROM people")
    somebody.execute(
        f"INSERT INTO {of[1]} SELECT {stored} FROM generate_series(1, {number}) AS number".encode()
    )
    done = reset(family)
    assert done.truncated == truncated
    assert rows(somebody, "people") == rows(somebody, "a_child") == 0


def test_what_was_deleted_is_counted_to_the_last_row(
    family: URL, somebody: psycopg.Connection
) -> None:
    somebody.execute(
        "CREATE TABLE alembic_version (of int REFERENCES people);"
        "INSERT INTO people SELECT FROM generate_series(1, 4999)"
    )
    done = reset(family)
    assert (done.deleted, done.truncated) == ({("public", "people"): 5000}, ())


def test_what_a_trigger_writes_is_counted_too(family: URL, somebody: psycopg.Connection) -> None:
    somebody.execute(
        """
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN INSERT INTO a_child VALUES (NULL), (NULL); RETURN OLD; END $$;
        CREATE TRIGGER noting AFTER DELETE ON people FOR EACH ROW EXECUTE FUNCTION note();
        ALTER TABLE people ENABLE ALWAYS TRIGGER noting;
        INSERT INTO a_child VALUES (1)
        """
    )
    assert reset(family).deleted == {("public", "people"): 1, ("public", "a_child"): 3}


def test_an_empty_choice_is_not_everything(family: URL, somebody: psycopg.Connection) -> None:
    assert reset(family, only=[]).deleted == {}
    assert rows(somebody, "people") == 1


def test_the_numbers_of_what_stays_go_on(family: URL, somebody: psycopg.Connection) -> None:
    somebody.execute(
        "CREATE TABLE alembic_version (id serial); INSERT INTO alembic_version DEFAULT VALUES"
    )
    reset(family)
    drawn = somebody.execute("SELECT nextval('alembic_version_id_seq')").fetchone()
    assert drawn == (2,)


def test_what_inherits_is_a_table_of_its_own(family: URL, somebody: psycopg.Connection) -> None:
    somebody.execute("CREATE TABLE staff () INHERITS (people); INSERT INTO staff VALUES (7)")
    assert reset(family, ignoring=["staff"]).deleted == {("public", "people"): 1}
    assert rows(somebody, "staff") == 1


def test_half_a_key_refers_to_nothing(family: URL, somebody: psycopg.Connection) -> None:
    somebody.execute(
        "CREATE TABLE pairs (a int, b int, PRIMARY KEY (a, b)); INSERT INTO pairs VALUES (1, 1);"
        "CREATE TABLE needs (a int, b int, FOREIGN KEY (a, b) REFERENCES pairs);"
        "INSERT INTO needs VALUES (1, NULL)"
    )
    assert reset(family, only=["pairs"]).deleted == {("public", "pairs"): 1}
    assert rows(somebody, "needs") == 1


def test_who_needs_a_partition_needs_its_table(family: URL, somebody: psycopg.Connection) -> None:
    somebody.execute(
        "CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY LIST (id);"
        "CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1); INSERT INTO parts VALUES (1);"
        "CREATE TABLE needs (of int REFERENCES part_1); INSERT INTO needs VALUES (1)"
    )
    with pytest.raises(HarnessError, match="rows of needs refer to parts"):
        reset(family, only=["parts"])
    assert rows(somebody, "parts") == 1


@pytest.mark.parametrize(("durable", "waits_for_disk"), [(True, "on"), (False, "off")])
def test_only_a_reset_that_must_last_waits_for_the_disk(
    durable: bool,  # noqa: FBT001 (it is one)
    waits_for_disk: str,
    family: URL,
) -> None:
    with connect(family, durable=durable) as connection:
        assert connection.execute("SHOW synchronous_commit").fetchone() == (waits_for_disk,)
