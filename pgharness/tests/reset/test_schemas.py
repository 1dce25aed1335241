"""A database of any schema is emptied, copied and put back as it was."""

import psycopg
import pytest
from sqlalchemy import URL

import inventory
import schemas
from pgharness.isolation.snapshots import Snapshot
from pgharness.reset.reset import reset


@pytest.mark.parametrize("name", schemas.ALL)
def test_a_reset_empties_it(name: str, marked: URL, connection: psycopg.Connection) -> None:
    connection.execute(schemas.ALL[name])
    assert any(inventory.rows_of(connection).values())
    reset(marked)
    assert not any(inventory.rows_of(connection).values())
    assert not inventory.moved(connection)
    assert connection.execute("SELECT FROM pg_largeobject_metadata").rowcount == 0


@pytest.mark.parametrize("name", schemas.ALL)
def test_a_snapshot_is_put_back_after_a_reset(
    name: str, marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(schemas.ALL[name])
    before = inventory.contents(connection)
    taken = Snapshot.take(connection)
    reset(marked)
    assert taken.differences(connection)
    taken.put_back(connection)
    assert inventory.contents(connection) == before
    assert taken.differences(connection) == []
    assert connection.execute("SELECT FROM pg_largeobject_metadata").rowcount == len(taken.objects)
