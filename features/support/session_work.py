"""What the features about sessions do in them, in ordinary and in asynchronous ones alike."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from domain.schema import Role
from domain.tenancy import bind
from features.support import connecting
from features.support.session_names import NEW, WORKS, name_of, rename
from pgharness.core.waiting import wait_for
from pgharness.faults.statement_faults import InjectedError
from pgharness.sessions.errors import NotConnected, PoolExhausted, SessionFailed
from pgharness.sessions.sessions import FOR_TESTS, Pool, TestSessionFactory
from pgharness.sessions.sessions_async import AsyncTestSessionFactory

if TYPE_CHECKING:
    from features.support.world import World


@dataclass(frozen=True)
class Kind:
    """Which of the sessions it is that there are."""

    asynchronous: bool
    commits: bool


KINDS: Final = {
    "a session": Kind(asynchronous=False, commits=False),
    "a committing session": Kind(asynchronous=False, commits=True),
    "an asynchronous session": Kind(asynchronous=True, commits=False),
    "an asynchronous committing session": Kind(asynchronous=True, commits=True),
}

NAME: Final = "sessions of a scenario"
"""What the server knows their connections by."""

UNBOUND: Final = """
    SELECT current_user = session_user AND coalesce(current_setting('app.user_id', true), '') = ''
       AND current_setting('statement_timeout') = '5s'
"""
"""Whether the role, the user and the limit of a unit of work have ended with it."""
LEFT: Final = "SELECT FROM pg_stat_activity WHERE application_name = %s"

PATIENT: Final = replace(FOR_TESTS, idle_in_transaction=timedelta(minutes=1))
"""Limits by which the server does not close what somebody else should."""

TOLD: Final = (SessionFailed, PoolExhausted, NotConnected)


class SessionWork:
    """A part of the `World`: what was done in sessions, and what came of it."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        """What Ada was called in a session, after all that was done there."""
        self.told: list[BaseException] = []
        """What went wrong, as whoever opened the session was told."""
        self.limits: list[dict[str, str]] = []
        """The limits of each session, by what they limit."""
        self.unbound: list[bool] = []
        """Whether a session had its own role and limits again, and nobody was bound."""


AT_ONCE: Final = timedelta(milliseconds=50)
"""How long something may take where it is to take too long."""


def do(world: "World", kind: Kind, work: Callable[[Session], None], **how: Any) -> None:
    """Do this in a session of a kind, with a factory of its own; keep what is told of it."""
    with swallowed(world):
        if kind.asynchronous:
            asyncio.run(_do_asynchronously(world, kind, work, **how))
            return
        with factory(world, **how) as sessions:
            opened = sessions.committing() if kind.commits else sessions.rolled_back()
            with opened as session:
                work(session)


async def _do_asynchronously(
    world: "World", kind: Kind, work: Callable[[Session], None], **how: Any
) -> None:
    async with async_factory(world, **how) as sessions:
        opened = sessions.committing() if kind.commits else sessions.rolled_back()
        async with opened as session:
            await session.run_sync(work)


OPENED: Final = "with opened as session:"
"""How the line ends in which sessions are opened here."""


def factory(world: "World", **how: Any) -> TestSessionFactory:
    """Return a factory of a scenario's, whose connections the server can tell from others."""
    return world.session_factory(name=NAME, **how)


def async_factory(world: "World", **how: Any) -> AsyncTestSessionFactory:
    """Return an asynchronous factory of a scenario's."""
    return AsyncTestSessionFactory(
        world.url,
        engine_options=connecting.options(world.url),
        explain=connecting.explain,
        **{"opener": world.scenario, "name": NAME, **how},
    )


def with_name(world: "World", work: str) -> Callable[[Session], None]:
    """Return work with Ada's name, which notes what she is called in the end."""

    def named(session: Session) -> None:
        WORKS[work](world, session)
        if work not in UNSEEN:
            world.state(SessionWork).seen.append(name_of(world, session))

    return named


UNSEEN: Final = (
    "gives a name and swallows a refusal",
    "gives a name, commits and loses its connection",
)
"""Work after which nothing can be asked any more."""


