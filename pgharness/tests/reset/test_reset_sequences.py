"""Where sequences are after a reset: at their start, or where they were if it was refused."""

from typing import Final

import psycopg
import pytest
from sqlalchemy import URL

import inventory
from pgharness.core.errors import HarnessError
from pgharness.isolation.snapshots import Snapshot
from pgharness.reset.reset import reset
from pgharness.reset.sequences import Position, SequenceDefinition
from resetting import rows

KEEPERS: Final = """
    CREATE TABLE notes (id serial PRIMARY KEY);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO notes DEFAULT VALUES; RETURN OLD; END $$;
    CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'kept'; END $$;
    CREATE TRIGGER noting BEFORE DELETE ON people FOR EACH ROW EXECUTE FUNCTION note();
    CREATE TRIGGER keeping AFTER DELETE ON people FOR EACH ROW EXECUTE FUNCTION keep();
    CREATE TRIGGER keeping BEFORE DELETE ON notes FOR EACH ROW EXECUTE FUNCTION keep();
    CREATE RULE noting AS ON DELETE TO people DO ALSO INSERT INTO notes DEFAULT VALUES;
    CREATE RULE keeping AS ON DELETE TO notes DO INSTEAD NOTHING;
    ALTER TABLE people DISABLE RULE noting; ALTER TABLE notes DISABLE RULE keeping
"""


@pytest.mark.parametrize("notes", ["0 CACHE 1", "2 CACHE 1", "2 CACHE 10"])
@pytest.mark.parametrize(
    "keeper",
    ["people ENABLE ALWAYS TRIGGER", "notes ENABLE ALWAYS TRIGGER", "notes ENABLE ALWAYS RULE"],
)
@pytest.mark.parametrize("writer", ["TRIGGER", "RULE"])
def test_no_sequence_stays_moved_by_a_reset_that_is_refused(
    writer: str, keeper: str, notes: str, family: URL, connection: psycopg.Connection
) -> None:
    connection.execute(KEEPERS)
    number, _, cache = notes.partition(" ")
    connection.execute(
        f"ALTER SEQUENCE notes_id_seq {cache};"
        f"INSERT INTO notes SELECT nextval('notes_id_seq') FROM generate_series(1, {number});"
        f"ALTER TABLE people ENABLE ALWAYS {writer} noting;"
        f"ALTER TABLE {keeper} keeping".encode()
    )
    before = Snapshot.take(connection)
    for _ in range(2):
        with pytest.raises(HarnessError, match="and as it was"):
            reset(family)
        assert before.differences(connection) == []


@pytest.mark.parametrize(
    "keeper", ["ASSERT false", "RAISE EXCEPTION 'kept'"], ids=["an assertion", "an error"]
)
@pytest.mark.parametrize("when", ["BEFORE", "AFTER"], ids=["at once", "deferred"])
def test_sequences_are_put_back_after_any_error_at_any_time(
    keeper: str, when: str, family: URL, connection: psycopg.Connection
) -> None:
    deferred = "CONSTRAINT" if when == "AFTER" else ""
    delay = "DEFERRABLE INITIALLY DEFERRED" if when == "AFTER" else ""
    connection.execute(
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
    assert rows(connection, "people") == 1
    assert inventory.draw(connection, ("public", "people_id_seq")) == 2


def test_the_sequence_of_a_table_that_stays_goes_on(
    family: URL, connection: psycopg.Connection
) -> None:
    connection.execute(
        "CREATE TABLE alembic_version (id serial); INSERT INTO alembic_version DEFAULT VALUES"
    )
    reset(family)
    assert inventory.draw(connection, ("public", "alembic_version_id_seq")) == 2


@pytest.mark.parametrize(
    ("sequence", "at", "comes_next"),
    [
        ((1, 1, 1, 9, False), (1, False), 1),
        ((1, 1, 1, 9, False), (1, True), 2),
        ((1, 1, 1, 9, False), (9, True), None),
        ((1, 4, 1, 9, False), (6, True), None),
        ((5, 1, 1, 9, True), (9, True), 1),
        ((5, -1, 1, 9, True), (1, True), 9),
        ((-1, -1, -9, -1, False), (-3, True), -4),
    ],
)
def test_the_next_value_of_a_sequence_is_known_from_its_definition(
    sequence: tuple[int, int, int, int, bool], at: tuple[int, bool], comes_next: int | None
) -> None:
    found = SequenceDefinition(("public", "tickets"), *sequence, cache=1, owner=None)
    assert found.next_value(Position(*at)) == comes_next
