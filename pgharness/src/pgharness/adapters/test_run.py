"""One run of tests: its server and databases, and what happens around each test."""

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain, count
from typing import Generic

import psycopg
from sqlalchemy import URL

from pgharness.adapters import evidence
from pgharness.adapters.account import Account
from pgharness.core import attachments, requirements
from pgharness.core.application import Application, W
from pgharness.core.attachments import Attachment
from pgharness.core.errors import HarnessError
from pgharness.core.options import Keep, Options, ServerKind
from pgharness.core.protocols import OwnServer, RunItem, Server
from pgharness.core.requirements import Need
from pgharness.core.run_directory import Run
from pgharness.databases.templates import RunDatabases
from pgharness.isolation.prepared import PreparedDatabases
from pgharness.isolation.scopes import DISPOSABLE, ISOLATING, Scopes
from pgharness.isolation.snapshots import EMPTY, Snapshot
from pgharness.isolation.test_database import Database
from pgharness.observe.sql_log import SqlLog
from pgharness.servers import embedded, provision, psql
from pgharness.servers.early import EarlyServer, begin_run
from pgharness.sessions.sessions import TestSessionFactory


class Harness(Generic[W]):
    """One run's server, databases and connections."""

    def __init__(self, options: Options, application: Application[W]) -> None:
        self._options = options
        self._application = application
        self._cleanups = ExitStack()
        """Run at the end of the run in any case."""
        self._server_cleanups = ExitStack()
        """Left out at the end if a database is kept."""
        self._account = Account()
        self._cost = 0.0
        self._cases: Iterator[int] = count(1)
        self._copies: Iterator[int] = count(1)
        self._scopes = Scopes()
        self._kept_database: Database[W] | None = None
        """The database of tests that share rows until the end of the run."""
        self._initial: Snapshot | None = None
        """The rows of the migrations, read from the first clone."""
        self._rolls_back = False
        self._missing: HarnessError | None = None
        """Why a server for a test of its own did not start."""
        self.unended: RunItem | None = None
        """The test for which `before_scenario` was called and `after_scenario` was not."""
        self.server_line = ""
        """Which server the run has, and why that one."""
        self._log = SqlLog(sys.__stderr__ or sys.stderr) if options.sql else None
        self._began = time.perf_counter()
        self._pid = os.getpid()
        self._run: Run
        self._first: Run
        """The run of the process that has started the server: it outlives the runs of forks."""
        self._of_the_parent: tuple[object, ...] = ()
        """In a fork, what it keeps from being collected."""

    def start(self, early: EarlyServer | None = None) -> None:
        """Start the server and create the run's database. Raises `HarnessError`."""
        self._run, begun = begin_run(early, self._options, self._server_cleanups)
        self._first = self._run
        embedded.sweep()
        with provision.refusals():
            self._server, line = provision.start_and_check(
                *(self._options, self._run, self._server_cleanups),
                *(self._application.requirements, begun),
            )
            print(line, flush=True)
            self.server_line = line
            if self._options.kind is ServerKind.EXTERNAL:
                self._cleanups.callback(self._say_what_stays)
            self._open_databases(sweeping=True)
        if self._log is not None:
            self._cleanups.enter_context(self._log.listening())
        self._ready_after = time.perf_counter() - self._began

    def continue_in_fork(self) -> None:
        """Go on in this process, a fork of that which has started the server.

        It is a run of its own on the same server: other runs keep apart from it, and sweep what is
        left if it is killed. Raises `HarnessError`.
        """
        # The parent still uses all of it; a fork must not close what it has not opened.
        self._of_the_parent = (
            *(self._cleanups, self._server_cleanups, self._databases),
            *(self._database, self._kept_database, self.prepared),
        )
        self._cleanups, self._server_cleanups = ExitStack(), ExitStack()
        self._account, self._kept_database = Account(), None
        self._pid = os.getpid()
        self._run = Run.begin()
        self._server_cleanups.callback(self._run.close)
        with provision.refusals():
            self._open_databases(sweeping=False)

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

    @property
    def run_id(self) -> str:
        """The id of this process's run, with which the names of its databases end."""
        return self._run.id

    def account(self) -> Account:
        """Return what happened since the last call, for `add` in the parent process."""
        account, self._account = self._account, Account()
        account.undropped.update(self._databases.undropped)
        return account

    def add(self, account: Account) -> None:
        """Add what happened in a fork."""
        self._account.add(account)

    def sweep(self) -> None:
        """Remove what a fork has left that was killed."""
        provision.sweep(self._options, self._server.kind)
        self._databases.sweep()

    def before_scenario(self, scenario: RunItem, step: Callable[[], str] = str) -> W:
        """Return a new world; the database contains only rows that the test shares with others.

        `step` returns the step that is being executed, for the statements of `attachments`.
        Raises `HarnessError` if the test needs its own server and that did not start.
        """
        if self._missing is not None:
            raise self._missing
        self._cost = 0.0
        self.unended = scenario
        with self._timed():
            self._scopes.begin(self._database, rolled_back=self._rolls_back)
            database = self._database
            world = database.rolled_back_world() if self._rolls_back else database.world()
            world.scenario = scenario.name
        if self._log is not None:
            self._log.begin(f"{scenario.location} {scenario.name}", step)
        return world

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

    def obstacle(self, tags: Iterable[str]) -> str | None:
        """Return why a test with these tags must be skipped on this server, or None."""
        obstacles = map(self._server.obstacle, requirements.read_from(tags))
        obstacle = next(filter(None, obstacles), None)
        if obstacle is not None:
            self._account.skipped[obstacle] += 1
        return obstacle

    @contextmanager
    def another_database(self, like: URL | None = None, encoding: str = "UTF8") -> Iterator[URL]:
        """Create another database, empty or as a copy of `like`, which must have no connections."""
        purpose = f"more_{next(self._cases)}"
        with ExitStack() as cleanups:
            if like is None:
                yield self._databases.empty(purpose, cleanups, encoding)
            else:
                yield self._databases.copy(like, purpose, cleanups)

    def begin_with(self, source: URL) -> None:
        """Replace the database of the running test by a copy of another one, as of `prepared`.

        The test must have a database that no other test shares.
        """
        assert self.unended is not None, "no test is running"
        assert not DISPOSABLE.isdisjoint(self.unended.tags), "others would find the copy"
        with self._timed(), self._database.disconnected():
            self._databases.replace(self._database.url, source)

    def attachments(self, *, only_waits: bool = False) -> Iterator[Attachment]:
        """Yield what explains the failure of the running test, before `after_scenario`.

        Raises `psycopg.Error` if the server is gone.
        """
        yield from self.statements()
        yield from evidence.waiting(self._database, only_waits=only_waits or self._rolls_back)

    def statements(self) -> Iterator[Attachment]:
        """Yield the statements of the running or the last test, with `-D sql=on`."""
        yield from evidence.statements(self._log)

    def after_scenario(self, world: W, scenario: RunItem) -> Iterable[Attachment]:
        """End a test; return the line that opens its database, if that is kept.

        Raises an error if it left a refusal unchecked or a connection open.
        """
        self.unended = None
        try:
            return self._look_after(world, scenario)
        finally:
            with self._timed():
                if ISOLATING.isdisjoint(scenario.tags):
                    self._scopes.end(self._database)
            self._account.costs.append(self._cost)

    def _look_after(self, world: W, scenario: RunItem) -> Iterable[Attachment]:
        if self._log is not None:
            self._log.end()
        with self._timed():
            try:
                world.close(failed=scenario.status.has_failed())
            finally:
                self._database.settle()
                self._database.check_none_left()
        if scenario.status.has_failed() and self._options.keep is Keep.FAILED:
            return self._keep(scenario)
        return ()

    def close(self) -> None:
        """Remove everything that the run created; print what is kept, and the time.

        Does nothing in a fork of the process.
        """
        if os.getpid() != self._pid:
            return
        if self._account.kept:
            self._server_cleanups.pop_all()
        try:
            self._say_what_was()
        finally:
            self._remove()

    def _say_what_was(self) -> None:
        where = "server" if self._options.kind is ServerKind.EXTERNAL else "machine"
        if self._options.timing and (costs := self._account.median_cost()):
            print(f"Harness: {self._ready_after:.2f} s to the first test, then {costs}")
        for line in self._account.lines(where):
            print(line)

    def _remove(self) -> None:
        try:
            with self._server_cleanups, self._cleanups:
                pass
        except psycopg.OperationalError:
            # A server that the run has started is removed with its databases.
            if self._options.kind is ServerKind.EXTERNAL:
                print("The run's databases could not be removed; the next run there will do it.")

    def _say_what_stays(self) -> None:
        self._account.undropped.update(self._databases.undropped)
        for name, reason in self._account.undropped.items():
            print(
                f"The database {name} could not be dropped ({reason}); "
                "the next run there tries it again."
            )

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

    def _keep(self, scenario: RunItem) -> Iterable[Attachment]:
        if self._rolls_back:
            print(f"{scenario.location}: nothing is kept, the test was rolled back")
            return ()
        if self._database.has_own_server:
            print(f"{scenario.location}: nothing is kept, the test's server was removed")
            return ()
        self._database.disconnect()
        copy = self._databases.keep(str(self._database.url.database), next(self._copies))
        self._database.connect()
        self._account.kept.append(f"{scenario.location}: {self._psql(copy)}")
        return [(attachments.PSQL, psql.line_for_reports(copy))]

    def _psql(self, url: URL) -> str:
        ours = self._server.kind is not ServerKind.EXTERNAL
        return psql.line(url, self._first.directory / "pgpass" if ours else None)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self._cost += time.perf_counter() - began
