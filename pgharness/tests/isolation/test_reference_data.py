"""Each test starts with the rows of the migrations, even if the previous one changed them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import psycopg
import pytest
from sqlalchemy import URL

import inventory
from pgharness.adapters.test_run import Harness
from pgharness.core.application import plain_application
from pgharness.core.default_world import DefaultWorld
from pgharness.core.options import Options, ServerKind
from pgharness.databases.migrators import SqlFiles
from pgharness.isolation.snapshots import CleanupFailed
from pgharness.servers import provision

SCHEMA: Final = """
    CREATE TABLE countries (id serial PRIMARY KEY, name text UNIQUE, head int);
    CREATE TABLE people (id serial PRIMARY KEY, country int REFERENCES countries);
    ALTER TABLE countries ADD FOREIGN KEY (head) REFERENCES people;
    CREATE MATERIALIZED VIEW names AS SELECT name FROM countries;
    CREATE SEQUENCE invoice_numbers;
    INSERT INTO countries (name) VALUES ('Chile'), ('Ghana'), ('Nepal');
    REFRESH MATERIALIZED VIEW names;
    SELECT setval('invoice_numbers', 1000);
    SELECT lo_from_bytea(4711, 'a logo');
"""

PASSING: Final = SimpleNamespace(has_failed=lambda: False)


def a_test(name: str) -> Any:
    return SimpleNamespace(name=name, location=name, tags=(), status=PASSING)


class Runner:
    """Runs tests of a project, one after the other."""

    def __init__(self, harness: Harness[DefaultWorld]) -> None:
        self.harness = harness

    def run(self, *statements: str) -> dict[str, Any]:
        """Run a test of these statements; return what it has found."""
        test = a_test("; ".join(statements))
        world = self.harness.before_scenario(test)
        found = inventory.contents(world.database.observer)
        with world.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        self.harness.after_scenario(world, test)
        return found


@contextmanager
def project(url: URL | None, folder: Path, schema: str = SCHEMA) -> Iterator[Runner]:
    """Start the run of a project with this schema, without a URL on a server of its own."""
    (folder / "schema.sql").write_text(schema, "utf-8")
    options = (
        Options(kind=ServerKind.EXTERNAL, url=url) if url else Options(kind=ServerKind.EMBEDDED)
    )
    harness = Harness(options, plain_application(SqlFiles(folder)))
    harness.start()
    try:
        yield Runner(harness)
    finally:
        harness.close()


CHANGES: Final = {
    "nothing": ("SELECT",),
    "adds rows that refer to it": ("INSERT INTO people (country) VALUES (1)",),
    "adds to it": ("INSERT INTO countries (name) VALUES ('Peru')",),
    "changes it": ("UPDATE countries SET name = 'Peru' WHERE id = 2",),
    "deletes it": ("DELETE FROM countries",),
    "lets it refer to rows of the test": (
        "INSERT INTO people (country) VALUES (1)",
        "UPDATE countries SET head = 1 WHERE id = 1",
    ),
    "uses up numbers": ("SELECT nextval('invoice_numbers'), nextval('countries_id_seq')",),
    "refreshes a view": (
        "DELETE FROM countries WHERE id = 3",
        "REFRESH MATERIALIZED VIEW names",
    ),
    "removes a large object": ("SELECT lo_unlink(4711)",),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_next_test_finds_what_the_migrations_have_inserted(
    change: str, url: URL, tmp_path: Path
) -> None:
    with project(url, tmp_path) as tests:
        before = tests.run(*CHANGES[change])
        assert len(before["public.countries"]) == 3
        assert before["public.invoice_numbers"] == (1000, True)
        assert tests.run(*CHANGES[change]) == before
        with tests.harness.rolled_back():
            tests.run("SELECT")
        assert tests.run("TABLE names") == before
        database = tests.harness._database
        assert database.initial.differences(database.observer) == []


def test_a_clone_has_it_too(url: URL, tmp_path: Path) -> None:
    with project(url, tmp_path) as tests:
        before = tests.run("DELETE FROM countries")
        with tests.harness.database_of_its_own():
            assert tests.run("DELETE FROM countries") == before


def test_the_database_after_a_failed_clean_up_has_it_too(
    url: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise psycopg.DataError("it cannot be emptied")

    with project(url, tmp_path) as tests:
        before = tests.run("SELECT")
        with monkeypatch.context() as patch:
            patch.setattr(tests.harness._database, "_reset", lambda: fails)
            with pytest.raises(CleanupFailed, match="it cannot be emptied"):
                tests.run("DELETE FROM countries")
        assert tests.run("SELECT") == before


def test_a_scope_starts_from_it_and_ends_with_it(url: URL, tmp_path: Path) -> None:
    with project(url, tmp_path) as tests:
        before = tests.run("SELECT")
        with tests.harness.scope():
            assert tests.run("DELETE FROM countries WHERE id = 3") == before
            assert len(tests.run("SELECT")["public.countries"]) == 2
        assert tests.run("SELECT") == before


def test_what_a_rolled_back_test_commits_past_its_transaction_is_told(
    url: URL, tmp_path: Path
) -> None:
    test = a_test("commits")
    with project(url, tmp_path) as tests:
        with tests.harness.rolled_back():
            world = tests.harness.before_scenario(test)
            with provision.connect(tests.harness._database.url) as connection:
                connection.execute("DELETE FROM countries WHERE id = 3")
            with pytest.raises(AssertionError, match="countries: 2 instead of 3 rows"):
                tests.harness.after_scenario(world, test)
        assert len(tests.run("SELECT")["public.countries"]) == 3


def test_a_large_object_that_is_removed_past_a_rolled_back_test_is_told(
    url: URL, tmp_path: Path
) -> None:
    test = a_test("removes")
    with project(url, tmp_path, "SELECT lo_from_bytea(4711, 'a logo')") as tests:
        with tests.harness.rolled_back():
            world = tests.harness.before_scenario(test)
            with provision.connect(tests.harness._database.url) as connection:
                connection.execute("SELECT lo_unlink(4711)")
            with pytest.raises(AssertionError, match="large objects: 0 instead of 1"):
                tests.harness.after_scenario(world, test)
        observer = tests.harness._database.observer
        assert observer.execute("SELECT lo_get(4711)").fetchone() == (b"a logo",)


UNUSUAL: Final = {
    "a partition with a trigger of its own": """
        CREATE TABLE things (id int) PARTITION BY RANGE (id);
        CREATE TABLE few PARTITION OF things FOR VALUES FROM (0) TO (10);
        INSERT INTO things VALUES (1), (2);
        CREATE FUNCTION doubled() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN NEW.id := NEW.id * 2; RETURN NEW; END $$;
        CREATE TRIGGER doubled BEFORE INSERT ON few FOR EACH ROW EXECUTE FUNCTION doubled();
    """,
    "no columns": "CREATE TABLE things (); INSERT INTO things DEFAULT VALUES",
    "another schema, and an odd name": """
        CREATE SCHEMA "of Ada's"; CREATE TABLE "of Ada's"."%s {}" (id int);
        INSERT INTO "of Ada's"."%s {}" VALUES (1);
        CREATE VIEW things AS TABLE "of Ada's"."%s {}";
    """,
    "columns that are called like ours": """
        CREATE TABLE things (id int, t text, w text, at text, was text, x int);
        INSERT INTO things VALUES (1, 'same', 'same', 'same', 'same', 1);
    """,
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_reference_data_of_an_unusual_table_are_put_back(
    name: str, url: URL, tmp_path: Path
) -> None:
    with project(url, tmp_path, UNUSUAL[name]) as tests:
        before = tests.run("DELETE FROM things")
        assert any(rows for rows in before.values())
        assert tests.run("SELECT") == before


def test_a_value_beside_a_column_called_like_an_alias_is_put_back(url: URL, tmp_path: Path) -> None:
    with project(url, tmp_path, UNUSUAL["columns that are called like ours"]) as tests:
        before = tests.run("UPDATE things SET x = 99")
        assert tests.run("SELECT") == before


def test_a_cached_sequence_goes_on_after_what_the_migrations_have_drawn(
    url: URL, tmp_path: Path
) -> None:
    schema = """
        CREATE TABLE things (id int GENERATED ALWAYS AS IDENTITY (CACHE 10), name text);
        INSERT INTO things (name) SELECT 'x' FROM generate_series(1, 10);
    """
    drawn = []
    with project(url, tmp_path, schema) as tests:
        for _ in range(3):
            test = a_test("inserts")
            world = tests.harness.before_scenario(test)
            with world.engine.begin() as connection:
                statement = "INSERT INTO things (name) VALUES ('y') RETURNING id"
                drawn.append(connection.exec_driver_sql(statement).scalar_one())
            tests.harness.after_scenario(world, test)
    assert drawn == [11, 11, 11]


def test_a_server_of_its_own_has_what_its_own_migrations_have_inserted(tmp_path: Path) -> None:
    schema = """
        CREATE TABLE things (id uuid DEFAULT gen_random_uuid(), name text);
        INSERT INTO things (name) VALUES ('x');
    """
    with project(None, tmp_path, schema) as tests, tests.harness.server_of_its_own():
        before = tests.run("DELETE FROM things")
        assert tests.run("SELECT") == before
        with tests.harness.rolled_back():
            assert tests.run("DELETE FROM things") == before
