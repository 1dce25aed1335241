"""A snapshot is restored exactly, with tables of any kind."""

from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest
from sqlalchemy import URL

from pgharness.core.errors import HarnessError
from pgharness.core.protocols import Server
from pgharness.databases import ownership
from pgharness.databases.ownership import Purpose
from pgharness.isolation.snapshots import EMPTY, CleanupFailed, Snapshot
from pgharness.servers import provision

TABLES = """
    CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('0001');
    CREATE SCHEMA other; CREATE SCHEMA shop;
    CREATE TABLE shop.alembic_version (version_num text);
    INSERT INTO shop.alembic_version VALUES ('0002');
    CREATE TABLE parents (
        id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text,
        twice text GENERATED ALWAYS AS (name || name) STORED,
        seen timestamptz
    );
    CREATE TABLE other.children (
        id int GENERATED ALWAYS AS IDENTITY (START 10 INCREMENT 5) PRIMARY KEY,
        parent int NOT NULL REFERENCES parents ON DELETE RESTRICT,
        sibling int REFERENCES other.children
    );
    CREATE TABLE "odd ""name" ("a ""column" text, number float8);
    CREATE TABLE parts (id int PRIMARY KEY, parent int REFERENCES parents) PARTITION BY RANGE (id);
    CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
    CREATE TABLE parts_2 PARTITION OF parts DEFAULT;
    CREATE TABLE of_parts (part int REFERENCES parts);
    CREATE TABLE hens (id int PRIMARY KEY, egg int NOT NULL);
    CREATE TABLE eggs (id int PRIMARY KEY, hen int NOT NULL REFERENCES hens);
    ALTER TABLE hens ADD FOREIGN KEY (egg) REFERENCES eggs;
    CREATE TABLE animals (id int PRIMARY KEY, name text);
    CREATE TABLE dogs (tricks int) INHERITS (animals);
    CREATE TABLE keepers (animal int REFERENCES animals);
    CREATE SEQUENCE tickets START 100;

    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE 'never'; END $$;
    CREATE TRIGGER no_delete BEFORE UPDATE OR DELETE ON parts FOR EACH ROW
        EXECUTE FUNCTION refuse();
    CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.seen := clock_timestamp(); RETURN NEW; END $$;
    CREATE TRIGGER stamps BEFORE INSERT OR UPDATE ON parents FOR EACH ROW
        EXECUTE FUNCTION stamp();
    CREATE TRIGGER stamps_always BEFORE UPDATE ON parents FOR EACH ROW EXECUTE FUNCTION stamp();
    ALTER TABLE parents ENABLE ALWAYS TRIGGER stamps_always;
    CREATE TRIGGER switched_off BEFORE DELETE ON parents FOR EACH ROW EXECUTE FUNCTION refuse();
    ALTER TABLE parents DISABLE TRIGGER switched_off;
"""

ROWS = """
    INSERT INTO parents (name) VALUES ('Ada'), (NULL), (E'a\\ttab, a \\\\ and a\\nnew line'), ('');
    INSERT INTO other.children (parent, sibling) VALUES (1, 10), (2, 10);
    INSERT INTO "odd ""name" VALUES ('twice', 0.1), ('twice', 0.1), (NULL, '-0'), ('x', 'NaN');
    INSERT INTO parts VALUES (1, 1), (50, 2);
    INSERT INTO of_parts VALUES (50);
    WITH hen AS (INSERT INTO hens VALUES (1, 1)) INSERT INTO eggs VALUES (1, 1);
    INSERT INTO animals VALUES (1, 'Felix'); INSERT INTO dogs VALUES (1, 'Rex', 2), (2, 'Bello', 0);
    INSERT INTO keepers VALUES (1);
    SELECT nextval('tickets');
"""

CHANGES = {
    "a row more": "INSERT INTO parents (name) VALUES ('Bram')",
    "a changed row, with rows that lead to it": "UPDATE parents SET name = 'Ada the Second'",
    "a row less": "DELETE FROM parents WHERE id = 3",
    "a row that takes others along": "DELETE FROM other.children; DELETE FROM of_parts",
    "a row of a table without a key twice": """INSERT INTO "odd ""name" VALUES ('twice', 0.1)""",
    "one of two equal rows": """DELETE FROM "odd ""name" WHERE ctid = (
        SELECT min(ctid) FROM "odd ""name" WHERE "a ""column" = 'twice')""",
    "minus zero": """UPDATE "odd ""name" SET number = 0 WHERE number = 0""",
    "a row in another partition": "ALTER TABLE parts DISABLE TRIGGER no_delete;"
    "UPDATE parts SET id = 5 WHERE id = 1; ALTER TABLE parts ENABLE TRIGGER no_delete",
    "an append-only row more": "INSERT INTO parts VALUES (2, 2)",
    "a cycle more": "WITH h AS (INSERT INTO hens VALUES (2, 2)) INSERT INTO eggs VALUES (2, 2)",
    "a cycle less": "WITH h AS (DELETE FROM hens) DELETE FROM eggs",
    "a row of a table that another inherits": "INSERT INTO animals VALUES (2, 'Tom')",
    "a row of a table that inherits": "UPDATE dogs SET tricks = 3 WHERE id = 1",
    "a row less in each of the two": "DELETE FROM keepers; DELETE FROM animals WHERE id = 1",
    "a number": "SELECT nextval('tickets'), nextval('other.children_id_seq')",
    "a sequence restarted": "ALTER SEQUENCE tickets RESTART",
    "a table that was not there": "CREATE TABLE more (id int); INSERT INTO more VALUES (1)",
    "everything": "TRUNCATE parents, other.children, parts, of_parts, hens, eggs, animals, keepers"
    " RESTART IDENTITY",
}


