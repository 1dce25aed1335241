"""`TestSessionFactory`: sessions on a database that are rolled back, or committed.

```python
with TestSessionFactory(url, opener="my test") as sessions:
    with sessions.rolled_back() as session:  # nothing of it is there afterwards
        session.add(...)
        session.commit()
    with sessions.committing() as session:  # committed at the end of the block
        session.add(...)
```

In a session that is rolled back, `commit` releases a savepoint: other connections never see the
rows. So nothing happens that needs a COMMIT: deferred constraints are not checked, and NOTIFY
sends nothing. `now()` does not change, and each commit ends all settings: those of SET LOCAL, as
usual, and those of SET, which a real commit would keep.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from pgharness.core.application import Explain, Timeouts, plain_engine_options, unexplained
from pgharness.core.callers import place
from pgharness.core.session_settings import options as written
from pgharness.sessions.errors import (
    Opening,
    check_not_aborted,
    connecting,
    session_failures,
)

TEST_TIMEOUTS: Final = Timeouts()

END_SETTINGS: Final = ("RESET ROLE", "RESET ALL")
"""End settings made by SET LOCAL, which RELEASE SAVEPOINT, unlike COMMIT, keeps.

One by one: a driver that prepares what it sends takes no two statements at once.
"""


@dataclass(frozen=True)
class Pool:
    """The maximum number of connections, and how long to wait for one."""

    size: int = 5
    wait: timedelta = timedelta(seconds=1)


SMALL_POOL: Final = Pool()


def options(given: Mapping[str, Any], timeouts: Timeouts, name: str, pool: Pool) -> dict[str, Any]:
    """Add the limits of a factory to the application's arguments of `create_engine`."""
    arguments = given.get("connect_args", {})
    return {
        **given,
        "pool_size": pool.size,
        "max_overflow": 0,
        "pool_timeout": pool.wait.total_seconds(),
        "connect_args": {
            **arguments,
            "application_name": name,
            "connect_timeout": int(timeouts.connect.total_seconds()),
            # Of two values of a setting the later one counts.
            "options": f"{arguments.get('options', '')} {written(timeouts.settings())}".strip(),
        },
    }


class SessionFactory:
    """The base class of both factories: the engine, its limits, and the life of a session.

    The code is synchronous; on an asynchronous engine it runs in a greenlet of SQLAlchemy.
    """

    __test__ = False  # or pytest collects the subclasses as tests

    default_name = "sessions"
    """The default `application_name` of the connections."""

    def __init__(  # noqa: PLR0913 (keywords, each with a default)
        self,
        url: URL,
        *,
        opener: str,
        name: str | None = None,
        timeouts: Timeouts = TEST_TIMEOUTS,
        pool: Pool = SMALL_POOL,
        engine_options: Mapping[str, Any] | None = None,
        explain: Explain = unexplained,
    ) -> None:
        self.opener = opener
        self._url = url
        self._timeouts = timeouts
        self._pool = pool
        self._explain = explain
        given = plain_engine_options(url) if engine_options is None else engine_options
        made = options(given, timeouts, name or self.default_name, pool)
        self._engine = self._create_engine(url, made)
        self._open: dict[Opening, Connection] = {}

    def _create_engine(self, url: URL, engine_options: Mapping[str, Any]) -> Engine:
        return create_engine(url, **engine_options)

    def _close(self) -> None:
        with ExitStack() as closing:
            closing.callback(self._engine.dispose)
            for connection in self._open.values():
                closing.callback(connection.invalidate)

    @contextmanager
    def _rolled_back(self) -> Iterator[Session]:
        with (
            self._connected() as (opening, connection),
            session_failures(opening, self._timeouts, self._explain),
        ):
            outer = connection.begin()
            session = Session(
                connection, join_transaction_mode="create_savepoint", expire_on_commit=False
            )
            end_settings_with_each_commit(session, connection)
            with _ended(connection, session.close, outer.rollback):
                yield session

    @contextmanager
    def _committing(self) -> Iterator[Session]:
        with self._connected() as (opening, connection):
            session = Session(connection, expire_on_commit=False)
            with _ended(connection, session.close):
                with session_failures(opening, self._timeouts, self._explain):
                    yield session
                    session.flush()
                    check_not_aborted(connection, opening)
                with session_failures(opening, self._timeouts, self._explain, committing=True):
                    session.commit()

    @contextmanager
    def _connected(self) -> Iterator[tuple[Opening, Connection]]:
        opening = Opening(self.opener, place())
        with connecting(opening, self._url, self._timeouts, self._pool.wait, self._open):
            connection = self._engine.connect()
        with connection:
            self._open[opening] = connection
            try:
                yield opening, connection
            finally:
                self._open.pop(opening, None)


class TestSessionFactory(SessionFactory):
    """Opens sessions on one database.

    Raises `SessionFailed`, `PoolExhausted` and `NotConnected`, which name the `opener`, usually
    the test. `name` is the `application_name` of the connections.
    """

    @property
    def engine(self) -> Engine:
        """The engine whose connections the sessions use."""
        return self._engine

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections, also those of open sessions.

        If closing one raises an error, the others are closed before it is raised.
        """
        self._close()

    def check_none_open(self) -> None:
        """Fail if a session is still open, and close it. The pool's other connections stay."""
        left = list(self._open.items())
        for opening, connection in left:
            connection.invalidate()
            connection.close()
            self._open.pop(opening, None)
        openings = ", ".join(str(opening) for opening, _ in left)
        assert not left, f"sessions were left open: {openings}"

    def rolled_back(self) -> AbstractContextManager[Session]:
        """Open a session that is rolled back at the end of the block.

        Within the session, `commit` and `rollback` have their usual effects.
        """
        return self._rolled_back()

    def committing(self) -> AbstractContextManager[Session]:
        """Open a session that is committed at the end of the block, and by `commit`.

        An error that leaves the block rolls back the current transaction.
        """
        return self._committing()


def end_settings_with_each_commit(session: Session, connection: Connection) -> None:
    """Reset settings after each `commit` of the session, which only releases a savepoint."""

    def end(_: Session) -> None:
        if not session.in_nested_transaction():
            for statement in END_SETTINGS:
                connection.exec_driver_sql(statement)

    event.listen(session, "after_commit", end)


@contextmanager
def _ended(connection: Connection, *ends: Callable[[], None]) -> Iterator[None]:
    """Call `ends` after this block; if one fails, invalidate the connection.

    After an error in the block, database errors of `ends` are suppressed.
    """
    try:
        yield
    except BaseException:
        with suppress(SQLAlchemyError):
            _end(connection, *ends)
        raise
    _end(connection, *ends)


def _end(connection: Connection, *ends: Callable[[], None]) -> None:
    try:
        for end in ends:
            end()
    except BaseException:
        connection.invalidate()
        raise
