"""What a project's tests are given by the plugin, without a conftest.py of their own."""

from typing import Final

import pytest

from small_projects import Project

FIXTURES: Final = """
    import pytest
    from models import Customer
    from sqlalchemy import select, text
    from sqlalchemy.orm import Session

    from pgharness.isolation.savepoints import CannotBeShown

    NAMES = text("SELECT name FROM customers ORDER BY name")
    ADA = text("INSERT INTO customers (name) VALUES ('Ada')")

    def names(connection):
        return [name for (name,) in connection.execute(NAMES)]

    @pytest.mark.parametrize("turn", range(2))
    def test_session(session, turn):
        session.add(Customer(name="Ada"))
        session.commit()
        session.rollback()
        assert session.scalars(select(Customer.name)).all() == ["Ada"]
        assert session.scalar(text("SHOW statement_timeout")) == "5s"

    @pytest.mark.parametrize("turn", range(2))
    def test_database(database, turn):
        assert database.observer.execute("SELECT FROM customers").fetchall() == []
        database.observer.execute("INSERT INTO customers (name) VALUES ('Ada')")
        assert database.url.database.startswith("acceptance_run_")

    @pytest.mark.parametrize("turn", range(2))
    def test_engine(engine, database, turn):
        with engine.begin() as connection:
            connection.execute(ADA)
        assert len(database.observer.execute("SELECT FROM customers").fetchall()) == 1

    @pytest.mark.parametrize("turn", range(2))
    def test_connection(connection, engine, turn):
        connection.execute(ADA)
        connection.commit()
        with engine.connect() as other:
            assert names(other) == ["Ada"]

    @pytest.mark.parametrize("turn", range(2))
    def test_session_beside_the_database(session, database, engine, turn):
        session.add(Customer(name="Ada"))
        session.commit()
        with engine.connect() as other:
            assert names(other) == []
        assert session.get_bind().engine.url == database.url

    @pytest.mark.parametrize("turn", range(2))
    def test_sessions(sessions, turn):
        with sessions.committing() as session:
            session.add(Customer(name="Ada"))
        with sessions.rolled_back() as session:
            assert session.scalars(select(Customer.name)).all() == ["Ada"]

    @pytest.mark.pgharness(isolation="rollback")
    @pytest.mark.parametrize("turn", range(2))
    def test_rollback(engine, session, database, turn):
        with engine.begin() as connection:
            connection.execute(ADA)
        assert session.scalars(select(Customer.name)).all() == ["Ada"]
        session.commit()
        assert len(database.observer.execute("SELECT FROM customers").fetchall()) == 1
        with pytest.raises(CannotBeShown, match="for a further connection"):
            database.url
        with engine.connect(), pytest.raises(CannotBeShown, match="a second unit of work"):
            engine.connect()

    @pytest.mark.pgharness(isolation="rollback")
    def test_rollback_of_a_connection(connection, session):
        connection.execute(ADA)
        connection.commit()
        assert session.scalars(select(Customer.name)).all() == ["Ada"]

    @pytest.mark.pgharness(isolation="database")
    def test_database_of_its_own(database, engine):
        assert database.url.database.startswith("acceptance_case_")
        with engine.begin() as connection:
            connection.execute(text("DROP TABLE customers"))

    @pytest.mark.pgharness(isolation="empty_database")
    def test_empty_database(connection):
        assert connection.scalar(text("SELECT to_regclass('customers')")) is None

    @pytest.mark.pgharness(isolation="server")
    def test_server(database):
        database.crash()
        database.restart()

    class TestMarks:
        pytestmark = pytest.mark.pgharness(isolation="database")

        def test_of_the_class(self, database):
            assert database.url.database.startswith("acceptance_case_")

        @pytest.mark.pgharness(isolation="reset")
        def test_the_nearest_counts(self, database):
            assert database.url.database.startswith("acceptance_run_")

    @pytest.mark.pgharness(isolation="rolback")
    def test_isolation_that_there_is_not(request):
        pass

    @pytest.mark.pgharness("rollback")
    def test_mark_without_a_name():
        pass
"""

