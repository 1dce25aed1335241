"""One run of tests: its server and databases, and what happens around each test."""

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count

import psycopg
from sqlalchemy import URL

from pgharness.adapters import evidence
from pgharness.adapters.account import Account
from pgharness.adapters.given_databases import GivenDatabases
from pgharness.core import attachments, requirements
from pgharness.core.application import Application, W
from pgharness.core.attachments import Attachment
from pgharness.core.options import Keep, Options, ServerKind
from pgharness.core.protocols import RunItem
from pgharness.core.run_directory import Run
from pgharness.isolation.scopes import DISPOSABLE, ISOLATING
from pgharness.observe.sql_log import SqlLog
from pgharness.servers import embedded, provision, psql
from pgharness.servers.early import EarlyServer, begin_run


class Harness(GivenDatabases[W]):
    """One run's server, databases and connections."""

    def __init__(self, options: Options, application: Application[W]) -> None:
        super().__init__(options, application)
        self._server_cleanups = ExitStack()
        """Left out at the end if a database is kept."""
        self._account = Account()
        self._cost = 0.0
        self._copies: Iterator[int] = count(1)
        self.unended: RunItem | None = None
        """The test for which `before_scenario` was called and `after_scenario` was not."""
        self.server_line = ""
        """Which server the run has, and why that one."""
        self._log = SqlLog(sys.__stderr__ or sys.stderr) if options.sql else None
        self._began = time.perf_counter()
        self._pid = os.getpid()
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

    def obstacle(self, tags: Iterable[str]) -> str | None:
        """Return why a test with these tags must be skipped on this server, or None."""
        obstacles = map(self._server.obstacle, requirements.read_from(tags))
        obstacle = next(filter(None, obstacles), None)
        if obstacle is not None:
            self._account.skipped[obstacle] += 1
        return obstacle

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
