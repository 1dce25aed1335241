"""When a factory is closed, the server has none of its connections."""

import asyncio
from contextlib import AsyncExitStack, ExitStack

import psycopg
import pytest
from sqlalchemy import URL
from sqlalchemy.exc import ResourceClosedError

import inventory
from accounts import WORK, name_of
from pgharness.core.waiting import wait_for
from pgharness.sessions.sessions import TestSessionFactory
from pgharness.sessions.sessions_async import AsyncTestSessionFactory
from session_work import do_asynchronously, do_with


def test_after_every_kind_of_work_and_in_the_middle_of_a_session(
    accounts: URL, connection: psycopg.Connection
) -> None:
    before = inventory.rows_of(connection)
    sessions = TestSessionFactory(accounts, opener="a test", name="all kinds")
    for work in WORK.values():
        do_with(sessions, work)
    with ExitStack() as left:
        name_of(left.enter_context(sessions.rolled_back()))
        assert known(connection, "all kinds") > 0
        sessions.close()
        check_none_is_left(connection, "all kinds")
        left.pop_all()
    assert inventory.rows_of(connection) == before


def test_after_every_kind_of_asynchronous_work_and_in_the_middle_of_a_session(
    accounts: URL, connection: psycopg.Connection
) -> None:
    async def close() -> None:
        sessions = AsyncTestSessionFactory(accounts, opener="a test", name="all others")
        for work in WORK.values():
            await do_asynchronously(sessions, work)
        async with AsyncExitStack() as left:
            session = await left.enter_async_context(sessions.rolled_back())
            await session.run_sync(name_of)
            assert known(connection, "all others") > 0
            await sessions.close()
            # What is open when the loop ends would be closed by that.
            check_none_is_left(connection, "all others")
            left.pop_all()

    before = inventory.rows_of(connection)
    asyncio.run(close())
    assert inventory.rows_of(connection) == before


@pytest.mark.filterwarnings("ignore:transaction already deassociated")
def test_what_cannot_be_closed_keeps_no_other_connection_open(
    url: URL, admin: psycopg.Connection
) -> None:
    sessions = TestSessionFactory(url, opener="a test", name="three sessions")
    with ExitStack() as left:
        _, second, _ = (left.enter_context(sessions.rolled_back()) for _ in range(3))
        assert known(admin, "three sessions") == 3
        second.connection().close()
        with pytest.raises(ResourceClosedError):
            sessions.close()
        check_none_is_left(admin, "three sessions")
        left.pop_all()


@pytest.mark.filterwarnings("ignore:transaction already deassociated")
def test_what_cannot_be_closed_keeps_no_other_asynchronous_connection_open(
    url: URL, admin: psycopg.Connection
) -> None:
    async def close() -> None:
        sessions = AsyncTestSessionFactory(url, opener="a test", name="three others")
        async with AsyncExitStack() as left:
            await left.enter_async_context(sessions.rolled_back())
            second = await left.enter_async_context(sessions.rolled_back())
            await left.enter_async_context(sessions.rolled_back())
            assert known(admin, "three others") == 3
            await (await second.connection()).close()
            with pytest.raises(ResourceClosedError):
                await sessions.close()
            # What is open when the loop ends would be closed by that.
            check_none_is_left(admin, "three others")
            left.pop_all()

    asyncio.run(close())


def known(observer: psycopg.Connection, name: str) -> int:
    """Return how many connections of this name the server has."""
    found = observer.execute("SELECT FROM pg_stat_activity WHERE application_name = %s", [name])
    return found.rowcount


def check_none_is_left(observer: psycopg.Connection, name: str) -> None:
    def none() -> bool | None:
        return None if known(observer, name) else True

    wait_for(none, f"the server still has connections of {name}")