SCOPES: Final = """
    import unittest

    import pytest
    from models import Customer
    from sqlalchemy import select

    @pytest.mark.usefixtures("shared_in_class")
    class TestShared:
        def test_first(self, sessions):
            with sessions.committing() as session:
                session.add(Customer(name="Ada"))

        @pytest.mark.pgharness(isolation="rollback")
        def test_one_that_is_rolled_back(self, session):
            session.add(Customer(name="Bram"))
            session.commit()
            assert len(session.scalars(select(Customer)).all()) == 2

        def test_last(self, sessions):
            with sessions.committing() as session:
                assert session.scalars(select(Customer.name)).all() == ["Ada"]

    def test_after_the_class(session):
        assert session.scalars(select(Customer)).all() == []

    def test_shared_with_the_session(shared_in_session, sessions):
        with sessions.committing() as session:
            session.add(Customer(name="Ada"))

    def test_not_shared_with_the_session(database):
        assert database.observer.execute("SELECT FROM customers").fetchall() == []

    def test_shared_with_it_again(sessions, shared_in_session):
        with sessions.committing() as session:
            assert session.scalars(select(Customer.name)).all() == ["Ada"]

    @pytest.mark.pgharness(isolation="database")
    def test_both(shared_in_session):
        pass

    class TestCase(unittest.TestCase):
        @pytest.fixture(autouse=True)
        def _take(self, session):
            self.session = session

        def test_one(self):
            self.session.add(Customer(name="Ada"))
            self.session.commit()

        def test_other(self):
            self.test_one()
"""

IN_THE_MODULE: Final = """
    import pytest

    pytestmark = pytest.mark.usefixtures("shared_in_module")

    def test_first_of_the_module(database):
        database.observer.execute("INSERT INTO customers (name) VALUES ('Ada')")

    def test_last_of_the_module(database):
        assert len(database.observer.execute("SELECT FROM customers").fetchall()) == 1
"""

LEAKS: Final = """
    import psycopg
    import pytest
    from sqlalchemy import create_engine

    LEFT = []

    def test_connection_of_the_engine(engine):
        LEFT.append(engine.connect())

    def test_engine_of_its_own(database):
        LEFT.append(create_engine(database.url).connect())

    def test_connection_of_the_driver(database):
        url = database.url.set(drivername="postgresql")
        LEFT.append(psycopg.connect(url.render_as_string(hide_password=False)))

    def test_session_of_the_factory(sessions):
        opened = sessions.committing()
        opened.__enter__()
        LEFT.append(opened)

    @pytest.mark.pgharness(isolation="rollback")
    def test_connection_in_the_transaction(engine):
        LEFT.append(engine.connect())

    @pytest.mark.asyncio
    async def test_asynchronous_connection(async_engine):
        LEFT.append(await async_engine.connect())

    def test_after_them_all_is_well(database):
        assert database.observer.execute("SELECT FROM customers").fetchall() == []
"""

