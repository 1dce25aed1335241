"""Asynchronous access to a database for one test, set up and taken down by synchronous code.

A fixture that awaits belongs to one of the plugins that run asynchronous tests; these handles
belong to none. They connect when they are first used, in whatever event loop that is, and end
without it: the loop of a test may be closed by then.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import URL, Connection, Engine, PoolProxiedConnection, event
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from pgharness.core.callers import place
from pgharness.sessions.sessions import (
    FOR_TESTS,
    SMALL,
    end_settings_with_each_commit,
    options,
)


class _RolledBack(Session):
    """A session whose connection and outer transaction begin with its first use."""

    def __init__(self, connect: Callable[[], Connection], **how: Any) -> None:
        super().__init__(join_transaction_mode="create_savepoint", expire_on_commit=False, **how)
        self._connect = connect
        self._outer: Connection | None = None

    def get_bind(self, *_: Any, **__: Any) -> Connection:
        """Return the one connection; everything in it is a part of one transaction."""
        if self._outer is None:
            self._outer = self._connect()
            self._outer.begin()
            end_settings_with_each_commit(self, self._outer)
        return self._outer


class AsyncHandle:
    """An asynchronous engine of which nothing stays open."""

    def __init__(self, url: URL, engine_options: Mapping[str, Any]) -> None:
        self.engine = create_async_engine(url, **engine_options)
        self._connections: set[Any] = set()
        """Those of the driver."""
        self._taken: dict[Any, tuple[str, PoolProxiedConnection]] = {}
        """Where those were taken that are not back in the pool."""
        event.listen(self.engine.sync_engine, "checkout", self._take)
        event.listen(self.engine.sync_engine, "checkin", self._return)

    def _take(self, adapted: Any, _: object, proxy: PoolProxiedConnection) -> None:
        self._connections.add(adapted.driver_connection)
        self._taken[adapted.driver_connection] = place(), proxy

    def _return(self, adapted: Any, _: object) -> None:
        if adapted is not None:
            self._taken.pop(adapted.driver_connection, None)

    def close(self) -> list[str]:
        """Close every connection, and return where those were taken that were still in use."""
        for connection in self._connections:
            connection.pgconn.finish()
        left = [where for where, _ in self._taken.values()]
        for _, proxy in self._taken.values():
            proxy.detach()  # or the garbage collector complains of it
        self._connections.clear()
        self._taken.clear()
        return left


class AsyncRolledBack:
    """An asynchronous session of which nothing is left, whatever it commits."""

    def __init__(self, url: URL, engine_options: Mapping[str, Any]) -> None:
        limited = options(engine_options, FOR_TESTS, "asynchronous session", SMALL)
        self._handle = AsyncHandle(url, limited)
        engine: Engine = self._handle.engine.sync_engine
        self.session = AsyncSession(sync_session_class=_RolledBack, connect=engine.connect)

    def close(self) -> None:
        """Close its connection: the server rolls everything back."""
        self._handle.close()
