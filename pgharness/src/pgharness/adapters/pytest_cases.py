"""The implementation of the pytest fixtures, imported when the first test needs a database."""

import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import (
    AbstractContextManager,
    ExitStack,
    contextmanager,
    redirect_stdout,
    suppress,
)
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
from pgharness.core import attachments
from pgharness.core.application import Application
from pgharness.core.errors import HarnessError
from pgharness.core.exits import interruptions
from pgharness.core.options import Options
from pgharness.core.protocols import DatabaseUnderTest, ItemStatus
from pgharness.isolation.savepoints import RolledBackDatabase, UnsupportedInRollback
from pgharness.isolation.snapshots import CleanupFailed
from pgharness.servers import provision
from pgharness.sessions.async_handles import AsyncHandle, AsyncRolledBack
from pgharness.sessions.sessions import TEST_TIMEOUTS, TestSessionFactory

FAILED: Final = pytest.StashKey[bool]()
"""Whether a test has failed, before its fixtures are torn down."""

BEGUN: Final = pytest.StashKey[Harness[Any]]()
"""The run of a test whose database was made ready."""

SECTIONS: Final = {attachments.SQL: "SQL of the test", attachments.TEXT: "Sessions that wait"}
"""The headings in pytest's report of what explains a failure."""

TAGS: Final = {
    Isolation.ROLLBACK: ["fixture.rollback"],
    Isolation.DATABASE: ["fixture.database"],
    Isolation.EMPTY_DATABASE: ["fixture.empty_database"],
    Isolation.SERVER: ["fixture.server"],
}
"""The tags of a scenario with the same isolation."""

FOR_ALL_SESSIONS: Final = "shared_in_session"
"""The fixture by which a test shares stored rows with all others that use it."""


class TestItem:
    """A test of pytest as a `RunItem`."""

    __test__ = False

    def __init__(self, item: pytest.Item | pytest.Collector, isolation: Isolation) -> None:
        self._item = item
        self.name = item.name
        self.location: object = item.nodeid
        self.status: ItemStatus = self
        self.tags: Sequence[str] = TAGS.get(isolation, [])

    def has_failed(self) -> bool:
        """Return whether it has failed so far."""
        return self._item.stash.get(FAILED, False)


def explain(item: pytest.Item, report: pytest.TestReport) -> None:
    """Add the statements and who waits for whom to the report of a test's first failure."""
    if BEGUN not in item.stash or item.stash.get(FAILED, False):
        return
    harness = item.stash[BEGUN]
    is_over = report.when == "teardown"
    found = harness.statements() if is_over else harness.attachments(only_waits=True)
    with suppress(psycopg.Error):  # the server is gone, which the end of the test reports
        for media_type, text in found:
            if media_type in SECTIONS:
                report.sections.append((SECTIONS[media_type], text))


class CurrentTest:
    """The engine, database and isolation of the test that is running."""

    def __init__(self, configuration: Configuration) -> None:
        self.default = configuration.isolation
        self.isolation = self.default
        """The isolation of the running test."""
        self.harness: Harness[Any]
        self.engine: Engine
        """The application's engine; if the test is rolled back, one with a single connection."""
        self.database: DatabaseUnderTest
        self._make: Any

    def tracked(self, application: Application[Any]) -> Application[Any]:
        """Return the application with a world that sets `engine` and `database` here."""
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
        """Whether the test is one transaction that is rolled back."""
        return isinstance(self.database, RolledBackDatabase)

    @contextmanager
    def isolated(self, request: pytest.FixtureRequest) -> Iterator[None]:
        """Give a test the database that its mark names.

        With isolation reset, a test that uses `session` without `world` is rolled back instead.
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
        """Yield a session that is rolled back, in its own or in the test's transaction."""
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
    """Open a scope for the tests of a class or a module; yield a factory of sessions for it.

    The scope begins before the first test, so that it includes rows stored by fixtures; unless a
    test requests it while it is already running.
    """
    with refusals(), what_is_left(), harness.scope():
        if harness.unended is None:
            first = TestItem(request.node, Isolation.RESET)
            harness.after_scenario(harness.before_scenario(first), first)
        sessions = harness.sessions()
        sessions.opener = request.node.nodeid
        yield sessions


LIMITS: Final = "; ".join(
    f"SET LOCAL {name} = '{value}'" for name, value in TEST_TIMEOUTS.settings().items()
)


def limit(_: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Set the time limits of a session with SET LOCAL, which ends with its savepoint."""
    if not transaction.nested:
        connection.exec_driver_sql(LIMITS)


def asked_for(item: pytest.Item) -> Isolation | None:
    """Return the isolation in the nearest mark of a test, or None. Raises `HarnessError`."""
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
    """Yield an asynchronous engine; fail if one of its connections is still in use afterwards."""
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
    case: CurrentTest, options: Options, application: Application[Any], config: pytest.Config
) -> Iterator[Harness[Any]]:
    """Start the run of a process for all of its tests, and remove its databases at the end."""
    with refusals():
        made = case.harness = Harness(options, case.tracked(application))
    interruptions.handle_signals()
    try:
        interruptions.begin_raising()
        with refusals():
            made.start()
        yield made
    finally:
        with interruptions.held_back(), _uncaptured(config):
            made.close()
        interruptions.restore_signals()


@contextmanager
def refusals() -> Iterator[None]:
    """Fail with one sentence, without a traceback, if a test cannot be run."""
    try:
        yield
    except (HarnessError, UnsupportedInRollback) as refusal:
        raise _without_traceback(refusal) from None
    except psycopg.OperationalError as error:
        raise _without_traceback(provision.is_gone(error)) from None


def _without_traceback(refusal: HarnessError | UnsupportedInRollback) -> BaseException:
    return pytest.fail.Exception(f"Cannot run: {refusal}", pytrace=False)


@contextmanager
def what_is_left() -> Iterator[None]:
    """Fail with one sentence, without a traceback, if a test left something behind.

    Other errors, such as those of the test's own cleanups, are shown as usual.
    """
    try:
        yield
    except (AssertionError, CleanupFailed) as error:
        said = list(_own_messages(error))
        if not all(said):
            raise
        raise pytest.fail.Exception("\n".join(reversed(said)), pytrace=False) from None


def _own_messages(error: BaseException | None) -> Iterator[str]:
    """Yield the messages of an error and its contexts; '' for those not raised by the harness."""
    while error is not None:
        *_, (frame, _) = traceback.walk_tb(error.__traceback__)
        is_ours = frame.f_globals.get("__name__", "").startswith("pgharness.")
        yield str(error) if is_ours else ""
        error = None if error.__suppress_context__ else error.__context__


@contextmanager
def _uncaptured(config: pytest.Config) -> Iterator[None]:
    """Print to the terminal without capturing, also in a worker of pytest-xdist."""
    capture = config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled(), redirect_stdout(sys.stderr):
        yield