ASYNCHRONOUS: Final = """
    import pytest
    from models import Customer
    from sqlalchemy import select, text

    async def store(session):
        session.add(Customer(name="Ada"))
        await session.commit()
        await session.rollback()
        assert (await session.scalars(select(Customer.name))).all() == ["Ada"]
        await (await session.connection()).execute(text("SELECT 1"))

    @pytest.mark.asyncio
    @pytest.mark.parametrize("turn", range(2))
    async def test_by_asyncio(async_session, turn):
        await store(async_session)

    @pytest.mark.anyio
    @pytest.mark.parametrize("turn", range(2))
    async def test_by_anyio(async_session, turn):
        await store(async_session)

    @pytest.mark.anyio
    @pytest.mark.parametrize("turn", range(2))
    async def test_engine(async_engine, turn, database):
        async with async_engine.begin() as connection:
            await connection.execute(text("INSERT INTO customers (name) VALUES ('Ada')"))
        assert len(database.observer.execute("SELECT FROM customers").fetchall()) == 1

    @pytest.mark.anyio
    async def test_limits(async_session):
        assert await async_session.scalar(text("SHOW statement_timeout")) == "5s"

    @pytest.mark.pgharness(isolation="rollback")
    @pytest.mark.anyio
    async def test_session_under_rollback(async_session):
        pass

    @pytest.mark.pgharness(isolation="rollback")
    @pytest.mark.anyio
    async def test_engine_under_rollback(async_engine):
        pass
"""
ASYNCIO_ALONE: Final = """
    import pytest

    @pytest.fixture
    def anyio_backend():
        return "asyncio"
"""


def test_each_fixture_and_each_isolation(project: Project) -> None:
    project.write(test_it=FIXTURES)
    ended = project.run()
    refused = {
        "test_isolation_that_there_is_not": "no isolation 'rolback'; did you mean rollback?",
        "test_mark_without_a_name": 'the mark pgharness takes isolation="…" and nothing else',
    }
    skipped = {"test_server"}  # beside a server that is given by its URL
    for name, (verdict, said) in ended.cases.items():
        other = "skipped" if name in skipped else "passed"
        assert verdict == ("error" if name in refused else other), ended.output
        assert refused.get(name, "") in said
    assert len(ended.cases) == FIXTURES.count("def test_") + FIXTURES.count("range(2)")


def test_scopes_and_classes_of_unittest(project: Project) -> None:
    project.write(test_it=SCOPES, test_module=IN_THE_MODULE)
    ended = project.run()
    failed = {name for name, verdict in ended.verdicts().items() if verdict != "passed"}
    assert failed == {"test_both"}, ended.output
    assert "shared_in_session means nothing with isolation='database'" in ended.output
    assert len(ended.cases) == (SCOPES + IN_THE_MODULE).count("def test_")


def test_what_a_test_leaves_open_is_its_error_and_names_the_line(project: Project) -> None:
    project.write(test_it=LEAKS)
    ended = project.run("-oasyncio_default_fixture_loop_scope=function")
    for name, (verdict, said) in ended.cases.items():
        if name == "test_after_them_all_is_well":
            assert verdict == "passed", ended.output
        else:
            assert verdict == "error", ended.output
            assert "open" in said or "did not give back" in said
        if name not in ("test_after_them_all_is_well", "test_connection_of_the_driver"):
            assert f"test_it.py:{_line(name)}" in said, said


def _line(test: str) -> int:
    """Return in which line something is opened by a test that leaves it open."""
    lines = LEAKS.splitlines()
    start = next(at for at, line in enumerate(lines) if f"def {test}(" in line)
    return next(
        at
        for at, line in enumerate(lines, 1)
        if at > start and ("connect(" in line or "__enter__" in line)
    )


def test_asynchronous_tests_of_both_plugins(project: Project) -> None:
    project.write(test_it=ASYNCHRONOUS, conftest=ASYNCIO_ALONE)
    ended = project.run("-Werror", "-oasyncio_default_fixture_loop_scope=function")
    for name, (verdict, said) in ended.cases.items():
        refused = "under_rollback" in name
        assert verdict == ("error" if refused else "passed"), ended.output
        assert "an asynchronous connection, which is a second one" in said or not refused
    assert len(ended.cases) == 9, ended.output


def test_two_workers_have_a_database_each(project: Project) -> None:
    project.write(test_it=FIXTURES, test_scopes=SCOPES)
    ended = project.run(
        "-n2", "--dist=loadfile", "-k", "not server and not both and not mark and not there_is_not"
    )
    assert set(ended.verdicts().values()) == {"passed"}, ended.output
    assert len(ended.cases) > 20


