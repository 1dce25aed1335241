"""Sessions of the harness, where no feature can go: closed by hand, under their feet."""

import asyncio
from contextlib import AsyncExitStack, ExitStack

import psycopg
import pytest
from sqlalchemy import URL
from sqlalchemy.exc import ResourceClosedError

from pgharness.core.waiting import wait_for
from pgharness.sessions.sessions import TestSessionFactory
from pgharness.sessions.sessions_async import AsyncTestSessionFactory

pytestmark = pytest.mark.filterwarnings("ignore:transaction already deassociated")


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
            # Whatever is open when the loop ends is closed by that.
            check_none_is_left(admin, "three others")
            left.pop_all()

    asyncio.run(close())


def known(admin: psycopg.Connection, name: str) -> int:
    """Return how many connections of this name the server knows."""
    found = admin.execute("SELECT FROM pg_stat_activity WHERE application_name = %s", [name])
    return found.rowcount


def check_none_is_left(admin: psycopg.Connection, name: str) -> None:
    wait_for(lambda: None if known(admin, name) else True, "the server still knows connections")
