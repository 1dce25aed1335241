"""A reset sends each sequence that has moved back to where it began, of whichever kind it is."""

from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL

import inventory
import schemas
from pgharness.reset.reset import reset
from pgharness.servers import provision


@dataclass(frozen=True)
class Kind:
    """A sequence: how it is made, how many values are drawn from it, and its first one."""

    definition: str
    drawn: int
    first: int


KINDS = {
    "an identity": Kind(
        "CREATE TABLE {table} (id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME {name} START 7))",
        drawn=2,
        first=7,
    ),
    "a serial": Kind(
        "CREATE TABLE {table} (id serial); ALTER SEQUENCE {table_id_seq} RENAME TO {name}",
        drawn=2,
        first=1,
    ),
    "owned by a column": Kind(
        "CREATE TABLE {table} (id int); CREATE SEQUENCE {name} START 20 OWNED BY {table}.id",
        drawn=2,
        first=20,
    ),
    "of no table": Kind("CREATE SEQUENCE {name} START 100", drawn=2, first=100),
    "only its first value drawn": Kind("CREATE SEQUENCE {name} START 100", drawn=1, first=100),
    "in steps of 5": Kind("CREATE SEQUENCE {name} START 10 INCREMENT 5", drawn=3, first=10),
    "downwards": Kind("CREATE SEQUENCE {name} INCREMENT -1", drawn=4, first=-1),
    "downwards from between its limits": Kind(
        "CREATE SEQUENCE {name} INCREMENT -10 MINVALUE 0 MAXVALUE 90 START 50", drawn=2, first=50
    ),
    "from below zero": Kind("CREATE SEQUENCE {name} MINVALUE -5 START -5", drawn=2, first=-5),
    "at the end of its cycle": Kind("CREATE SEQUENCE {name} MAXVALUE 3 CYCLE", drawn=3, first=1),
    "come round to its start": Kind("CREATE SEQUENCE {name} MAXVALUE 3 CYCLE", drawn=4, first=1),
    "exhausted": Kind("CREATE SEQUENCE {name} MAXVALUE 3", drawn=3, first=1),
    "a smallint": Kind(
        "CREATE SEQUENCE {name} AS smallint MAXVALUE 32767 START 32000", drawn=2, first=32000
    ),
    "at the highest bigint": Kind(
        "CREATE SEQUENCE {name} START 9223372036854775807", drawn=1, first=9223372036854775807
    ),
    "cached": Kind("CREATE SEQUENCE {name} CACHE 20", drawn=2, first=1),
}


def make(connection: psycopg.Connection, kind: Kind, name: str) -> None:
    """Make a sequence, and draw values from it."""
    connection.execute(
        sql.SQL(kind.definition).format(
            name=sql.Identifier(name),
            table=sql.Identifier(f"of_{name}"),
            table_id_seq=sql.Identifier(f"of_{name}_id_seq"),
        )
    )
    for _ in range(kind.drawn):
        inventory.draw(connection, ("public", name))


@pytest.mark.parametrize("kind", KINDS)
def test_a_sequence_restarts(kind: str, marked: URL, connection: psycopg.Connection) -> None:
    make(connection, KINDS[kind], "numbers")
    assert reset(marked).restarted == (("public", "numbers"),)
    assert not inventory.moved(connection)
    with provision.connect(marked) as another:
        assert inventory.draw(another, ("public", "numbers")) == KINDS[kind].first


def test_sequences_of_all_kinds_restart_at_once(
    marked: URL, connection: psycopg.Connection
) -> None:
    for name, kind in KINDS.items():
        make(connection, kind, name)
    reset(marked)
    with provision.connect(marked) as another:
        next_values = {name: inventory.draw(another, ("public", name)) for name in KINDS}
    assert next_values == {name: kind.first for name, kind in KINDS.items()}


def test_a_sequence_that_was_only_set_is_set_back(
    marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute("CREATE SEQUENCE tickets START 100")
    inventory.put(connection, ("public", "tickets"), 500)
    reset(marked)
    with provision.connect(marked) as another:
        assert inventory.draw(another, ("public", "tickets")) == 100


def test_values_that_open_connections_have_cached_are_forgotten(
    marked: URL, connection: psycopg.Connection
) -> None:
    tickets = ("public", "tickets")
    connection.execute("CREATE SEQUENCE tickets CACHE 20")
    with provision.connect(marked) as another:
        before = [inventory.draw(each, tickets) for each in (connection, another, connection)]
        assert before == [1, 21, 2]
        reset(marked)
        after = [inventory.draw(each, tickets) for each in (connection, another, connection)]
    assert after == before


RECEIPTS = f"""
    {schemas.FAMILY}
    CREATE SEQUENCE receipts START 100;
    SELECT nextval('receipts');
"""
"""Two tables, and a sequence that belongs to neither and has moved."""


def test_only_a_sequence_that_has_moved_is_restarted(
    marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(RECEIPTS)
    reset(marked)
    inventory.draw(connection, ("public", "receipts"))
    before = inventory.positions(connection)
    assert reset(marked).restarted == (("public", "receipts"),)
    assert inventory.positions(connection) == {**before, "public.receipts": (100, False)}


def test_a_choice_restarts_only_the_sequences_of_its_tables(
    marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(RECEIPTS)
    before = inventory.positions(connection)
    assert reset(marked, only="tasks").restarted == (("public", "tasks_id_seq"),)
    assert inventory.positions(connection) == {**before, "public.tasks_id_seq": (1, False)}
    assert inventory.draw(connection, ("public", "people_id_seq")) == 3
