"""Tables that are analyzed while revisions run, as autovacuum may do at any moment.

Whoever analyzes or vacuums a table holds a lock on it, and in the end writes its size into its row
of `pg_class`. If somebody has written that row and has not committed, they wait for the commit. A
revision that changes the rights to a table and only then asks for its lock waits in a circle.
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
    """Somebody who analyzes one table, again and again, over a connection of their own."""

    def __init__(self, url: URL, table: str, cleanups: ExitStack) -> None:
        self.table = table
        self._connection = cleanups.enter_context(provision.connect(url, name="analyst"))
        self._thread = cleanups.enter_context(ThreadPoolExecutor(max_workers=1))
        self._last: Future[None] | None = None
        self.gave_way: str | None = None
        """How an analysis was broken off because of a circle."""

    def begin(self) -> None:
        """Begin to analyze the table, unless that is still going on; a locked one is left out."""
        if self._last is None or self._last.done():
            self.end()
            self._last = self._thread.submit(self._analyze)

    def end(self) -> None:
        """Return when the table is analyzed."""
        if self._last is not None:
            self._last.result()

    def rests(self, observer: psycopg.Connection) -> bool | None:
        """Return True if the analyst is done, or waits for somebody."""
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
            self.gave_way = f"the analysis of {self.table}: {error}"


class Analysts:
    """One for each table. While they are `at_work`, each begins anew before every statement."""

    def __init__(self, url: URL, observer: psycopg.Connection) -> None:
        self._url = url
        self._observer = observer
        self._cleanups = ExitStack()
        self._analysts: dict[str, Analyst] = {}

    @contextmanager
    def at_work(self, connection: Connection) -> Iterator[None]:
        """Have all tables analyzed before each statement that comes over this connection."""
        with self._cleanups:
            event.listen(connection, "before_cursor_execute", self._before)
            try:
                yield
            finally:
                event.remove(connection, "before_cursor_execute", self._before)
            for analyst in self._analysts.values():
                analyst.end()

    @property
    def gave_way(self) -> list[str]:
        """How analyses were broken off because of a circle."""
        return [told for one in self._analysts.values() if (told := one.gave_way) is not None]

    def _before(self, *_: object) -> None:
        for table in data.tables(self._observer):
            if table not in self._analysts:
                self._analysts[table] = Analyst(self._url, table, self._cleanups)
            self._analysts[table].begin()
        for analyst in self._analysts.values():
            wait_for(partial(analyst.rests, self._observer), f"{analyst.table} is never analyzed")
