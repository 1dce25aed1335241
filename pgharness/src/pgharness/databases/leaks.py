"""No connection of a scenario may outlive it, and nothing that keeps its database in use."""

import functools
import time
import weakref
from contextlib import suppress
from dataclasses import dataclass
from itertools import starmap
from typing import Any, Final

import psycopg
from psycopg import errors, sql
from psycopg.pq.abc import PGconn
from sqlalchemy import Engine, Pool, PoolProxiedConnection, QueuePool, event
from sqlalchemy.pool import ConnectionPoolEntry

from pgharness.core.callers import place
from pgharness.core.foreign_text import answer, shown

GRACE: Final = 2.0
"""Seconds in which the server must have noticed that a connection was closed."""

LEFT: Final = """
    SELECT pid, coalesce(nullif(application_name, ''), 'unnamed'), coalesce(state, 'starting'),
           left(query, 100)
      FROM pg_stat_activity
     WHERE datname = current_database() AND backend_type IN ('client backend', 'walsender')
       AND pid <> pg_backend_pid() AND coalesce(pg_has_role(usesysid, 'MEMBER'), true)
     UNION ALL
    SELECT NULL, gid, 'prepared transaction', NULL
      FROM pg_prepared_xacts WHERE database = current_database()
     UNION ALL
    SELECT NULL, slot_name, 'replication slot', NULL
      FROM pg_replication_slots WHERE database = current_database() AND NOT temporary
"""
"""What others have in the connected database: their connections, by their processes, and what
outlives a connection, by its name. A temporary slot goes with its connection, and a connection of
a role that the run may not act as is none of a scenario's: a monitor's, for example."""

ENDINGS: Final = {
    "prepared transaction": sql.SQL("ROLLBACK PREPARED {}"),
    "replication slot": sql.SQL("SELECT pg_drop_replication_slot({})"),
}

TERMINATION: Final = "SELECT pg_terminate_backend(%s, %s)"
TERMINATION_MS: Final = 5000
"""How long the end of a connection is waited for, so that its slot is free."""


@dataclass(frozen=True)
class Opened:
    """A connection that this process has opened."""

    where: str
    connection: weakref.ref[psycopg.BaseConnection[Any]]


OPENED: Final[dict[int, Opened]] = {}
"""What this process has opened since the last scenario, by the server's process."""

LENT: Final[weakref.WeakValueDictionary[int, PoolProxiedConnection]] = weakref.WeakValueDictionary()
"""What was taken from any pool of this process, by the server's process; as long as it is kept."""


@functools.cache
def note_openers() -> None:
    """Note from now on where each connection of this process is opened, and who keeps it.

    Also those of tests that use no engine, and those of engines of other databases. The driver
    has no event for it: what makes a connection of any class is wrapped, once for the process.
    """
    event.listen(Pool, "checkout", _note_lent)
    given = psycopg.BaseConnection.__init__

    @functools.wraps(given)
    def noting(connection: psycopg.BaseConnection[Any], pgconn: PGconn) -> None:
        given(connection, pgconn)
        OPENED[pgconn.backend_pid] = Opened(place(), weakref.ref(connection))

    psycopg.BaseConnection.__init__ = noting  # type: ignore[assignment,method-assign]


def _note_lent(connection: object, _: object, lent: PoolProxiedConnection) -> None:
    if isinstance(connection, psycopg.Connection):  # of an asynchronous engine it is none
        LENT[connection.info.backend_pid] = lent


def lent(engine: Engine) -> int:
    """Return how many of a pool's connections are in use."""
    pool = engine.pool
    assert isinstance(pool, QueuePool), "only a pool that is limited counts them"
    return pool.checkedout()


def _forget(pid: int) -> None:
    """Let a pool have nothing to do with a connection of its that was ended.

    When it gets it back, it would log at length that it cannot roll back.
    """
    if (taken := LENT.pop(pid, None)) is not None and taken.is_valid:
        taken.invalidate()


