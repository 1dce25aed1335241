"""What the fixtures of the pytest plugin rest on: imported when the first test needs a database."""

import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, redirect_stdout
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, Final

import psycopg
import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

from pgharness.adapters.configuration import Configuration, Isolation
from pgharness.adapters.test_run import Harness
from pgharness.core.application import Application
from pgharness.core.errors import HarnessError
from pgharness.core.exits import interruptions
from pgharness.core.options import Options
from pgharness.core.protocols import DatabaseUnderTest, ItemStatus
from pgharness.isolation.savepoints import CannotBeShown, RolledBackDatabase
from pgharness.isolation.snapshots import NotPutBack
from pgharness.servers import provision
from pgharness.sessions.async_handles import AsyncHandle, AsyncRolledBack
from pgharness.sessions.sessions import FOR_TESTS, TestSessionFactory

FAILED: Final = pytest.StashKey[bool]()
"""Whether a test has failed before its fixtures are taken down."""

TAGS: Final = {
    Isolation.ROLLBACK: ["fixture.rollback"],
    Isolation.DATABASE: ["fixture.database"],
    Isolation.EMPTY_DATABASE: ["fixture.empty_database"],
    Isolation.SERVER: ["fixture.server"],
}
"""What the same is called on a scenario."""

FOR_ALL_SESSIONS: Final = "shared_in_session"
"""The fixture by which a test shares what is stored with all others that have it."""


class Test:
    """A test as the harness sees it: as it sees a scenario."""

    __test__ = False

    def __init__(self, item: pytest.Item | pytest.Collector, isolation: Isolation) -> None:
        self._item = item
        self.name = item.name
        self.location: object = item.nodeid
        self.status: ItemStatus = self
        self.tags: Sequence[str] = TAGS.get(isolation, [])

    def has_failed(self) -> bool:
        """Tell whether it has failed so far."""
        return self._item.stash.get(FAILED, False)


class Case:
    """What the harness gives to one test after the other."""

    def __init__(self, configuration: Configuration) -> None:
        self.default = configuration.isolation
        self.isolation = self.default
        """That of the test that is run."""
        self.harness: Harness[Any]
        self.engine: Engine
        """The application's; of a test that is rolled back, the one that has one connection."""
        self.database: DatabaseUnderTest
        self._make: Any

    def noting(self, application: Application[Any]) -> Application[Any]:
        """Return the same application; what its world is given is what a test is given."""
        if not isinstance(application, Application):
            raise HarnessError(
                "the fixture application returns no pgharness Application, but a"
                f" {type(application).__name__}: give yours another name."
            )
        self._make = application.world
        return replace(application, world=self._world)

    def _world(self, engine: Engine, database: DatabaseUnderTest) -> Any:
        self.engine, self.database = engine, database
        return self._make(engine, database)

    @property
    def is_rolled_back(self) -> bool:
        """Whether the test is one transaction."""
        return isinstance(self.database, RolledBackDatabase)

    @contextmanager
    def isolated(self, request: pytest.FixtureRequest) -> Iterator[None]:
        """Give a test the database that it asks for.

        One that has nothing but a `session` is one transaction: it has no other way to it.
        """
        asked = asked_for(request.node) or self.default
        names = set(request.fixturenames)
        if asked is Isolation.RESET and "session" in names and "world" not in names:
            asked = Isolation.ROLLBACK
        self.isolation = asked
        with ExitStack() as stack:
            if FOR_ALL_SESSIONS in names:
                if asked not in (Isolation.RESET, Isolation.ROLLBACK):
                    raise HarnessError(
                        f"{FOR_ALL_SESSIONS} means nothing with isolation={asked.value!r}: it"
                        " brings a database itself."
                    )
                stack.enter_context(self.harness.scope_of_the_run())
            if (obstacle := self.harness.obstacle(TAGS.get(asked, []))) is not None:
                pytest.skip(obstacle)
            if asked is not Isolation.RESET:
                stack.enter_context(self._context(asked))
            yield

    def _context(self, asked: Isolation) -> AbstractContextManager[None]:
        match asked:
            case Isolation.ROLLBACK:
                return self.harness.rolled_back()
            case Isolation.SERVER:
                return self.harness.server_of_its_own()
            case _:
                return self.harness.database_of_its_own(empty=asked is Isolation.EMPTY_DATABASE)

    @contextmanager
    def session(self, connection: Connection | None, opener: str) -> Iterator[Session]:
        """Yield a session of which nothing is left: of its own, or in the test's transaction."""
        if self.is_rolled_back:
            with Session(connection or self.engine, expire_on_commit=False) as session:
                event.listen(session, "after_begin", limit)
                yield session
            return
        sessions = self.harness.sessions()
        sessions.opener = opener
        with sessions.rolled_back() as session:
            yield session


