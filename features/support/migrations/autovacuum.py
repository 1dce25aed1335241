"""Tables that are analyzed while revisions run, as autovacuum may do at any moment.

ANALYZE and VACUUM lock a table, and finally write its size into its row of `pg_class`. If another
transaction has written that row, they wait for its commit. A revision that changes the privileges
on a table before it locks the table therefore deadlocks with them.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial

import psycopg
from psycopg import errors, sql
from sqlalchemy import URL, Connection, event

from features.support import data
from pgharness.core.waiting import wait_for, waits
from pgharness.servers import provision


class Analyst:
    """Analyzes one table repeatedly, over a connection of its own."""

    def __init__(self, url: URL, table: str, cleanups: ExitStack) -> None:
        self.table = table
        self._connection = cleanups.enter_context(provision.connect(url, name="analyst"))
        self._thread = cleanups.enter_context(ThreadPoolExecutor(max_workers=1))
        self._last: Future[None] | None = None
        self.deadlock: str | None = None
        """The error of an analysis that was cancelled by a deadlock."""

    def begin(self) -> None:
        """Start to analyze the table, unless an analysis is running; a locked table is skipped."""
        if self._last is None or self._last.done():
            self.end()
            self._last = self._thread.submit(self._analyze)

    def end(self) -> None:
        """Return when the last analysis has ended."""
        if self._last is not None:
            self._last.result()

    def rests(self, observer: psycopg.Connection) -> bool | None:
        """Return True if the last analysis has ended or waits for a lock, else None."""
        assert self._last is not None, "it has begun"
        pid = self._connection.info.backend_pid
        return True if self._last.done() or waits(observer, pid) else None

    def _analyze(self) -> None:
        try:
            self._connection.execute(
                sql.SQL("ANALYZE (SKIP_LOCKED) {}").format(sql.Identifier(self.table))
            )
        except errors.UndefinedTable:
            return
        except errors.DeadlockDetected as error:
            self.deadlock = f"the analysis of {self.table}: {error}"


class Analysts:
    """One for each table."""

    def __init__(self, url: URL, observer: psycopg.Connection) -> None:
        self._url = url
        self._observer = observer
        self._cleanups = ExitStack()
        self._analysts: dict[str, Analyst] = {}

    @contextmanager
    def at_work(self, connection: Connection) -> Iterator[None]:
        """Start to analyze all tables before each statement of this connection."""
        with self._cleanups:
            event.listen(connection, "before_cursor_execute", self._before)
            try:
                yield
            finally:
                event.remove(connection, "before_cursor_execute", self._before)
            for analyst in self._analysts.values():
                analyst.end()

    @property
    def deadlocks(self) -> list[str]:
        """The errors of the analyses that were cancelled by a deadlock."""
        return [it.deadlock for it in self._analysts.values() if it.deadlock is not None]

    def _before(self, *_: object) -> None:
        for table in data.tables(self._observer):
            if table not in self._analysts:
                self._analysts[table] = Analyst(self._url, table, self._cleanups)
            self._analysts[table].begin()
        for analyst in self._analysts.values():
            wait_for(partial(analyst.rests, self._observer), f"{analyst.table} is never analyzed")
