"""What the migrations insert is part of what each test starts from, whatever a test does to it."""

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
from pgharness.core.application import plain
from pgharness.core.case import Case
from pgharness.core.options import Kind, Options
from pgharness.databases.migrators import SqlFiles
from pgharness.isolation.snapshots import NotPutBack
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

    def __init__(self, harness: Harness[Case]) -> None:
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
def project(url: URL, folder: Path) -> Iterator[Runner]:
    """Start the run of a project whose schema is `SCHEMA`."""
    (folder / "schema.sql").write_text(SCHEMA, "utf-8")
    harness = Harness(Options(kind=Kind.EXTERNAL, url=url), plain(SqlFiles(folder)))
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
            with pytest.raises(NotPutBack, match="it cannot be emptied"):
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
