"""Every session has short limits; an error names the one that was exceeded, and by whom."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Final

import psycopg
import pytest
from sqlalchemy import URL, QueuePool, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

import inventory
from accounts import rename
from pgharness.core.application import Timeouts
from pgharness.faults.statement_faults import driver_of, wait_until_gone
from pgharness.servers import provision
from pgharness.sessions.errors import NotConnected, PoolExhausted, SessionFailed
from pgharness.sessions.sessions import TEST_TIMEOUTS, Pool, TestSessionFactory
from pgharness.sessions.sessions_async import AsyncTestSessionFactory
from session_work import AT_ONCE, OPENED, OPENER, Done, End, Kind, do, line_at, of_both_kinds

LIMITS: Final = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    "connect_timeout": "5",
    "pool_size": 5,
    "pool_timeout": 1.0,
}


def limits(session: Session) -> dict[str, object]:
    """Return the limits of the server, of the driver and of the pool, as each states them."""
    connection = session.connection()
    pool = connection.engine.pool
    assert isinstance(pool, QueuePool)
    return {
        **{name: session.scalar(text(f"SHOW {name}")) for name in TEST_TIMEOUTS.settings()},
        "connect_timeout": driver_of(connection).info.get_parameters().get("connect_timeout"),
        "pool_size": pool.size(),
        "pool_timeout": pool.timeout(),
    }


@of_both_kinds
@pytest.mark.parametrize("end", End)
def test_the_limits_are_in_force_in_every_session(kind: Kind, end: End, accounts: URL) -> None:
    assert do(accounts, limits, kind=kind, end=end) == Done(LIMITS)


# --- a limit is exceeded --------------------------------------------------------------------


class TooSlow(Exception):
    """What an application says of a limit that was exceeded."""


def explain(error: StatementError, timeouts: Timeouts, _: object) -> Exception | None:
    assert isinstance(error.orig, psycopg.Error)
    names = {"57014": "statement", "55P03": "lock", "25P03": "idle_in_transaction"}
    name = names.get(error.orig.sqlstate or "")
    if name is None:
        return None
    return TooSlow(f"{name}, {getattr(timeouts, name).total_seconds():g} s")


@contextmanager
def locked(connection: psycopg.Connection) -> Iterator[None]:
    """Hold all rows in a transaction of another connection."""
    with connection.transaction():
        connection.execute("SELECT FROM accounts FOR UPDATE")
        yield


def wait_for_a_row(session: Session) -> None:
    rename(session)


def be_idle(session: Session) -> None:
    """Do nothing until the server has ended the connection."""
    rename(session)
    connection = session.connection()
    with provision.connect(connection.engine.url) as observer:
        wait_until_gone(observer, driver_of(connection).info.backend_pid)


EXCESSES: Final[dict[str, tuple[Callable[[Session], None], str]]] = {
    "statement": (wait_for_a_row, "canceling statement due to statement timeout"),
    "lock": (wait_for_a_row, "canceling statement due to lock timeout"),
    "idle_in_transaction": (
        be_idle,
        "terminating connection due to idle-in-transaction timeout",
    ),
}
"""Work that exceeds a limit, and what the server says of it."""


@of_both_kinds
@pytest.mark.parametrize("end", End)
@pytest.mark.parametrize("limit", EXCESSES)
def test_what_exceeds_a_limit_is_ended_and_stores_nothing(
    limit: str, end: End, kind: Kind, accounts: URL, connection: psycopg.Connection
) -> None:
    work, said = EXCESSES[limit]
    before = inventory.rows_of(connection)
    for explained in (False, True):
        with locked(connection) if work is wait_for_a_row else nullcontext():
            error = do(
                accounts,
                work,
                kind=kind,
                end=end,
                timeouts=replace(TEST_TIMEOUTS, **{limit: AT_ONCE}),
                **({"explain": explain} if explained else {}),
            ).error
        assert isinstance(error, SessionFailed)
        assert isinstance(error.reason, TooSlow if explained else type(None))
        assert (f"{limit}, 0.05 s" if explained else said) in str(error)
    assert inventory.rows_of(connection) == before


@of_both_kinds
def test_a_server_that_does_not_answer_is_named(kind: Kind, url: URL) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host, port = silent.getsockname()
        nowhere = url.set(host=host, port=port, query={})
        # The driver waits for at least two seconds.
        short = replace(TEST_TIMEOUTS, connect=timedelta(seconds=2))
        error = do(nowhere, rename, kind=kind, timeouts=short).error
    assert isinstance(error, NotConnected)
    assert error.opening.opener == OPENER
    assert line_at(error.opening.place).endswith(OPENED)
    assert f"no session for {error.opening}: " in str(error)
    assert f"{host}:{port}" in str(error)
    assert str(error).endswith(" did not answer within 2 s (connect_timeout)")


# --- there is no connection left ------------------------------------------------------------


def open_three_of_two(url: URL, kind: Kind) -> None:
    """Open a session more than there are connections, each for another test."""
    if kind is Kind.ASYNCHRONOUS:
        asyncio.run(open_three_of_two_asynchronously(url))
        return
    with ExitStack() as stack:
        sessions = TestSessionFactory(url, opener="import", pool=Pool(2, AT_ONCE))
        stack.enter_context(sessions)
        stack.enter_context(sessions.rolled_back())
        sessions.opener = "export"
        stack.enter_context(sessions.committing())
        sessions.opener = "report"
        stack.enter_context(sessions.rolled_back())


async def open_three_of_two_asynchronously(url: URL) -> None:
    async with AsyncExitStack() as stack:
        sessions = AsyncTestSessionFactory(url, opener="import", pool=Pool(2, AT_ONCE))
        await stack.enter_async_context(sessions)
        await stack.enter_async_context(sessions.rolled_back())
        sessions.opener = "export"
        await stack.enter_async_context(sessions.committing())
        sessions.opener = "report"
        await stack.enter_async_context(sessions.rolled_back())


@of_both_kinds
def test_who_finds_no_connection_is_told_who_holds_them(kind: Kind, accounts: URL) -> None:
    with pytest.raises(PoolExhausted) as raised:
        open_three_of_two(accounts, kind)
    error = raised.value
    assert error.opening.opener == "report"
    found = [(holder.opener, line_at(holder.place)) for holder in error.holders]
    assert [opener for opener, _ in found] == ["import", "export"]
    assert "sessions.rolled_back()" in found[0][1]
    assert "sessions.committing()" in found[1][1]
    first, second = error.holders
    assert str(error) == (
        f"no session for {error.opening}: all 2 connections are in use, and none was given back"
        f" within 0.05 s (pool_timeout); they are held by\n  1. {first}\n  2. {second}"
    )
