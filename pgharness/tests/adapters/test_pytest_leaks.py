"""What a test of pytest leaves open is an error of that test, which names the line."""

import re
import time
from typing import Final

from pgharness.databases import leaks
from small_projects import Project

LEAKS: Final = """
    import psycopg
    import pytest
    from sqlalchemy import create_engine, text

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

    @pytest.mark.pgharness(isolation="rollback")
    def test_commit_past_the_transaction(engine, harness):
        with harness.sessions().committing() as opened:
            opened.execute(text("INSERT INTO customers (name) VALUES ('Ada')"))

    def test_transaction_that_goes_on(engine):
        LEFT.append(engine.connect())
        LEFT[-1].execute(text("SELECT 1"))

    @pytest.mark.asyncio
    async def test_asynchronous_connection(async_engine):
        LEFT.append(await async_engine.connect())

    def test_after_them_all_is_well(database):
        LEFT.clear()
        assert database.observer.execute("SELECT FROM customers").fetchall() == []
"""


PAST: Final = {"test_commit_past_the_transaction"}
"""What leaves rows, and nothing open."""


def test_what_a_test_leaves_open_is_its_error_and_names_the_line(project: Project) -> None:
    project.write(test_it=LEAKS)
    ended = project.run("-oasyncio_default_fixture_loop_scope=function")
    assert len(ended.cases) == LEAKS.count("def test_"), ended.output
    for name, (verdict, said) in ended.cases.items():
        if name == "test_after_them_all_is_well":
            assert verdict == "passed", ended.output
        else:
            assert verdict == "error", ended.output
            assert re.search("open|did not return|committed past", said)
            assert name in PAST or f"test_it.py:{_line(name)}" in said, said
            assert "pgharness/src" not in ended.output, "a traceback of ours"
    assert "Traceback" not in ended.output, "the log of a pool"


KEPT: Final = """
    import psycopg
    import pytest
    from sqlalchemy import create_engine, text

    LEFT = []

    @pytest.mark.parametrize("turn", range(3))
    def test_transaction_that_goes_on(engine, turn):
        LEFT.append(engine.connect())
        LEFT[-1].execute(text("SELECT 1"))

    @pytest.mark.parametrize("turn", range(3))
    def test_connection_of_the_driver(database, turn):
        url = database.url.set(drivername="postgresql")
        LEFT.append(psycopg.connect(url.render_as_string(hide_password=False)))
        LEFT[-1].execute("SELECT 1")
"""


def test_what_is_certainly_left_is_not_waited_for(project: Project) -> None:
    project.write(test_it=KEPT)
    began = time.monotonic()
    ended = project.run()
    assert set(ended.verdicts().values()) == {"error"}, ended.output
    assert time.monotonic() - began < 5 * leaks.GRACE


CLEANED_UP: Final = """
    import pytest
    from sqlalchemy import text

    LEFT = []

    def fail():
        raise RuntimeError("the clean-up of the test")

    def test_both(engine, world):
        world.add_cleanup(fail)
        LEFT.append(engine.connect())
"""


def test_a_clean_up_that_fails_beside_it_is_shown(project: Project) -> None:
    project.write(test_it=CLEANED_UP)
    ended = project.run()
    (said,) = (said for _, said in ended.cases.values())
    assert "did not return" in said
    assert 'raise RuntimeError("the clean-up of the test")' in said


def _line(test: str) -> int:
    """Return in which line something is opened by a test that leaves it open."""
    lines = LEAKS.splitlines()
    start = next(at for at, line in enumerate(lines) if f"def {test}(" in line)
    return next(
        at
        for at, line in enumerate(lines, 1)
        if at > start and ("connect(" in line or "__enter__" in line)
    )
