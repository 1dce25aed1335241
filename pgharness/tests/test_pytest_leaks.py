"""What a test of pytest leaves open is an error of that test, which names the line."""

from typing import Final

from small_projects import Project

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

    @pytest.mark.asyncio
    async def test_asynchronous_connection_of_the_driver(database):
        url = database.url.set(drivername="postgresql")
        LEFT.append(await psycopg.AsyncConnection.connect(url.render_as_string(False)))

    def test_connection_of_a_class_of_its_own(database):
        class Own(psycopg.Connection):
            pass

        url = database.url.set(drivername="postgresql")
        LEFT.append(Own.connect(url.render_as_string(hide_password=False)))

    def test_connection_whose_opener_has_no_folder(database, tmp_path, monkeypatch):
        url = database.url.set(drivername="postgresql")
        gone = tmp_path / "gone"
        gone.mkdir()
        monkeypatch.chdir(gone)
        gone.rmdir()
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


def test_what_a_test_leaves_open_is_its_error_and_names_the_line(project: Project) -> None:
    project.write(test_it=LEAKS)
    ended = project.run("-oasyncio_default_fixture_loop_scope=function")
    assert len(ended.cases) == LEAKS.count("def test_"), ended.output
    for name, (verdict, said) in ended.cases.items():
        if name == "test_after_them_all_is_well":
            assert verdict == "passed", ended.output
        else:
            assert verdict == "error", ended.output
            assert "open" in said or "did not give back" in said
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
