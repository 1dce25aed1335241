"""Does the same work in sessions of both kinds, synchronous and asynchronous."""

import asyncio
import linecache
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from pgharness.faults.statement_faults import InjectedError
from pgharness.sessions.errors import NotConnected, PoolExhausted, SessionFailed
from pgharness.sessions.sessions import TestSessionFactory
from pgharness.sessions.sessions_async import AsyncTestSessionFactory

OPENER: Final = "a test of sessions"
OPENED: Final = "with opened as session:"
"""How the lines below end in which sessions are opened."""

AT_ONCE: Final = timedelta(milliseconds=50)
"""A limit that is to be exceeded."""


class Kind(StrEnum):
    """Which factory opens a session."""

    SYNCHRONOUS = "synchronous"
    ASYNCHRONOUS = "asynchronous"

    @property
    def other(self) -> "Kind":
        """The other one."""
        return next(kind for kind in Kind if kind is not self)


class End(StrEnum):
    """How a session ends, by the method of the factory that opens it."""

    ROLLED_BACK = "rolled_back"
    COMMITTING = "committing"


of_both_kinds: Final = pytest.mark.parametrize("kind", Kind)

ERRORS: Final = (SessionFailed, PoolExhausted, NotConnected, InjectedError, SQLAlchemyError)
"""What can go wrong in a session, known to the harness or not."""


@dataclass(frozen=True)
class Done:
    """How the work in a session ended: with a result, or with an error."""

    result: Any = None
    error: Exception | None = None


def do(url: URL, work: Callable[[Session], Any], **how: Any) -> Done:
    """Do the work in a session of its own."""
    (done,) = do_all(url, [work], **how)
    return done


def do_all(
    url: URL,
    works: list[Callable[[Session], Any]],
    *,
    kind: Kind = Kind.SYNCHRONOUS,
    end: End = End.ROLLED_BACK,
    **how: Any,
) -> list[Done]:
    """Do each work in a session of its own, one after the other, with one factory."""
    options = {"opener": OPENER, **how}
    if kind is Kind.SYNCHRONOUS:
        with TestSessionFactory(url, **options) as sessions:
            return [do_with(sessions, work, end) for work in works]

    async def do_them() -> list[Done]:
        async with AsyncTestSessionFactory(url, **options) as sessions:
            return [await do_asynchronously(sessions, work, end) for work in works]

    return asyncio.run(do_them())


def do_with(
    sessions: TestSessionFactory, work: Callable[[Session], Any], end: End = End.ROLLED_BACK
) -> Done:
    """Do the work in one session of a factory."""
    opened = sessions.committing() if end is End.COMMITTING else sessions.rolled_back()
    try:
        with opened as session:
            result = work(session)
    except ERRORS as error:
        return Done(error=error)
    return Done(result)


async def do_asynchronously(
    sessions: AsyncTestSessionFactory, work: Callable[[Session], Any], end: End = End.ROLLED_BACK
) -> Done:
    """Do the work in one session of an asynchronous factory."""
    opened = sessions.committing() if end is End.COMMITTING else sessions.rolled_back()
    try:
        async with opened as session:
            result = await session.run_sync(work)
    except ERRORS as error:
        return Done(error=error)
    return Done(result)


def shown(error: Exception | None) -> str:
    """Return the type of an error and what it says, without who opened the session."""
    said = str(error)
    if isinstance(error, SessionFailed):
        said = said.removeprefix(f"in the session of {error.opening}: ")
    return f"{type(error).__name__}: {said}"


def line_at(place: str) -> str:
    """Return the text of the line that a place names."""
    file, _, line = place.rpartition(":")
    return linecache.getline(str(Path.cwd() / file), int(line)).strip()


def name_stored(connection: psycopg.Connection) -> str:
    """Return the name of Ada's account that is committed."""
    (name,) = connection.execute("SELECT name FROM accounts WHERE id = 1").fetchone() or ("",)
    return str(name)
