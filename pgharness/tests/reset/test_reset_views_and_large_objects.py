"""A reset refreshes materialized views and removes large objects; a scope puts them back."""

from typing import Final

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL

from pgharness.isolation.snapshots import Snapshot
from pgharness.reset.reset import Reset, connect, reset
from resetting import refused, rows

VIEWS: Final = """
    CREATE MATERIALIZED VIEW a_number AS SELECT 0 AS number WITH NO DATA;
    CREATE MATERIALIZED VIEW names AS SELECT id FROM people;
    CREATE UNIQUE INDEX ON names (id);
    CREATE VIEW between AS SELECT id FROM names;
    CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS number FROM between
"""
A_NUMBER: Final = ("public", "a_number")
NAMES: Final = ("public", "names")
COUNTED: Final = ("public", "counted")

WITH_TEXT: Final = """
    CREATE TABLE people (id serial PRIMARY KEY, name text);
    CREATE MATERIALIZED VIEW names AS SELECT name FROM people;
"""
"""A view with text has a TOAST table, which a refresh replaces by another one."""


def counted(connection: psycopg.Connection) -> tuple[int, int]:
    """Return how many rows one view has, and how many the other one has counted."""
    (number,) = connection.execute("SELECT number FROM counted").fetchone() or (-1,)
    return rows(connection, "names"), number


@pytest.mark.parametrize("how", ["", "CONCURRENTLY"])
def test_materialized_views_are_as_if_nothing_had_been_stored(
    how: str, family: URL, connection: psycopg.Connection
) -> None:
    connection.execute(VIEWS)
    with connect(family) as resetter:
        resetting = Reset(resetter)
        assert counted(connection) == (1, 1)
        assert resetting().refreshed == (NAMES, COUNTED)
        assert counted(connection) == (0, 0)
        assert str(resetting()).endswith("nothing was dirty")
        connection.execute("INSERT INTO people DEFAULT VALUES")
        assert resetting().refreshed == (), "they have not been filled since"
        connection.execute("INSERT INTO people DEFAULT VALUES")
        connection.execute(f"REFRESH MATERIALIZED VIEW {how} names".encode())
        assert counted(connection) == (1, 0)
        connection.execute("DELETE FROM people")
        assert resetting().refreshed == (NAMES, COUNTED)
        assert counted(connection) == (0, 0)
        assert resetting().refreshed == ()
        connection.execute("REFRESH MATERIALIZED VIEW a_number")
        assert resetting().refreshed == (A_NUMBER, NAMES, COUNTED)


def test_a_choice_of_tables_refreshes_what_may_show_them(
    family: URL, connection: psycopg.Connection
) -> None:
    connection.execute(VIEWS)
    connection.execute("INSERT INTO a_child VALUES (NULL)")
    with connect(family) as resetter:
        resetting = Reset(resetter, ignoring=["a_child"])
        for _ in range(2):
            connection.execute("INSERT INTO people DEFAULT VALUES")
            assert resetting().refreshed == (NAMES, COUNTED)
            assert counted(connection) == (0, 0)
        assert resetting().refreshed == ()


def test_a_view_that_cannot_be_refreshed_refuses_the_reset(
    family: URL, connection: psycopg.Connection
) -> None:
    connection.execute(
        "CREATE MATERIALIZED VIEW shares AS SELECT 1 / count(*) AS share FROM people"
    )
    with refused(connection, "division by zero"):
        reset(family)


def test_large_objects_go_with_all_tables_and_with_no_choice_of_them(
    family: URL, connection: psycopg.Connection
) -> None:
    connection.execute("SELECT lo_from_bytea(0, 'kept'), lo_from_bytea(0, 'kept too')")
    assert reset(family, only=["people"], with_dependents=True).unlinked == 0
    assert reset(family, ignoring=["people"]).unlinked == 0
    found = reset(family)
    assert found.unlinked == 2
    assert str(found).endswith("unlinked 2 large objects")
    assert connection.execute("SELECT FROM pg_largeobject_metadata").rowcount == 0


def test_a_large_object_of_another_role_refuses_the_reset(
    family: URL, connection: psycopg.Connection, owner: psycopg.Connection
) -> None:
    assert family.database == connection.info.dbname
    connection.execute(
        "ALTER TABLE people OWNER TO an_owner; ALTER TABLE a_child OWNER TO an_owner"
    )
    (number,) = connection.execute("SELECT lo_from_bytea(0, 'kept')").fetchone() or (0,)
    with refused(connection, f"must be owner of large object {number}"):
        Reset(owner)()
    assert connection.execute("SELECT FROM pg_largeobject_metadata").rowcount == 1


def test_a_scope_puts_views_and_large_objects_back(
    family: URL, connection: psycopg.Connection
) -> None:
    assert family.database == connection.info.dbname
    connection.execute(VIEWS)
    kept = sql.SQL("SELECT lo_from_bytea(7001, 'kept'), lo_from_bytea(7002, 'kept too')")
    connection.execute(kept)
    before = Snapshot.take(connection)
    connection.execute("INSERT INTO people DEFAULT VALUES")
    connection.execute("REFRESH MATERIALIZED VIEW names")
    connection.execute("REFRESH MATERIALIZED VIEW counted")
    connection.execute("SELECT lo_unlink(7001), lo_put(7002, 0, 'lost'), lo_from_bytea(0, 'new')")
    assert len(before.differences(connection)) == 5
    before.put_back(connection)
    assert Snapshot.take(connection) == before
    assert counted(connection) == (1, 1)


def test_a_refresh_is_not_taken_for_a_change_of_the_schema(
    marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(WITH_TEXT)
    with connect(marked) as emptier:
        resetting = Reset(emptier)
        refreshed, plans = [], set()
        for _ in range(3):
            connection.execute("INSERT INTO people (name) VALUES ('Ada')")
            connection.execute("REFRESH MATERIALIZED VIEW names")
            refreshed.append(resetting().refreshed)
            plans.add(resetting._execution.sql)
        assert refreshed == [(("public", "names"),)] * 3
        assert len(plans) == 1
        assert resetting().refreshed == ()
