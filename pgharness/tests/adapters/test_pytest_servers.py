"""Tests of pytest that have a server to themselves: they may crash it, and it goes with them."""

from typing import Final

from small_projects import Project

CRASHING: Final = """
    import psycopg
    import pytest
    from sqlalchemy import text
    from sqlalchemy.exc import OperationalError

    ADA = "INSERT INTO customers (name) VALUES ('Ada')"
    NAMES = "SELECT name FROM customers ORDER BY name"
    STARTED = "SELECT pg_postmaster_start_time()"
    SHARED = []

    def names(database):
        return [name for (name,) in database.observer.execute(NAMES)]

    def test_before(database):
        SHARED.extend(database.observer.execute(STARTED).fetchone())
        assert database.observer.execute("SHOW fsync").fetchone() == ("off",)

    @pytest.mark.pgharness(isolation="server")
    @pytest.mark.parametrize("turn", range(2))
    def test_what_is_committed_outlives_a_crash(database, engine, turn):
        assert database.observer.execute(STARTED).fetchone()[0] not in SHARED
        assert database.observer.execute("SHOW fsync").fetchone() == ("on",)
        with engine.begin() as connection:
            connection.execute(text(ADA))
        open_ = engine.connect()
        open_.execute(text("INSERT INTO customers (name) VALUES ('Bram')"))
        database.crash()
        with pytest.raises(OperationalError):
            open_.execute(text(NAMES))
        open_.close()
        with pytest.raises(psycopg.OperationalError):
            database.observer.execute(NAMES)
        database.restart()
        assert names(database) == ["Ada"]
        with engine.connect() as connection:
            assert connection.scalars(text(NAMES)).all() == ["Ada"]

    @pytest.mark.pgharness(isolation="server")
    def test_that_leaves_its_server_dead(database):
        database.crash()

    @pytest.mark.pgharness(isolation="server")
    def test_that_never_crashes_it(session):
        session.execute(text(ADA))
        session.commit()
        assert session.scalars(text(NAMES)).all() == ["Ada"]

    @pytest.mark.pgharness(isolation="server")
    def test_a_restart_without_a_crash(database):
        with pytest.raises(Exception) as refusal:
            database.restart()
        assert type(refusal.value).__name__ == "IllegalTransition"

    def test_after(database):
        assert database.observer.execute(STARTED).fetchone()[0] in SHARED
        assert names(database) == []
        with pytest.raises(AssertionError, match="has its own server"):
            database.crash()
"""


def test_a_test_may_crash_the_server_that_it_has_to_itself(project: Project) -> None:
    project.write(test_it=CRASHING)
    ended = project.run("-x", "-D", "postgres=embedded")
    assert set(ended.verdicts().values()) == {"passed"}, ended.output
    assert len(ended.cases) == 7


def test_beside_a_server_given_by_its_url_such_a_test_is_skipped(project: Project) -> None:
    project.write(test_it=CRASHING)
    ended = project.run("-k", "crash or dead or outlives")
    assert ended.verdicts().keys() >= {"test_that_leaves_its_server_dead"}
    for verdict, said in ended.cases.values():
        assert verdict == "skipped", ended.output
        assert "the server is not the run's own (given by its URL): it is not killed" in said
