"""`AsyncTestSessionFactory`: the asynchronous form of `pgharness.sessions.sessions`.

It uses the same driver and the same URL. Open and close it in the same event loop.

```python
async with AsyncTestSessionFactory(url, opener="my test") as sessions:
    async with sessions.rolled_back() as session:
        session.add(...)
        await session.commit()
```
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncExitStack,
    asynccontextmanager,
)
from functools import partial
from typing import Any, Self, TypeVar

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    create_async_engine,
)
from sqlalchemy.orm import Session

from pgharness.sessions.sessions import SessionFactory

Result = TypeVar("Result")


class AsyncTestSessionFactory(SessionFactory):
    """Opens asynchronous sessions on one database; see `TestSessionFactory`."""

    default_name = "asynchronous sessions"

    def _create_engine(self, url: URL, engine_options: Mapping[str, Any]) -> Engine:
        return create_async_engine(url, **engine_options).sync_engine

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections, also those of open sessions."""
        await _awaited(self._close)

    def rolled_back(self) -> AbstractAsyncContextManager[AsyncSession]:
        """Open a session that is rolled back at the end of the block."""
        return _asynchronous(self._rolled_back())

    def committing(self) -> AbstractAsyncContextManager[AsyncSession]:
        """Open a session that is committed at the end of the block, and by `commit`."""
        return _asynchronous(self._committing())


@asynccontextmanager
async def _asynchronous(opened: AbstractContextManager[Session]) -> AsyncIterator[AsyncSession]:
    """Wrap the context of a synchronous session; yield an asynchronous one on its connection."""
    async with AsyncExitStack() as stack:
        session = await _awaited(opened.__enter__)
        stack.push_async_exit(partial(_awaited, opened.__exit__))
        connection = session.get_bind()
        assert isinstance(connection, Connection), "a session of a factory has one connection"
        yield AsyncSession(
            AsyncConnection(AsyncEngine(connection.engine), connection),
            sync_session_class=lambda **_: session,  # type: ignore[arg-type] # any callable will do
        )


async def _awaited(work: Callable[..., Result], *arguments: Any) -> Result:
    """Run a synchronous function on an asynchronous engine, in a greenlet of SQLAlchemy."""
    return await AsyncSession().run_sync(lambda _: work(*arguments))
