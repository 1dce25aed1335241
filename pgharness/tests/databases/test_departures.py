"""A database is dropped or copied as soon as the last session has left it."""

import psycopg
from sqlalchemy import URL

from pgharness.databases.departures import wait_until_left
from pgharness.servers import provision


def test_a_session_that_stays_is_not_waited_for_without_end(
    admin: psycopg.Connection, marked: URL
) -> None:
    with provision.connect(marked):
        assert not wait_until_left(admin, str(marked.database), patience=0)


def test_a_session_that_was_closed_is_waited_for(admin: psycopg.Connection, marked: URL) -> None:
    provision.connect(marked).close()
    assert wait_until_left(admin, str(marked.database), patience=10)
    assert (
        admin.execute("SELECT FROM pg_stat_activity WHERE datname = %s", [marked.database]).rowcount
        == 0
    )


def test_the_session_that_asks_does_not_wait_for_itself(admin: psycopg.Connection) -> None:
    assert wait_until_left(admin, admin.info.dbname, patience=10)
