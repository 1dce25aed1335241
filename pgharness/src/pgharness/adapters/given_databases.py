"""Which database a test has: the one of the run, one that tests share, or one of its own."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain, count
from typing import Generic

from sqlalchemy import URL

from pgharness.core.application import Application, W
from pgharness.core.errors import HarnessError
from pgharness.core.options import Options
from pgharness.core.protocols import OwnServer, Server
from pgharness.core.requirements import Need
from pgharness.core.run_directory import Run
from pgharness.databases.templates import RunDatabases
from pgharness.isolation.prepared import PreparedDatabases
from pgharness.isolation.scopes import Scopes
from pgharness.isolation.snapshots import EMPTY, Snapshot
from pgharness.isolation.test_database import Database
from pgharness.servers import provision
from pgharness.sessions.sessions import TestSessionFactory


class GivenDatabases(Generic[W]):
    """The databases that one process of a run gives to its tests, once `_open_databases` is called.

    The blocks of tests nest: each leaves as current the database that it found.
    """

    def __init__(self, options: Options, application: Application[W]) -> None:
        self._options = options
        self._application = application
        self._cleanups = ExitStack()
        """Run at the end of the run in any case."""
        self._cases: Iterator[int] = count(1)
        self._scopes = Scopes()
        self._kept_database: Database[W] | None = None
        """The database of tests that share rows until the end of the run."""
        self._initial: Snapshot | None = None
        """The rows of the migrations, read from the first clone."""
        self._rolls_back = False
        self._missing: HarnessError | None = None
        """Why a server for a test of its own did not start."""
        self._run: Run
        self._first: Run
        """The run of the process that has started the server: it outlives the runs of forks."""
        self._server: Server
        self._database: Database[W]
        """The one that the next test gets."""

    def _open_databases(self, *, sweeping: bool) -> None:
        """Make what this process has of its own on the server."""
        self._databases = RunDatabases(
            *(self._server.url, self._run.id, self._application.migrator),
            kept_by=self._first.id,
            keeps_template=self._options.keeps_template,
        )
        self._databases.open(self._cleanups, sweeping=sweeping)
        self.prepared = PreparedDatabases(self._databases, self._cleanups)
        self._database = self._cleanups.enter_context(self._clone("run"))

    @contextmanager
    def _clone(self, purpose: str, *, empty: bool = False) -> Iterator[Database[W]]:
        make = self._databases.empty if empty else self._databases.clone
        with ExitStack() as cleanups:
            names = chain([purpose], (f"{purpose}_{number}" for number in count(2)))
            initial = EMPTY if empty else self._initial
            database = Database(
                lambda: make(next(names), cleanups), self._application, initial=initial
            )
            self._initial = self._initial if empty else database.initial
            cleanups.callback(database.disconnect)
            yield database

    def sessions(self) -> TestSessionFactory:
        """Return the factory of sessions on the current database, which keeps it."""
        return self._database.sessions()

    @contextmanager
    def rolled_back(self) -> Iterator[None]:
        """Run each test of this block in one transaction that is rolled back."""
        before, self._rolls_back = self._rolls_back, True
        try:
            yield
        finally:
            self._rolls_back = before

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Let the tests of this block share stored rows."""
        with self._scopes.opened(self._database):
            yield

    @contextmanager
    def scope_of_the_run(self) -> Iterator[None]:
        """Let the tests of all such blocks share stored rows until the end of the run.

        They use a separate database, so that other tests do not see these rows. Its scope has no
        end: nothing is restored, the database is dropped with the run.
        """
        if self._kept_database is None:
            self._kept_database = self._cleanups.enter_context(
                self._clone(f"lasting_{next(self._cases)}")
            )
            self._scopes.open(self._kept_database)
        shared, self._database = self._database, self._kept_database
        try:
            yield
        finally:
            self._database = shared

    @contextmanager
    def database_of_its_own(self, *, empty: bool = False) -> Iterator[None]:
        """Give the tests of this block a clone of the template, or an empty database."""
        shared = self._database
        try:
            with self._clone(f"case_{next(self._cases)}", empty=empty) as self._database:
                yield
        finally:
            self._database = shared

    @contextmanager
    def server_of_its_own(self) -> Iterator[None]:
        """Give the tests of this block a durable server of their own, which they may crash.

        If the run uses an external server, there is none, and `obstacle` skips these tests.
        """
        if self._server.obstacle(Need.CRASH):
            yield
            return
        shared = self._server, self._database
        with ExitStack() as cleanups:
            # After an interruption the code below may not run.
            self._cleanups.callback(cleanups.close)
            try:
                self._server, self._database = self._start_durable(cleanups)
            except HarnessError as refusal:
                # behave reports an error in a feature's fixture for none of its scenarios.
                self._missing = refusal
            yield
        self._missing = None
        self._server, self._database = shared

    def _start_durable(self, cleanups: ExitStack) -> tuple[Server, Database[W]]:
        server = provision.start_durable(
            self._server, self._options, self._run, f"server{next(self._cases)}", cleanups
        )
        database = Database(lambda: self._made_on(server), self._application, server)
        cleanups.callback(database.disconnect)
        return server, database

    def _made_on(self, server: OwnServer) -> URL:
        """Create a database on a test's own server; it is removed with the server."""
        databases = RunDatabases(server.url, self._run.id, self._application.migrator)
        with ExitStack() as cleanups:
            databases.open(cleanups)
            return databases.clone(f"run{next(self._cases)}", ExitStack())

    @contextmanager
    def another_database(self, like: URL | None = None, encoding: str = "UTF8") -> Iterator[URL]:
        """Create another database, empty or as a copy of `like`, which must have no connections."""
        purpose = f"more_{next(self._cases)}"
        with ExitStack() as cleanups:
            if like is None:
                yield self._databases.empty(purpose, cleanups, encoding)
            else:
                yield self._databases.copy(like, purpose, cleanups)
