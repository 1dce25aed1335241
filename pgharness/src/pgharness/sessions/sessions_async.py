"""`AsyncTestSessionFactory`: what `pgharness.sessions.sessions` promises, for asynchronous code.

It uses the same driver and the same URL. Its connections belong to the event loop in which they
were opened: open and close it in one.

```python
async with AsyncTestSessionFactory(url, opener="my test") as sessions:
    async with sessions.rolled_back() as session:
        session.add(...)
        await session.commit()
```
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, Self

from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine

from pgharness.core.application import Explain, Timeouts, plain_options, unexplained
from pgharness.core.callers import place
from pgharness.sessions.errors import (
    Opening,
    check_not_aborted,
    connecting,
    told,
)
from pgharness.sessions.sessions import (
    FOR_TESTS,
    SMALL,
    Pool,
    end_settings_with_each_commit,
    options,
)


class AsyncTestSessionFactory:
    """Opens asynchronous sessions on one database; see `TestSessionFactory`."""

    __test__ = False

    def __init__(  # noqa: PLR0913 (keywords, each with a default)
        self,
        url: URL,
        *,
        opener: str,
        name: str = "asynchronous sessions",
        timeouts: Timeouts = FOR_TESTS,
        pool: Pool = SMALL,
        engine_options: Mapping[str, Any] | None = None,
        explain: Explain = unexplained,
    ) -> None:
        self.opener = opener
        self._url = url
        self._timeouts = timeouts
        self._pool = pool
        self._explain = explain
        given = plain_options(url) if engine_options is None else engine_options
        self._engine = create_async_engine(url, **options(given, timeouts, name, pool))
        self._open: dict[Opening, AsyncConnection] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection, also those of sessions that are still open."""
        async with AsyncExitStack() as closing:
            closing.push_async_callback(self._engine.dispose)
            for connection in self._open.values():
                closing.push_async_callback(connection.invalidate)

    @asynccontextmanager
    async def rolled_back(self) -> AsyncIterator[AsyncSession]:
        """Open a session of which nothing is left when the block ends."""
        async with self._connected() as (opening, connection):
            with told(opening, self._timeouts, self._explain):
                outer = await connection.begin()
                session = AsyncSession(
                    connection, join_transaction_mode="create_savepoint", expire_on_commit=False
                )
                assert connection.sync_connection is not None, "it is open"
                end_settings_with_each_commit(session.sync_session, connection.sync_connection)
                async with _ended(connection, session.close, outer.rollback):
                    yield session

    @asynccontextmanager
    async def committing(self) -> AsyncIterator[AsyncSession]:
        """Open a session that is really committed: by `commit`, and at the end of the block."""
        async with self._connected() as (opening, connection):
            session = AsyncSession(connection, expire_on_commit=False)
            async with _ended(connection, session.close):
                with told(opening, self._timeouts, self._explain):
                    yield session
                    await session.flush()
                    await connection.run_sync(check_not_aborted, opening)
                with told(opening, self._timeouts, self._explain, committing=True):
                    await session.commit()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[tuple[Opening, AsyncConnection]]:
        opening = Opening(self.opener, place())
        connection = self._engine.connect()
        with connecting(opening, self._url, self._timeouts, self._pool.wait, self._open):
            await connection.start()
        try:
            self._open[opening] = connection
            yield opening, connection
        finally:
            del self._open[opening]
            await connection.close()


@asynccontextmanager
async def _ended(
    connection: AsyncConnection, *ends: Callable[[], Awaitable[None]]
) -> AsyncIterator[None]:
    """End what is open with this block; what cannot be ended goes with its connection."""
    try:
        yield
    except BaseException:
        with suppress(SQLAlchemyError):
            await _end(connection, *ends)
        raise
    await _end(connection, *ends)


async def _end(connection: AsyncConnection, *ends: Callable[[], Awaitable[None]]) -> None:
    try:
        for end in ends:
            await end()
    except BaseException:
        await connection.invalidate()
        raise
