"""`TestSessionFactory`: sessions on a database, which are rolled back by themselves.

```python
with TestSessionFactory(url, opener="my test") as sessions:
    with sessions.rolled_back() as session:  # nothing of it is there afterwards
        session.add(...)
        session.commit()
    with sessions.committing() as session:  # committed at the end of the block
        session.add(...)
```

What is committed in a session that is rolled back is seen in it, and by nobody else; it is never
really committed. What only a COMMIT does cannot be shown so: constraints that are deferred are
not checked, and nobody is notified. `now()` is the same all the time, and what is set ends with
each commit: SET LOCAL, as it should, and SET, which otherwise would not.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from pgharness.core.application import Explain, Timeouts, plain_options, unexplained
from pgharness.core.callers import place
from pgharness.core.session_settings import options as written
from pgharness.sessions.errors import (
    Opening,
    check_not_aborted,
    connecting,
    told,
)

FOR_TESTS: Final = Timeouts()

END_SETTINGS: Final = "RESET ROLE; RESET ALL"
"""Ends what SET LOCAL has set: RELEASE SAVEPOINT, other than COMMIT, does not."""


@dataclass(frozen=True)
class Pool:
    """How many connections there may be at once, and how long one is waited for."""

    size: int = 5
    wait: timedelta = timedelta(seconds=1)


SMALL: Final = Pool()


def options(given: Mapping[str, Any], timeouts: Timeouts, name: str, pool: Pool) -> dict[str, Any]:
    """Return how the engine of a factory is made: as the application's, but with firm limits."""
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
    """What both factories share: the engine and its limits, how sessions begin, end and fail.

    All of it is synchronous; on an asynchronous engine it runs in a greenlet of SQLAlchemy's.
    """

    __test__ = False  # pytest takes what is called like this for a test

    default_name = "sessions"
    """What the server knows the connections by."""

    def __init__(  # noqa: PLR0913 (keywords, each with a default)
        self,
        url: URL,
        *,
        opener: str,
        name: str | None = None,
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
            told(opening, self._timeouts, self._explain),
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
                with told(opening, self._timeouts, self._explain):
                    yield session
                    session.flush()
                    check_not_aborted(connection, opening)
                with told(opening, self._timeouts, self._explain, committing=True):
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

    Failures are `SessionFailed`, `PoolExhausted` and `NotConnected`, which name the `opener`: the
    scenario or the test. The server knows the connections by `name`.
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
        """Close every connection, also those of sessions that are still open.

        What cannot be closed keeps none of the others open; its error comes afterwards.
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
        """Open a session of which nothing is left when the block ends.

        `commit` and `rollback` in it do what they always do, as far as the session itself sees.
        """
        return self._rolled_back()

    def committing(self) -> AbstractContextManager[Session]:
        """Open a session that is really committed: by `commit`, and at the end of the block.

        An error that leaves the block rolls back what was not committed by then.
        """
        return self._committing()


def end_settings_with_each_commit(session: Session, connection: Connection) -> None:
    """Have SET LOCAL end with each `commit` of the session, although only a savepoint does."""

    def end(_: Session) -> None:
        if not session.in_nested_transaction():
            connection.exec_driver_sql(END_SETTINGS)

    event.listen(session, "after_commit", end)


@contextmanager
def _ended(connection: Connection, *ends: Callable[[], None]) -> Iterator[None]:
    """End what is open with this block; what cannot be ended goes with its connection.

    The error that leaves the block is not hidden by one of ending.
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