class Connections:
    """Knows which connections belong to the domain's pools; all others must be gone."""

    def __init__(self, engine: Engine, observer: psycopg.Connection) -> None:
        self._engines: list[Engine] = []
        self._observer = observer
        self._pooled: set[int] = set()
        note_openers()
        self._holders: dict[int, str] = {}
        """Where each connection was taken from its pool that is not back, by its process."""
        self._records: weakref.WeakKeyDictionary[ConnectionPoolEntry, int] = (
            weakref.WeakKeyDictionary()
        )
        """The processes of those connections, by what their pools keep of them."""
        self.watch(engine)

    def watch(self, engine: Engine) -> None:
        """Let what is idle in this engine's pool outlive a scenario."""
        self._engines.append(engine)
        event.listen(engine, "connect", self._opened)
        event.listen(engine, "close", self._closed)
        event.listen(engine, "checkout", self._taken)
        event.listen(engine, "checkin", self._returned)

    def _opened(self, connection: psycopg.Connection, _: Any) -> None:
        self._pooled.add(connection.info.backend_pid)

    def _closed(self, connection: psycopg.Connection, _: Any) -> None:
        if not connection.closed:
            self._pooled.discard(connection.info.backend_pid)

    def _taken(
        self, connection: psycopg.Connection, record: ConnectionPoolEntry, _: object
    ) -> None:
        pid = self._records[record] = connection.info.backend_pid
        self._holders[pid] = place()

    def _returned(self, _: object, record: ConnectionPoolEntry) -> None:
        # The connection itself may have been lost, or be invalid.
        self._holders.pop(self._records.pop(record, 0), None)

    def ours(self, connection: psycopg.Connection) -> None:
        """Let another of the harness's own connections outlive a scenario."""
        self._pooled.add(connection.info.backend_pid)

    def observe_through(self, observer: psycopg.Connection) -> None:
        """Ask through another connection from now on."""
        self._observer = observer

    def check_none_left(self) -> None:
        """Fail if a connection is open that is not idle in the pool, or if something outlives it.

        All of it is ended: a prepared transaction keeps its locks, a slot what is written since,
        and both keep the database from being dropped.
        """
        held, holders = sum(map(lent, self._engines)), sorted(self._holders.values())
        left, lasting = self._left()
        deadline = time.monotonic() + GRACE
        while not all(map(self._is_kept, left)) and time.monotonic() < deadline:
            left, lasting = self._left()
        if held or left:
            for pid in left:
                with suppress(errors.InsufficientPrivilege):
                    self._observer.execute(TERMINATION, [pid, TERMINATION_MS])
            for pid in left.keys() | self._holders:
                _forget(pid)
            for engine in self._engines:
                engine.dispose()
            self._holders.clear()
        OPENED.clear()
        ended = list(starmap(self._ended, lasting))
        assert not left, (
            f"the scenario left connections open: {'; '.join([*left.values(), *ended])}"
        )
        assert not ended, f"the scenario left what outlives its connections: {'; '.join(ended)}"
        assert not held, (
            f"the scenario did not give back {held} of the pool's connections, taken at"
            f" {', '.join(holders)}"
        )

    def _left(self) -> tuple[dict[int, str], list[tuple[str, str]]]:
        """Return the connections that should be gone, and what outlives one, by kind and name."""
        connections, lasting = {}, []
        for pid, name, state, query in self._observer.execute(LEFT):
            if pid is None:
                lasting.append((state, name))
            elif pid not in self._pooled or state != "idle":
                by_driver = OPENED[pid].where if pid in OPENED else ""
                where = self._holders.get(pid) or by_driver
                opened = f", opened at {where}" if where else ""
                connections[pid] = f"{shown(name)} ({state}): {shown(query)}{opened}"
        return connections, lasting

    def _is_kept(self, pid: int) -> bool:
        """Return whether this process still has a connection, and it is open: it will not end."""
        if (taken := LENT.get(pid)) is not None:
            return taken.is_valid and not getattr(taken.dbapi_connection, "closed", True)
        if pid in self._pooled or pid not in OPENED:
            return False
        connection = OPENED[pid].connection()
        return connection is not None and not connection.closed

    def _ended(self, what: str, name: str) -> str:
        """End what outlives a connection; return what it was, and whether it is gone."""
        try:
            self._observer.execute(ENDINGS[what].format(name))
        except psycopg.Error as error:
            return f"{what} {shown(name)}, which stays ({answer(error, self._observer)})"
        return f"{what} {shown(name)}, which has been ended"
