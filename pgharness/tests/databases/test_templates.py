"""Each run has a marked clone of a shared template; a database without a mark is left alone."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, Column, Integer, MetaData, Table

from pgharness import Metadata
from pgharness.core.errors import HarnessError
from pgharness.databases import ownership
from pgharness.databases.ownership import ForeignDatabaseError, Mark, Purpose, guard
from pgharness.databases.templates import RunDatabases, template_name
from pgharness.servers import provision

METADATA = MetaData()
Table("people", METADATA, Column("id", Integer, primary_key=True))
PEOPLE = Metadata(METADATA)


@pytest.fixture
def other(admin: psycopg.Connection) -> Iterator[Callable[[str], str]]:
    """Make a database that the harness did not make."""
    made = []

    def make(name: str) -> str:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        made.append(name)
        return name

    yield make
    for name in made:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def comment(admin: psycopg.Connection, database: str, text: str) -> None:
    admin.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(database), sql.Literal(text))
    )


def databases(admin: psycopg.Connection) -> set[str]:
    return {name for (name,) in admin.execute("SELECT datname FROM pg_database")}


def oid(admin: psycopg.Connection, database: str) -> int:
    row = admin.execute("SELECT oid FROM pg_database WHERE datname = %s", [database]).fetchone()
    assert row is not None
    return int(row[0])


def test_the_run_has_a_marked_database_with_the_whole_schema(
    admin: psycopg.Connection, url: URL
) -> None:
    before = databases(admin)
    with ExitStack() as cleanups:
        made = RunDatabases(url, "0123456789abcdef", PEOPLE)
        made.open(cleanups)
        database = made.clone("run", cleanups)
        with provision.connect(database) as connection:
            guard(connection)
            assert connection.execute("SELECT count(*) FROM people").fetchone() == (0,)
    assert databases(admin) == before


def test_the_last_run_to_end_drops_the_template(admin: psycopg.Connection, url: URL) -> None:
    before = databases(admin)
    with ExitStack() as first:
        RunDatabases(url, "1" * 16, PEOPLE).open(first)
        (template,) = databases(admin) - before
        made_at = oid(admin, template)
        with ExitStack() as second:
            RunDatabases(url, "2" * 16, PEOPLE).open(second)
            assert oid(admin, template) == made_at, "the second run uses the first one's"
        assert template in databases(admin)
    assert databases(admin) == before


def test_a_template_that_was_not_finished_is_built_again(
    admin: psycopg.Connection, url: URL
) -> None:
    before = databases(admin)
    template = template_name(admin, PEOPLE.fingerprint())
    admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(template)))
    ownership.write(admin, template, "f" * 16, Purpose.TEMPLATE_IN_THE_MAKING)
    unfinished = oid(admin, template)
    with ExitStack() as cleanups:
        RunDatabases(url, "1" * 16, PEOPLE).open(cleanups)
        assert oid(admin, template) != unfinished
    assert databases(admin) == before


def test_a_failed_migration_leaves_no_template(admin: psycopg.Connection, url: URL) -> None:
    class Failing:
        def fingerprint(self) -> str:
            return "failing"

        def migrate(self, url: URL) -> None:
            with provision.connect(url) as connection:
                connection.execute("SELECT 1 / 0")

    before = databases(admin)
    with (
        pytest.raises(HarnessError, match=r"cannot be made \(DivisionByZero: division by zero\)"),
        ExitStack() as cleanups,
    ):
        RunDatabases(url, "1" * 16, Failing()).open(cleanups)
    assert databases(admin) == before


def test_a_database_that_others_made_is_not_taken_for_the_runs(
    other: Callable[[str], str], url: URL
) -> None:
    name = other(f"acceptance_run_{'1' * 16}")
    with ExitStack() as cleanups:
        made = RunDatabases(url, "1" * 16, PEOPLE)
        made.open(cleanups)
        with pytest.raises(
            HarnessError, match=f"the database {name} exists, but this suite did not"
        ):
            made.clone("run", cleanups)


def test_a_forged_mark_is_no_mark(
    other: Callable[[str], str], admin: psycopg.Connection, url: URL
) -> None:
    name = other("acceptance_forged")
    genuine = json.loads(Mark(name, oid(admin, name), "a" * 16, Purpose.RUN).text())
    forgeries = [
        "made by postgres-acceptance",
        "null",
        "[]",
        json.dumps({**genuine, "format": 0}),
        json.dumps({**genuine, "made_by": "another-tool"}),
        json.dumps({**genuine, "database": "acceptance_other"}),
        json.dumps({**genuine, "oid": genuine["oid"] + 1}),
        json.dumps({**genuine, "purpose": "production"}),
        json.dumps({**genuine, "extra": True}),
        json.dumps({key: value for key, value in genuine.items() if key != "run"}),
    ]
    for forgery in forgeries:
        comment(admin, name, forgery)
        with (
            provision.connect(url.set(database=name)) as connection,
            pytest.raises(ForeignDatabaseError),
        ):
            guard(connection)
        with ExitStack() as cleanups:
            RunDatabases(url, "1" * 16, PEOPLE).open(cleanups)
        assert name in databases(admin), forgery
    comment(admin, name, json.dumps(genuine))
    with provision.connect(url.set(database=name)) as connection:
        guard(connection)


def test_a_fork_does_not_use_the_databases_of_its_parent(url: URL) -> None:
    with ExitStack() as cleanups:
        databases = RunDatabases(url, "0123456789abcdef", PEOPLE)
        databases.open(cleanups)
        if child := os.fork():
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        else:
            try:
                databases.empty("of_a_fork", ExitStack())
            except AssertionError:
                os._exit(7)
            finally:
                os._exit(8)