@pytest.fixture(scope="module")
def database(url: URL) -> Iterator[psycopg.Connection]:
    """A database with tables that need each other."""
    with ExitStack() as cleanups:
        admin = cleanups.enter_context(provision.connect(url))
        admin.execute("CREATE DATABASE acceptance_snapshots")
        cleanups.callback(admin.execute, "DROP DATABASE acceptance_snapshots WITH (FORCE)")
        ownership.write(admin, "acceptance_snapshots", "a" * 16, Purpose.RUN)
        connection = provision.connect(url.set(database="acceptance_snapshots"))
        cleanups.enter_context(connection)
        connection.execute(TABLES)
        connection.execute(ROWS)
        yield connection


@pytest.fixture(scope="module")
def url(server: Server) -> URL:
    """The server's URL, for all tests of the module."""
    return server.url


def contents(database: psycopg.Connection) -> list[object]:
    """Return all rows, read without the code under test."""
    queries = [
        "SELECT id, name, twice, seen FROM parents ORDER BY id",
        "SELECT * FROM other.children ORDER BY id",
        """SELECT "a ""column", number::text FROM "odd ""name" ORDER BY 1, 2""",
        "SELECT tableoid::regclass::text, * FROM parts ORDER BY id",
        "SELECT * FROM of_parts",
        "SELECT h.*, e.* FROM hens h FULL JOIN eggs e ON e.hen = h.id ORDER BY 1",
        "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1",
        "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, tgrelid",
        "SELECT tableoid::regclass::text, * FROM animals ORDER BY 1, 2",
        "SELECT * FROM dogs ORDER BY id",
        "SELECT * FROM keepers",
        "SELECT * FROM alembic_version",
        "SELECT * FROM shop.alembic_version",
    ]
    return [database.execute(query).fetchall() for query in queries]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_has_changed_is_put_back(change: str, database: psycopg.Connection) -> None:
    before, taken = contents(database), Snapshot.take(database)
    database.execute(change)
    assert taken.differences(database), "there is something to put back"
    taken.put_back(database)
    assert contents(database) == before
    assert Snapshot.take(database) == taken
    database.execute("DROP TABLE IF EXISTS more")


def test_what_has_not_changed_is_not_written_to(database: psycopg.Connection) -> None:
    taken = Snapshot.take(database)
    before = database.execute("SELECT txid_current_snapshot()").fetchone()
    taken.put_back(database)
    assert database.execute("SELECT txid_current_snapshot()").fetchone() == before


def test_the_snapshot_of_nothing_empties(database: psycopg.Connection) -> None:
    taken = Snapshot.take(database)
    EMPTY.put_back(database)
    assert Snapshot.take(database).is_empty
    taken.put_back(database)
    assert Snapshot.take(database) == taken


def test_a_database_without_a_mark_is_not_touched(url: URL) -> None:
    with provision.connect(url) as connection:
        connection.execute("CREATE TABLE precious (id int); INSERT INTO precious VALUES (1)")
        try:
            with pytest.raises(HarnessError, match="carries no mark"):
                EMPTY.put_back(connection)
            assert connection.execute("SELECT count(*) FROM precious").fetchone() == (1,)
        finally:
            connection.execute("DROP TABLE precious")


def test_a_table_that_is_gone_is_named_and_nothing_else_is_touched(
    database: psycopg.Connection,
) -> None:
    taken = Snapshot.take(database)
    database.execute("ALTER TABLE of_parts RENAME TO gone; INSERT INTO gone VALUES (1)")
    try:
        with pytest.raises(CleanupFailed, match="the table of_parts is gone"):
            taken.put_back(database)
        assert database.execute("SELECT count(*) FROM gone").fetchone() == (2,)
    finally:
        database.execute("ALTER TABLE gone RENAME TO of_parts")
        taken.put_back(database)


def test_a_row_that_leads_nowhere_is_named(database: psycopg.Connection) -> None:
    database.execute(
        "CREATE TABLE loose (parent int); INSERT INTO loose VALUES (99);"
        "ALTER TABLE loose ADD CONSTRAINT to_parent FOREIGN KEY (parent)"
        " REFERENCES parents NOT VALID"
    )
    try:
        taken = Snapshot.take(database)
        with pytest.raises(CleanupFailed, match="loose has rows whose to_parent refers to no row"):
            taken.put_back(database)
    finally:
        database.execute("DROP TABLE loose")


def test_what_the_migrations_keep_is_no_part_of_it_in_any_schema(
    database: psycopg.Connection,
) -> None:
    assert {name for _, name in Snapshot.take(database).rows}.isdisjoint({"alembic_version"})
