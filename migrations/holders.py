"""Who holds the lock that an upgrade waits for: looked up while it waits, from a second connection.

Once the wait has been given up, the server no longer knows what was waited for.
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
"""How often somebody looks during one wait."""

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
"""Those who hold it; others may stand in the queue before us, and wait for the same ones. The two
readings of the locks may be of two moments: where the wait has ended or begun in between, there is
no row, where there would be one without what is held."""

LITERAL: Final = re.compile(r"'|\$\w*\$|--|/\*|(?<![\w$])\d")
"""Where a statement may begin to show a value."""


class Watch:
    """Looks, from time to time, who keeps a connection waiting."""

    def __init__(self, connection: Connection, limit: timedelta) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        self._info = driver.info
        self._interval = limit.total_seconds() / LOOKS
        self._pid = driver.info.backend_pid
        self._ended = Event()
        self.seen: list[str] = []
        """Who was seen holding what was waited for last, in words."""

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look for as long as this lasts."""
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
            # Whatever it is, the upgrade itself will say it better; only the names are missing.
            self.seen = [f"somebody (who, could not be looked up: {type(error).__name__})"]


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
    """Return a statement up to its first value: values may be nobody's business."""
    shown = LITERAL.split(" ".join(query.split()), maxsplit=1)[0].rstrip()
    return shown if shown == " ".join(query.split()) else f"{shown} …"
