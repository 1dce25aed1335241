"""No connection of a scenario may outlive it."""

import time
from typing import Any, Final

import psycopg
from sqlalchemy import Engine, QueuePool, event

GRACE: Final = 2.0
"""Seconds in which the server must have noticed that a connection was closed."""

OTHERS: Final = """
    SELECT pid, application_name, coalesce(state, 'starting'), left(query, 100)
      FROM pg_stat_activity
     WHERE datname = current_database() AND backend_type = 'client backend'
       AND pid <> pg_backend_pid()
"""


def lent(engine: Engine) -> int:
    """Return how many of a pool's connections are in use."""
    pool = engine.pool
    assert isinstance(pool, QueuePool), "only a pool that is limited counts them"
    return pool.checkedout()


class Connections:
    """Knows which connections belong to the domain's pools; all others must be gone."""

    def __init__(self, engine: Engine, observer: psycopg.Connection) -> None:
        self._engines: list[Engine] = []
        self._observer = observer
        self._pooled: set[int] = set()
        self.watch(engine)

    def watch(self, engine: Engine) -> None:
        """Let what is idle in this engine's pool outlive a scenario."""
        self._engines.append(engine)
        event.listen(engine, "connect", self._opened)
        event.listen(engine, "close", self._closed)

    def _opened(self, connection: psycopg.Connection, _: Any) -> None:
        self._pooled.add(connection.info.backend_pid)

    def _closed(self, connection: psycopg.Connection, _: Any) -> None:
        if not connection.closed:
            self._pooled.discard(connection.info.backend_pid)

    def ours(self, connection: psycopg.Connection) -> None:
        """Let another of the harness's own connections outlive a scenario."""
        self._pooled.add(connection.info.backend_pid)

    def observe_through(self, observer: psycopg.Connection) -> None:
        """Ask through another connection from now on."""
        self._observer = observer

    def check_none_left(self) -> None:
        """Fail if a connection is open that is not idle in the pool; then end it."""
        held = sum(map(lent, self._engines))
        left = self._left()
        deadline = time.monotonic() + GRACE
        while left and time.monotonic() < deadline:
            left = self._left()
        if held or left:
            for pid in left:
                self._observer.execute("SELECT pg_terminate_backend(%s)", [pid])
            for engine in self._engines:
                engine.dispose()
        assert not left, f"the scenario left connections open: {'; '.join(left.values())}"
        assert not held, f"the scenario did not give back {held} of the pool's connections"

    def _left(self) -> dict[int, str]:
        return {
            pid: f"{name or 'unnamed'} ({state}): {query}"
            for pid, name, state, query in self._observer.execute(OTHERS)
            if pid not in self._pooled or state != "idle"
        }