@contextmanager
def shared(harness: Harness[Any], request: pytest.FixtureRequest) -> Iterator[TestSessionFactory]:
    """Let tests of a class or a module share what is stored; yield what stores the first of it.

    The scope begins at once, as if with a test before the others that left nothing, so that what
    fixtures store is in it; unless a test asks for it when it is already going on.
    """
    with refusals(), what_is_left(), harness.scope():
        if harness.unended is None:
            first = Test(request.node, Isolation.RESET)
            harness.after_scenario(harness.before_scenario(first), first)
        sessions = harness.sessions()
        sessions.opener = request.node.nodeid
        yield sessions


LIMITS: Final = "; ".join(
    f"SET LOCAL {name} = '{value}'" for name, value in FOR_TESTS.settings().items()
)


def limit(_: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Let nothing take long in a session's part of a transaction; it ends with that."""
    if not transaction.nested:
        connection.exec_driver_sql(LIMITS)


def asked_for(item: pytest.Item) -> Isolation | None:
    """Return what the nearest mark of a test asks for, if one does. Raises `HarnessError`."""
    for mark in item.iter_markers("pgharness"):
        unknown = sorted(mark.kwargs.keys() - {"isolation"})
        if mark.args or unknown or not mark.kwargs:
            raise HarnessError(
                'the mark pgharness takes isolation="…" and nothing else: one of'
                f" {', '.join(Isolation)}."
            )
        return _isolation(mark.kwargs["isolation"])
    return None


def _isolation(name: object) -> Isolation:
    try:
        return Isolation(str(name))
    except ValueError:
        near = get_close_matches(str(name), list(Isolation), n=1)
        ending = f"did you mean {near[0]}?" if near else f"use {', '.join(Isolation)}."
        raise HarnessError(f"there is no isolation {str(name)!r}; {ending}") from None


@contextmanager
def asynchronous(
    database: DatabaseUnderTest, application: Application[Any]
) -> Iterator[AsyncHandle]:
    """Yield an asynchronous engine; a connection of it that stays open is an error."""
    with refusals():
        if isinstance(database, RolledBackDatabase):
            raise HarnessError(
                'async_engine needs a second connection, and isolation="rollback" gives one:'
                ' take isolation="reset", and what is stored is removed after the test.'
            )
        made = AsyncHandle(database.url, application.engine_options(database.url))
    yield made
    left = made.close()
    with what_is_left():
        assert not left, f"asynchronous connections were left open: taken at {', '.join(left)}"


@contextmanager
def asynchronous_session(
    database: DatabaseUnderTest, application: Application[Any]
) -> Iterator[AsyncSession]:
    """Yield an asynchronous session that is rolled back."""
    with refusals():
        if isinstance(database, RolledBackDatabase):
            raise HarnessError(
                "async_session rolls back by itself, on a connection of its own: take"
                ' isolation="reset" instead of isolation="rollback".'
            )
        made = AsyncRolledBack(database.url, application.engine_options(database.url))
    try:
        yield made.session
    finally:
        made.close()


@contextmanager
def running(
    case: Case, options: Options, application: Application[Any], config: pytest.Config
) -> Iterator[Harness[Any]]:
    """Start the run that all tests of a process share, and remove at the end what it has made."""
    with refusals():
        made = case.harness = Harness(options, case.noting(application))
    interruptions.handle_signals()
    try:
        interruptions.begin_raising()
        with refusals():
            made.start()
        yield made
    finally:
        with interruptions.held_back(), _aloud(config):
            made.close()
        interruptions.restore_signals()


@contextmanager
def refusals() -> Iterator[None]:
    """Say in one sentence why a test cannot be run."""
    try:
        yield
    except (HarnessError, CannotBeShown) as refusal:
        raise _without_traceback(refusal) from None
    except psycopg.OperationalError as error:
        raise _without_traceback(provision.is_gone(error)) from None


def _without_traceback(refusal: HarnessError | CannotBeShown) -> BaseException:
    return pytest.fail.Exception(f"Cannot run: {refusal}", pytrace=False)


@contextmanager
def what_is_left() -> Iterator[None]:
    """Say in one sentence what a test has left that it should not have, as an error of it.

    An error from elsewhere, such as of a clean-up of the test's own, is shown as ever.
    """
    try:
        yield
    except (AssertionError, NotPutBack) as error:
        said = list(_said(error))
        if not all(said):
            raise
        raise pytest.fail.Exception("\n".join(reversed(said)), pytrace=False) from None


def _said(error: BaseException | None) -> Iterator[str]:
    """Yield what an error says and what came before it, the last first; of others nothing."""
    while error is not None:
        *_, (frame, _) = traceback.walk_tb(error.__traceback__)
        is_ours = frame.f_globals.get("__name__", "").startswith("pgharness.")
        yield str(error) if is_ours else ""
        error = None if error.__suppress_context__ else error.__context__


@contextmanager
def _aloud(config: pytest.Config) -> Iterator[None]:
    """Let what is printed be seen, also from a worker: where a kept database is, for one."""
    capture = config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled(), redirect_stdout(sys.stderr):
        yield