def as_tenant(world: "World") -> Callable[[Session], None]:
    """Return work as a tenant, which commits and notes as whom the session goes on."""

    def work(session: Session) -> None:
        bind(session, Role.TENANT, world.people["Ada"].id, {"statement_timeout": "4s"})
        session.commit()
        world.state(SessionWork).unbound.append(session.scalars(text(UNBOUND)).one())

    return work


def known_to_the_server(world: "World") -> int:
    """Return how many connections of the scenario's sessions the server knows."""
    return world.reader.execute(LEFT, [NAME]).rowcount


def close_in_the_middle(world: "World", kind: Kind) -> None:
    """Do all that can be done in sessions, one after the other, and close while one is open.

    Fails if the server still knows that one afterwards.
    """
    if kind.asynchronous:
        asyncio.run(_close_in_the_middle(world))
        return
    sessions = factory(world, timeouts=PATIENT)
    for work in WORKS:
        with swallowed(world), sessions.rolled_back() as session:
            WORKS[work](world, session)
    name_of(world, world.enter(sessions.rolled_back()))
    _check_known(world)
    sessions.close()
    _wait_until_unknown(world)


async def _close_in_the_middle(world: "World") -> None:
    sessions = async_factory(world, timeouts=PATIENT)
    for work in WORKS:
        with swallowed(world):
            async with sessions.rolled_back() as session:
                await session.run_sync(partial(WORKS[work], world))
    left = sessions.rolled_back()
    await (await left.__aenter__()).run_sync(partial(name_of, world))
    _check_known(world)
    await sessions.close()
    # Whatever is open when the loop ends is closed by that.
    _wait_until_unknown(world)


def _check_known(world: "World") -> None:
    assert known_to_the_server(world), "the server knows none while one is open"


def _wait_until_unknown(world: "World") -> None:
    wait_for(
        lambda: None if known_to_the_server(world) else True,
        "the server still knows connections of sessions that were closed",
    )


def go_on_after(world: "World", kind: Kind, work: str) -> None:
    """Do this in the only connection that there is, and then ask in it for Ada's name."""
    if kind.asynchronous:
        asyncio.run(_go_on_after(world, work))
        return
    with factory(world, pool=Pool(1, AT_ONCE)) as sessions:
        with swallowed(world), sessions.rolled_back() as session:
            WORKS[work](world, session)
        with swallowed(world), sessions.rolled_back() as session:
            world.state(SessionWork).seen.append(name_of(world, session))


async def _go_on_after(world: "World", work: str) -> None:
    async with async_factory(world, pool=Pool(1, AT_ONCE)) as sessions:
        with swallowed(world):
            async with sessions.rolled_back() as session:
                await session.run_sync(partial(WORKS[work], world))
        with swallowed(world):
            async with sessions.rolled_back() as session:
                world.state(SessionWork).seen.append(
                    await session.run_sync(partial(name_of, world))
                )


@contextmanager
def swallowed(world: "World") -> Iterator[None]:
    """Go on after what goes wrong here, which is noted."""
    try:
        yield
    except (*TOLD, InjectedError, SQLAlchemyError) as error:
        world.state(SessionWork).told.append(error)


def rename_at_once(world: "World") -> None:
    """Have an ordinary and an asynchronous session open at once, and each commit another name.

    What each then sees is noted: its own new name, and the other's.
    """

    async def both() -> None:
        async with async_factory(world) as sessions, sessions.rolled_back() as asynchronous:
            with factory(world) as others, others.rolled_back() as ordinary:
                rename(world, ordinary, NEW, "Ada")
                ordinary.commit()
                await asynchronous.run_sync(partial(rename, world, name="Bram King", person="Bram"))
                await asynchronous.commit()
                for person in ("Ada", "Bram"):
                    ordinary.expire_all()
                    see(name_of(world, ordinary, person))
                for person in ("Ada", "Bram"):
                    see(await asynchronous.run_sync(partial(name_of, world, person=person)))

    see = world.state(SessionWork).seen.append
    asyncio.run(both())


def read_after(world: "World", kind: Kind) -> None:
    """Commit a name in one session for good, and read it in one of the other kind."""
    do(world, kind, partial(rename, world))
    other = Kind(asynchronous=not kind.asynchronous, commits=False)
    do(world, other, lambda session: world.state(SessionWork).seen.append(name_of(world, session)))
