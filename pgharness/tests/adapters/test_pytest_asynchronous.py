"""Asynchronous tests of pytest, by whichever plugin runs them."""

from typing import Final

from small_projects import Project

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


REFUSALS: Final = {
    "test_session_under_rollback": "async_session rolls back by itself, on a connection of its own",
    "test_engine_under_rollback": "async_engine needs a second connection",
}


def test_asynchronous_tests_of_both_plugins(project: Project) -> None:
    project.write(test_it=ASYNCHRONOUS, conftest=ASYNCIO_ALONE)
    ended = project.run("-Werror", "-oasyncio_default_fixture_loop_scope=function")
    for name, (verdict, said) in ended.cases.items():
        refused = "under_rollback" in name
        assert verdict == ("error" if refused else "passed"), ended.output
        assert not refused or f"Cannot run: {REFUSALS[name]}" in said
    assert len(ended.cases) == 9, ended.output
