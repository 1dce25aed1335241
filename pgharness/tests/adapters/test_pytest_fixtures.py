"""What a project's tests are given by the plugin, without a conftest.py of their own."""

from typing import Final

from small_projects import Project

FIXTURES: Final = """
    import pytest
    from models import Customer
    from sqlalchemy import select, text
    from sqlalchemy.orm import Session

    from pgharness.isolation.savepoints import UnsupportedInRollback

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
        with pytest.raises(UnsupportedInRollback, match="for a second connection"):
            database.url
        with engine.connect(), pytest.raises(UnsupportedInRollback, match="a second unit of work"):
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


def test_fixtures_are_listed_with_what_they_are(project: Project) -> None:
    ended = project.run("--fixtures")
    for name in (
        *("database", "engine", "connection", "session", "sessions", "async_engine"),
        *("async_session", "shared_in_class", "shared_in_module", "shared_in_session"),
    ):
        assert f"\n{name} " in ended.output
    assert "An SQLAlchemy session that is rolled back after the test, also what it commits." in (
        ended.output
    )
    assert (
        "no docstring available" not in ended.output.partition("pgharness")[2].partition("---")[0]
    )
