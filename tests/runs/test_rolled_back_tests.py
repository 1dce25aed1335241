"""A test of pytest's that is rolled back cannot commit: it is refused, or noticed and named."""

from pathlib import Path
from typing import Final

from sqlalchemy import URL

from pgharness.databases.templates import RunDatabases
from tests.runs.test_pytest_plugin import pytest_on

SUITE: Final = """
    from concurrent.futures import ThreadPoolExecutor

    import psycopg
    import pytest
    from sqlalchemy import create_engine, select
    from sqlalchemy.exc import OperationalError

    from domain.identity.accounts import User
    from features.support.arrange import factories
    from pgharness.isolation.savepoints import UnsupportedInRollback

    REFUSED = "asks for the database's URL, for a second connection"
    KEPT = {}

    def committed_past_the_test():
        with psycopg.connect(KEPT["url"]) as connection:
            connection.execute(
                "INSERT INTO users (email, display_name, password_hash, created_at, changed_at)"
                " VALUES ('ada@example.org', 'Ada', '$argon2id$x', now(), now())"
            )

    def test_that_keeps_an_address(world):
        url = world.url.set(drivername="postgresql")
        KEPT["url"] = url.render_as_string(hide_password=False)

    @pytest.mark.pgharness(isolation="rollback")
    def test_no_address_is_told(world, database, request):
        with pytest.raises(UnsupportedInRollback, match=REFUSED):
            database.url
        with pytest.raises(UnsupportedInRollback, match=REFUSED):
            world.url
        with pytest.raises(UnsupportedInRollback, match=REFUSED):
            world.database.url
        with pytest.raises(UnsupportedInRollback, match=REFUSED):
            world.session_factory()
        with pytest.raises(UnsupportedInRollback, match=REFUSED):
            world.actor("Bram")
        with pytest.raises(pytest.fail.Exception, match=REFUSED):
            request.getfixturevalue("sessions")

    @pytest.mark.pgharness(isolation="rollback")
    def test_the_engine_does_not_tell_it_either(world):
        engine = create_engine(world.engine.url)
        with pytest.raises(OperationalError, match="refused: @fixture.rollback"):
            engine.connect()

    @pytest.mark.pgharness(isolation="rollback")
    def test_the_observer_is_in_the_transaction(world, database):
        factories.account(world, "Ada")
        assert len(world.stored("users")) == 1
        database.observer.execute("UPDATE users SET display_name = 'Bea'")
        database.observer.commit()
        with world.engine.connect() as connection:
            assert connection.scalars(select(User.display_name)).all() == ["Bea"]

    @pytest.mark.pgharness(isolation="rollback")
    def test_another_thread_is_in_it_too(world, domain):
        assert world.stored("users") == [], "the last test was rolled back"
        factories.account(world, "Ada")
        def registered():
            with domain.identity() as tx:
                return len(tx.accounts.list().items)
        with ThreadPoolExecutor() as pool:
            assert pool.submit(registered).result() == 1
            with domain.identity() as tx:
                tx.accounts.list()
                with pytest.raises(UnsupportedInRollback, match="a second unit of work"):
                    pool.submit(registered).result()

    @pytest.mark.pgharness(isolation="rollback")
    def test_that_commits_by_an_address_from_elsewhere(world):
        committed_past_the_test()

    @pytest.mark.pgharness(isolation="rollback")
    def test_that_is_rolled_back_and_finds_nothing(world):
        assert world.stored("users") == []

    @pytest.mark.pgharness(isolation="rollback")
    def test_that_says_commit(world, database):
        factories.account(world, "Ada")
        database.observer.execute("COMMIT")

    def test_that_finds_nothing(world):
        assert world.stored("users") == []

    @pytest.mark.pgharness(isolation="database")
    def test_a_session_on_a_database_of_its_own(session, database):
        assert session.get_bind().engine.url.database == database.url.database
        assert database.url.database.startswith("acceptance_case_")
        session.execute(select(User))
        session.commit()

    @pytest.mark.pgharness(isolation="rollback")
    def test_a_session_is_a_part_of_the_transaction(world, session):
        factories.account(world, "Ada")
        user = session.scalars(select(User)).one()
        with pytest.raises(UnsupportedInRollback, match="a second unit of work"):
            factories.account(world, "Bram")
        user.display_name = "Ada Lovelace"
        session.commit()
        assert world.stored_one("users", email=user.email)["display_name"] == "Ada Lovelace"

    @pytest.mark.pgharness(isolation="rollback")
    def test_sessions_have_no_second_connection(sessions):
        pass

    @pytest.mark.pgharness(isolation="rollback")
    def test_an_asynchronous_session_is_a_second_connection(async_session):
        pass

    def test_a_session_alone_tells_no_address(session):
        with pytest.raises(OperationalError, match="refused: @fixture.rollback"):
            create_engine(session.get_bind().url).connect()

    def test_a_session_alone_and_a_commit_by_an_address_from_elsewhere(session):
        committed_past_the_test()

    def test_that_finds_nothing_of_that(world):
        assert world.stored("users") == []
"""


def test_what_is_rolled_back_is_never_committed(
    url: URL, template: RunDatabases, tmp_path: Path
) -> None:
    """What is committed although nothing should be is that test's error, and is removed."""
    assert template, "no run has to build it"
    ended = pytest_on(SUITE, tmp_path, url=url)
    found = {case.name: (case.verdict, case.message) for case in ended.cases}
    past = "committed past the transaction that is rolled back: users: 1 instead of 0 rows"
    errors = {
        "test_that_commits_by_an_address_from_elsewhere": past,
        "test_that_says_commit": past,
        "test_sessions_have_no_second_connection": 'in pytest isolation="rollback"',
        "test_an_asynchronous_session_is_a_second_connection": "async_session rolls back by itself",
        "test_a_session_alone_and_a_commit_by_an_address_from_elsewhere": past,
    }
    for name, (verdict, message) in found.items():
        assert verdict == ("error" if name in errors else "passed"), ended.output
        assert errors.get(name, "") in message, message
    assert len(found) == SUITE.count("def test_"), ended.output