def test_isolation_by_ini_and_the_last_failed_alone(project: Project) -> None:
    project.configure(
        """
        [tool.pgharness]
        schema = "sql"
        [tool.pytest.ini_options]
        pgharness_isolation = "rollback"
        """
    )
    (project.folder / "sql").mkdir()
    (project.folder / "sql" / "1.sql").write_text("CREATE TABLE things (id int)", "utf-8")
    project.write(
        test_it="""
        import os
        import pytest

        def test_rolled_back(database):
            with pytest.raises(Exception, match="for a further connection"):
                database.url

        def test_that_fails_once(database):
            database.observer.execute("INSERT INTO things VALUES (1)")
            assert "FIXED" in os.environ
        """
    )
    ended = project.run()
    assert ended.verdicts() == {"test_rolled_back": "passed", "test_that_fails_once": "failure"}
    ended = project.run("--lf", FIXED="1")
    assert ended.verdicts() == {"test_that_fails_once": "passed"}, ended.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-D", "postgress=auto"], "there is no option -D postgress; did you mean postgres?"),
        (["--pgharness", "keep=all"], "-D keep=all means nothing: use nothing or failed."),
        (["-opgharness_isolaton=reset"], "no option pgharness_isolaton in pytest's configuration"),
    ],
)
def test_an_option_that_means_nothing_is_a_usage_error(
    project: Project, arguments: list[str], sentence: str
) -> None:
    project.write(test_it="def test_it(session): pass")
    ended = project.run(*arguments)
    assert ended.exit_code == pytest.ExitCode.USAGE_ERROR
    assert sentence in ended.output
    assert "Traceback" not in ended.output


def test_metadata_that_cannot_be_imported_is_the_error_of_each_test(project: Project) -> None:
    project.configure('[tool.pgharness]\nmetadata = "modles:Base"')
    project.write(test_it="def test_it(session): pass")
    verdict, said = project.run().cases["test_it"]
    assert verdict == "error"
    assert "Cannot run: metadata = modles:Base: there is no module modles." in said


UNUSED: Final = """
    import sys

    def test_nothing_was_imported(pytestconfig):
        heavy = {"sqlalchemy", "psycopg", "pgharness.core.masking", "pgharness.adapters.test_run"}
        assert not heavy & sys.modules.keys()
        assert pytestconfig.getoption("define") == ["a=b"]
"""
OWN_OPTION: Final = """
    def pytest_addoption(parser):
        parser.addoption("-D", dest="define", action="append")
"""


def test_a_project_that_does_not_use_it_is_left_alone(project: Project) -> None:
    project.configure("[project]\nname = 'other'\nversion = '1'")
    project.write(test_it=UNUSED, conftest=OWN_OPTION)
    ended = project.run("-D", "a=b", "-pno:asyncio", "-pno:faker", "-pno:pytest_alembic")
    assert ended.verdicts() == {"test_nothing_was_imported": "passed"}, ended.output


def test_whoever_has_the_short_option_is_told_of_the_long_one(project: Project) -> None:
    project.write(test_it="def test_it(session): pass", conftest=OWN_OPTION)
    ended = project.run("-D", "postgres=none", "--pgharness", "timing=on", "-v")
    assert ended.verdicts() == {"test_it": "passed"}, ended.output
    assert "pgharness: another plugin has -D; use --pgharness name=value" in ended.output
    assert "ms a scenario" in ended.output


def test_fixtures_are_listed_with_what_they_are(project: Project) -> None:
    ended = project.run("--fixtures")
    for name in (
        *("database", "engine", "connection", "session", "sessions", "async_engine"),
        *("async_session", "shared_in_class", "shared_in_module", "shared_in_session"),
    ):
        assert f"\n{name} " in ended.output
    assert "An SQLAlchemy session of which nothing is left, whatever the test commits." in (
        ended.output
    )
    assert (
        "no docstring available" not in ended.output.partition("pgharness")[2].partition("---")[0]
    )
