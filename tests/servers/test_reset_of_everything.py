"""What a database holds besides rows of tables is gone after a reset as well."""

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL

from pgharness.core.errors import HarnessError
from pgharness.isolation.snapshots import Snapshot
from pgharness.reset.reset import Reset, connect, reset
from pgharness.servers import provision
from tests.conftest import rows

VIEWS = """
    CREATE MATERIALIZED VIEW a_number AS SELECT 0 AS number WITH NO DATA;
    CREATE MATERIALIZED VIEW names AS SELECT id FROM people;
    CREATE UNIQUE INDEX ON names (id);
    CREATE VIEW between AS SELECT id FROM names;
    CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS number FROM between
"""
NAMES = ("public", "names")
COUNTED = ("public", "counted")


def counted(connection: psycopg.Connection) -> tuple[int, int]:
    """Return how many rows one view has, and how many the other one has counted."""
    (number,) = connection.execute("SELECT number FROM counted").fetchone() or (-1,)
    return rows(connection, "names"), number


def refresh(connection: psycopg.Connection) -> None:
    connection.execute("REFRESH MATERIALIZED VIEW names")
    connection.execute("REFRESH MATERIALIZED VIEW counted")


@pytest.mark.parametrize("how", ["", "CONCURRENTLY"])
def test_materialized_views_are_as_if_nothing_had_been_stored(
    how: str, family: URL, somebody: psycopg.Connection
) -> None:
    somebody.execute(VIEWS)
    with connect(family) as connection:
        resetting = Reset(connection)
        assert counted(somebody) == (1, 1)
        assert resetting().refreshed == (NAMES, COUNTED)
        assert counted(somebody) == (0, 0)
        assert str(resetting()).endswith("nothing was dirty")
        somebody.execute("INSERT INTO people DEFAULT VALUES")
        assert resetting().refreshed == (), "nobody has filled them since"
        somebody.execute("INSERT INTO people DEFAULT VALUES")
        somebody.execute(f"REFRESH MATERIALIZED VIEW {how} names".encode())
        assert counted(somebody) == (1, 0)
        somebody.execute("DELETE FROM people")
        assert resetting().refreshed == (NAMES, COUNTED)
        assert counted(somebody) == (0, 0)
        assert resetting().refreshed == ()
        somebody.execute("REFRESH MATERIALIZED VIEW a_number")
        assert resetting().refreshed == (("public", "a_number"), NAMES, COUNTED)


def test_a_choice_of_tables_refreshes_what_may_show_them(
    family: URL, somebody: psycopg.Connection
) -> None:
    somebody.execute(VIEWS)
    somebody.execute("INSERT INTO a_child VALUES (NULL)")
    with connect(family) as connection:
        resetting = Reset(connection, ignoring=["a_child"])
        for _ in range(2):
            somebody.execute("INSERT INTO people DEFAULT VALUES")
            assert resetting().refreshed == (NAMES, COUNTED)
            assert counted(somebody) == (0, 0)
        assert resetting().refreshed == ()


def test_a_view_that_cannot_be_refreshed_refuses_the_reset(
    family: URL, somebody: psycopg.Connection
) -> None:
    somebody.execute("CREATE MATERIALIZED VIEW shares AS SELECT 1 / count(*) AS share FROM people")
    with pytest.raises(HarnessError, match="division by zero"):
        reset(family)
    assert rows(somebody, "people") == 1
    assert somebody.execute("SELECT nextval('people_id_seq')").fetchone() == (2,)


def test_large_objects_go_with_all_tables(family: URL, somebody: psycopg.Connection) -> None:
    somebody.execute("SELECT lo_from_bytea(0, 'kept'), lo_from_bytea(0, 'kept too')")
    assert reset(family, only=["people"], with_dependents=True).unlinked == 0
    assert reset(family, ignoring=["people"]).unlinked == 0
    done = reset(family)
    assert done.unlinked == 2
    assert str(done).endswith("unlinked 2 large objects")
    assert somebody.execute("SELECT FROM pg_largeobject_metadata").rowcount == 0


def test_a_large_object_of_somebody_elses_is_named(
    family: URL, somebody: psycopg.Connection, admin: psycopg.Connection
) -> None:
    admin.execute("CREATE ROLE acceptance_owner")
    try:
        somebody.execute("GRANT CREATE ON SCHEMA public TO acceptance_owner")
        for kind, name in (("TABLE", "people"), ("TABLE", "a_child")):
            somebody.execute(f"ALTER {kind} {name} OWNER TO acceptance_owner".encode())
        (number,) = somebody.execute("SELECT lo_from_bytea(0, 'theirs')").fetchone() or (0,)
        with provision.connect(family) as connection:
            connection.execute("SET ROLE acceptance_owner")
            refused = f"must be owner of large object {number}"
            with pytest.raises(HarnessError, match=refused):
                Reset(connection)()
        assert rows(somebody, "people") == 1
    finally:
        somebody.execute("DROP OWNED BY acceptance_owner CASCADE")
        admin.execute("DROP ROLE acceptance_owner")


def test_a_scope_puts_views_and_large_objects_back(somebody: psycopg.Connection) -> None:
    somebody.execute(VIEWS)
    kept = sql.SQL("SELECT lo_from_bytea(7001, 'kept'), lo_from_bytea(7002, 'kept too')")
    somebody.execute(kept)
    before = Snapshot.take(somebody)
    somebody.execute("INSERT INTO people DEFAULT VALUES")
    refresh(somebody)
    somebody.execute("SELECT lo_unlink(7001), lo_put(7002, 0, 'lost'), lo_from_bytea(0, 'new')")
    assert len(before.differences(somebody)) == 5
    before.put_back(somebody)
    assert Snapshot.take(somebody) == before
    assert counted(somebody) == (1, 1)


KEEPERS = """
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
    writer: str, keeper: str, notes: str, family: URL, somebody: psycopg.Connection
) -> None:
    somebody.execute(KEEPERS)
    number, _, cache = notes.partition(" ")
    somebody.execute(
        f"ALTER SEQUENCE notes_id_seq {cache};"
        f"INSERT INTO notes SELECT nextval('notes_id_seq') FROM generate_series(1, {number});"
        f"ALTER TABLE people ENABLE ALWAYS {writer} noting;"
        f"ALTER TABLE {keeper} keeping".encode()
    )
    before = Snapshot.take(somebody)
    for _ in range(2):
        with pytest.raises(HarnessError, match="and as it was"):
            reset(family)
        assert before.differences(somebody) == []
