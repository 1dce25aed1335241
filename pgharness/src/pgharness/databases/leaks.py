"""Leak detection: connections, prepared transactions and slots that a test leaves behind."""

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
"""Seconds within which the server must notice that a connection was closed."""

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
"""Other connections to this database, by process, and by name what outlives a connection. Excluded
are temporary slots, which end with their connection, and connections of roles that the run may
not act as: no test opened them (a monitoring agent, for example)."""

ENDINGS: Final = {
    "prepared transaction": sql.SQL("ROLLBACK PREPARED {}"),
    "replication slot": sql.SQL("SELECT pg_drop_replication_slot({})"),
}

TERMINATION: Final = "SELECT pg_terminate_backend(%s, %s)"
TERMINATION_MS: Final = 5000
"""Milliseconds to wait for the end of a connection, so that its slot is free."""


@dataclass(frozen=True)
class Opened:
    """A connection that this process opened, and the line that opened it."""

    where: str
    connection: weakref.ref[psycopg.BaseConnection[Any]]


OPENED: Final[dict[int, Opened]] = {}
"""Connections that this process has opened since the last test, by server process."""

CHECKED_OUT: Final[weakref.WeakValueDictionary[int, PoolProxiedConnection]] = (
    weakref.WeakValueDictionary()
)
"""Connections checked out of any pool of this process, by server process."""


@functools.cache
def note_openers() -> None:
    """Record from now on which line opens each connection, and which are checked out.

    This includes connections without an engine, and those to other databases. psycopg has no
    event for it, so the constructor of its connections is wrapped, once per process.
    """
    event.listen(Pool, "checkout", _note_checkout)
    given = psycopg.BaseConnection.__init__

    @functools.wraps(given)
    def recording(connection: psycopg.BaseConnection[Any], pgconn: PGconn) -> None:
        given(connection, pgconn)
        OPENED[pgconn.backend_pid] = Opened(place(), weakref.ref(connection))

    psycopg.BaseConnection.__init__ = recording  # type: ignore[assignment,method-assign]


def _note_checkout(connection: object, _: object, checked_out: PoolProxiedConnection) -> None:
    if isinstance(connection, psycopg.Connection):  # an asynchronous engine has another class
        CHECKED_OUT[connection.info.backend_pid] = checked_out


def checked_out(engine: Engine) -> int:
    """Return how many connections of an engine's pool are in use."""
    pool = engine.pool
    assert isinstance(pool, QueuePool), "only a QueuePool counts its connections"
    return pool.checkedout()


def _forget(pid: int) -> None:
    """Invalidate a terminated connection, or its pool logs a failed rollback on return."""
    if (taken := CHECKED_OUT.pop(pid, None)) is not None and taken.is_valid:
        taken.invalidate()


class Connections:
    """Checks that after a test only idle connections of known pools are left."""

    def __init__(self, engine: Engine, observer: psycopg.Connection) -> None:
        self._engines: list[Engine] = []
        self._observer = observer
        self._pooled: set[int] = set()
        note_openers()
        self._holders: dict[int, str] = {}
        """The lines that checked out connections that are still in use, by server process."""
        self._records: weakref.WeakKeyDictionary[ConnectionPoolEntry, int] = (
            weakref.WeakKeyDictionary()
        )
        """The server processes of those connections, by their entries in the pool."""
        self.watch(engine)

    def watch(self, engine: Engine) -> None:
        """Allow idle connections in this engine's pool."""
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
        """Allow a connection of the harness."""
        self._pooled.add(connection.info.backend_pid)

    def observe_through(self, observer: psycopg.Connection) -> None:
        """Query the server through this connection from now on."""
        self._observer = observer

    def check_none_left(self) -> None:
        """Fail if a test left a connection, a prepared transaction or a replication slot.

        All of these are ended: a prepared transaction keeps its locks, a slot retains WAL, and
        with either the database cannot be dropped.
        """
        held, holders = sum(map(checked_out, self._engines)), sorted(self._holders.values())
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
        assert not left, f"the test left connections open: {'; '.join([*left.values(), *ended])}"
        assert not ended, f"the test left objects that outlive its connections: {'; '.join(ended)}"
        assert not held, (
            f"the test did not return {held} of the pool's connections, checked out at"
            f" {', '.join(holders)}"
        )

    def _left(self) -> tuple[dict[int, str], list[tuple[str, str]]]:
        """Return other connections by process, and the kind and name of what outlives one."""
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
        """Return whether this process keeps a connection open, so that waiting is useless."""
        if (taken := CHECKED_OUT.get(pid)) is not None:
            return taken.is_valid and not getattr(taken.dbapi_connection, "closed", True)
        if pid in self._pooled or pid not in OPENED:
            return False
        connection = OPENED[pid].connection()
        return connection is not None and not connection.closed

    def _ended(self, what: str, name: str) -> str:
        """End a prepared transaction or a slot; return its name, and the error if there is one."""
        try:
            self._observer.execute(ENDINGS[what].format(name))
        except psycopg.Error as error:
            return f"{what} {shown(name)}, which stays ({answer(error, self._observer)})"
        return f"{what} {shown(name)}, which has been ended"
