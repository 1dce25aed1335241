"""Finds the transactions that block an upgrade, from a second connection while it waits.

After a lock timeout the server no longer reports what was waited for.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Final

import psycopg
from sqlalchemy import Connection

LOOKS: Final = 5
"""Queries of the locks during one lock timeout."""

WAITING: Final = """
    SELECT coalesce(a.pid, 0), coalesce(nullif(application_name, ''), 'unnamed'), usename,
           to_char(xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), state, query,
           waited_for.what
      FROM (SELECT count(*) AS number,
                   max(CASE WHEN relation IS NULL THEN locktype
                            ELSE relation::regclass::text END) AS what
              FROM pg_locks WHERE pid = %(waiting)s AND NOT granted) AS waited_for
           CROSS JOIN LATERAL (SELECT unnest(pg_blocking_pids(%(waiting)s)) AS pid
                                WHERE waited_for.number > 0) AS blocking
           LEFT JOIN pg_stat_activity AS a ON a.pid = blocking.pid
     WHERE coalesce(wait_event_type, '') <> 'Lock'
"""
"""The holders of the lock; processes that wait in the queue are left out. pg_locks and
pg_blocking_pids() may see two moments: if the wait begins or ends in between, there is no row."""

LITERAL: Final = re.compile(r"'|\$\w*\$|--|/\*|(?<![\w$])\d")
"""Where a statement may begin to show a value."""


class Watch:
    """Queries periodically which transactions block a connection."""

    def __init__(self, connection: Connection, limit: timedelta) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        self._info = driver.info
        self._interval = limit.total_seconds() / LOOKS
        self._pid = driver.info.backend_pid
        self._ended = Event()
        self.seen: list[str] = []
        """Descriptions of the holders found by the last query that found any."""

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Query in a thread until the block ends."""
        thread = Thread(target=self._look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def _look(self) -> None:
        if self._ended.wait(self._interval):
            return
        try:
            with psycopg.connect(
                self._info.dsn,
                password=self._info.password,
                autocommit=True,
                application_name="alembic: looks who holds locks",
            ) as connection:
                while not self._ended.wait(self._interval):
                    found = connection.execute(WAITING, {"waiting": self._pid}).fetchall()
                    self.seen = [_described(*row) for row in found] or self.seen
        except (psycopg.Error, UnicodeError) as error:  # a role's name may be in any encoding
            # The upgrade reports the same error itself; only the holders are unknown then.
            self.seen = [f"a transaction that could not be looked up ({type(error).__name__})"]


def _described(  # noqa: PLR0913, PLR0917 (one for each column)
    pid: int,
    name: str,
    user: str,
    since: str | None,
    state: str | None,
    query: str,
    what: str,
) -> str:
    if not pid:
        return f"a prepared transaction (see pg_prepared_xacts) that holds {what}"
    does = "last ran" if state and state.startswith("idle") else "runs"
    return (
        f"process {pid} ({name}, as {user}), which holds {what} in a transaction since"
        f" {since or 'an unknown time'} UTC and {does} {without_values(query)!r}"
    )


def without_values(query: str) -> str:
    """Return a statement up to its first literal: literals may be secret."""
    shown = LITERAL.split(" ".join(query.split()), maxsplit=1)[0].rstrip()
    return shown if shown == " ".join(query.split()) else f"{shown} …"
