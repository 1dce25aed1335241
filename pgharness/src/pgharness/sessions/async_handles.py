"""Asynchronous engines and sessions for one test, created and closed by synchronous code.

A fixture that awaits would depend on one of the plugins that run asynchronous tests. These handles
connect on first use, in the event loop of that moment, and close without it: the loop of a test
may be closed by then.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import URL, Connection, Engine, PoolProxiedConnection, event
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from pgharness.core.callers import place
from pgharness.sessions.sessions import (
    SMALL_POOL,
    TEST_TIMEOUTS,
    end_settings_with_each_commit,
    options,
)


class _RolledBack(Session):
    """A session that opens its connection and its outer transaction on first use."""

    def __init__(self, connect: Callable[[], Connection], **how: Any) -> None:
        super().__init__(join_transaction_mode="create_savepoint", expire_on_commit=False, **how)
        self._connect = connect
        self._outer: Connection | None = None

    def get_bind(self, *_: Any, **__: Any) -> Connection:
        """Return the one connection; everything in it is part of one transaction."""
        if self._outer is None:
            self._outer = self._connect()
            self._outer.begin()
            end_settings_with_each_commit(self, self._outer)
        return self._outer


class AsyncHandle:
    """An asynchronous engine whose connections `close` closes without an event loop."""

    def __init__(self, url: URL, engine_options: Mapping[str, Any]) -> None:
        self.engine = create_async_engine(url, **engine_options)
        self._connections: set[Any] = set()
        """All connections of the driver."""
        self._taken: dict[Any, tuple[str, PoolProxiedConnection]] = {}
        """Connections that are checked out of the pool, with the line that did it."""
        event.listen(self.engine.sync_engine, "checkout", self._take)
        event.listen(self.engine.sync_engine, "checkin", self._return)

    def _take(self, adapted: Any, _: object, proxy: PoolProxiedConnection) -> None:
        self._connections.add(adapted.driver_connection)
        self._taken[adapted.driver_connection] = place(), proxy

    def _return(self, adapted: Any, _: object) -> None:
        if adapted is not None:
            self._taken.pop(adapted.driver_connection, None)

    def close(self) -> list[str]:
        """Close all connections; return the lines that checked out those still in use."""
        for connection in self._connections:
            connection.pgconn.finish()
        left = [where for where, _ in self._taken.values()]
        for _, proxy in self._taken.values():
            proxy.detach()  # or SQLAlchemy warns when it is garbage-collected
        self._connections.clear()
        self._taken.clear()
        return left


class AsyncRolledBack:
    """An asynchronous session that is rolled back, also what it commits."""

    def __init__(self, url: URL, engine_options: Mapping[str, Any]) -> None:
        limited = options(engine_options, TEST_TIMEOUTS, "asynchronous session", SMALL_POOL)
        self._handle = AsyncHandle(url, limited)
        engine: Engine = self._handle.engine.sync_engine
        self.session = AsyncSession(sync_session_class=_RolledBack, connect=engine.connect)

    def close(self) -> None:
        """Close its connection: the server rolls everything back."""
        self._handle.close()
