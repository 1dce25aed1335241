"""Sessions that take too long, and those for which there is no connection."""

import asyncio
import linecache
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import QueuePool, text
from sqlalchemy.orm import Session

from features.support import limited, session_work
from features.support.session_names import rename
from features.support.session_work import AT_ONCE, TOLD, Kind, SessionWork
from pgharness.core.application import Timeouts
from pgharness.faults.statement_faults import driver_of, wait_until_gone
from pgharness.sessions.errors import PoolExhausted
from pgharness.sessions.sessions import FOR_TESTS, Pool, TestSessionFactory
from pgharness.sessions.sessions_async import AsyncTestSessionFactory

if TYPE_CHECKING:
    from features.support.world import World

SERVERS_OWN: Final = ("a statement", "a wait for a lock", "doing nothing")
"""What the server limits by itself."""

TWO: Final = Pool(2, AT_ONCE)
SHORTEST: Final = replace(FOR_TESTS, connect=timedelta(seconds=2))
"""The driver waits for an answer for at least two seconds."""


def asked(world: "World", kind: Kind) -> None:
    """Note the limits of a session: those that the server names, and those of its connection."""

    def ask(session: Session) -> None:
        connection = session.connection()
        pool = connection.engine.pool
        assert isinstance(pool, QueuePool), f"its connections come from {pool!r}"
        found = zip(SERVERS_OWN, session.execute(text(limited.LIMITS)).one(), strict=True)
        connecting = driver_of(connection).info.get_parameters().get("connect_timeout", "0")
        world.state(SessionWork).limits.append(
            {
                **{what: str(limit) for what, limit in found},
                "connecting": f"{connecting}s",
                f"a wait for one of {pool.size()} connections": f"{pool.timeout():g}s",
            }
        )

    session_work.do(world, kind, ask)


def _wait_for_a_row(world: "World", session: Session) -> None:
    with world.reader.transaction():
        world.reader.execute("SELECT FROM users FOR UPDATE")
        rename(world, session)


def _be_idle(world: "World", session: Session) -> None:
    rename(world, session)
    wait_until_gone(world.reader, driver_of(session.connection()).info.backend_pid)


SLOWNESS: Final[dict[str, tuple[str, Callable[["World", Session], None]]]] = {
    "whose statement takes too long": ("statement", _wait_for_a_row),
    "that waits for a lock for too long": ("lock", _wait_for_a_row),
    "that does nothing for too long": ("idle_in_transaction", _be_idle),
}
"""Which limit is exceeded, and how."""


def exceed(world: "World", kind: Kind, excess: str) -> None:
    """Take too long in a session; the other limits are longer by far."""
    name, goes_on = SLOWNESS[excess]
    short: Timeouts = replace(FOR_TESTS, **{name: AT_ONCE})
    session_work.do(world, kind, partial(goes_on, world), timeouts=short)


def reach_nobody(world: "World") -> None:
    """Open a session of each kind where somebody listens and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(1) as thread:
        host, port = silent.getsockname()
        url = world.url.set(host=host, port=port, query={})
        ordinary = thread.submit(_reach, TestSessionFactory(url, opener="A", timeouts=SHORTEST))
        asynchronous = AsyncTestSessionFactory(url, opener="B", timeouts=SHORTEST)
        told = asyncio.run(_reach_asynchronously(asynchronous))
        world.state(SessionWork).told += filter(None, (ordinary.result(), told))


def _reach(sessions: TestSessionFactory) -> BaseException | None:
    try:
        with sessions, sessions.rolled_back():
            return None
    except TOLD as error:
        return error


async def _reach_asynchronously(sessions: AsyncTestSessionFactory) -> BaseException | None:
    try:
        async with sessions, sessions.rolled_back():
            return None
    except TOLD as error:
        return error


def open_three_of_two(world: "World", kind: Kind) -> None:
    """Open a session more than there are connections, each for another scenario."""
    try:
        if kind.asynchronous:
            asyncio.run(_open_three_of_two(world))
            return
        sessions = session_work.factory(world, pool=TWO, opener="Import")
        with sessions, sessions.rolled_back():
            sessions.opener = "Export"
            with sessions.committing():
                sessions.opener = "Report"
                with sessions.rolled_back():
                    return
    except PoolExhausted as error:
        world.state(SessionWork).told.append(error)


async def _open_three_of_two(world: "World") -> None:
    sessions = session_work.async_factory(world, pool=TWO, opener="Import")
    async with sessions, sessions.rolled_back():
        sessions.opener = "Export"
        async with sessions.committing():
            sessions.opener = "Report"
            async with sessions.rolled_back():
                return


def line_at(place: str) -> str:
    """Return the text of the line that a place names."""
    file, _, line = place.rpartition(":")
    return linecache.getline(str(Path.cwd() / file), int(line)).strip()
