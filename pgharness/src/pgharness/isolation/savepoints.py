"""`@fixture.rollback`, `isolation="rollback"`: a test in one transaction that is rolled back.

All units of work share one connection. A commit releases a savepoint, a rollback returns to it,
and at the end of the test the transaction is rolled back: in a fifth of the time of emptying the
tables. `observer` reads through the same connection, as no other one sees the rows. Roles,
policies, limits and errors are as usual.

Tests that need a COMMIT or a second connection are not possible:

- Deferred constraints are never checked.
- There is no concurrency, so nothing waits and nothing conflicts. A second unit of work while one
  is open, an `Actor`, another isolation level and other connections to the database's URL raise
  `UnsupportedInRollback`; so does a read while a unit of work is open. A commit through a URL from
  elsewhere fails the test (`Database`).
- Nothing is durable, and a lost connection loses all work of the test.
- The server's `now()` is the time at which the test began.
- Sequences are not rolled back: ids continue from test to test. Only within a scope, whose other
  tests would be affected, the harness puts sequences back.
- Session settings end with each unit of work: a leak of them into the next one is not noticed.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import psycopg
from psycopg import IsolationLevel
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from pgharness.core.application import W
from pgharness.core.callers import place
from pgharness.core.protocols import DatabaseUnderTest, OwnServer
from pgharness.databases.leaks import checked_out
from pgharness.sessions.sessions import END_SETTINGS

APPLICATION_NAME: Final = "rolled back"
NO_DATABASE: Final = "refused: @fixture.rollback gives one connection"
"""The database in the engine's URL: the server's error for another connection contains it."""

BEGIN: Final = "BEGIN; SAVEPOINT unit_of_work"
COMMIT: Final = "; ".join(
    ["RELEASE SAVEPOINT unit_of_work", *END_SETTINGS, "SAVEPOINT unit_of_work"]
)
ROLLBACK: Final = "ROLLBACK TO SAVEPOINT unit_of_work"


class UnsupportedInRollback(Exception):
    """A test in one transaction needs a COMMIT or a second connection."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f'{what}: @fixture.rollback (in pytest isolation="rollback") gives one connection'
            " and one transaction; leave the tag out, or the mark, and what is stored is committed"
        )


class _SavepointConnection(psycopg.Connection[Any]):
    """A connection in one transaction, with a savepoint for each unit of work.

    It is in autocommit mode and prepares no statements, as two objects share the session.
    """

    _is_fresh = False
    """Whether nothing was executed since the savepoint: a pool rolls back after each commit."""

    def cursor(self, *arguments: Any, **options: Any) -> Any:
        """Return a cursor; the savepoint is no longer fresh."""
        self._is_fresh = False
        return super().cursor(*arguments, **options)

    def commit(self) -> None:
        """Release the savepoint and set the next; in a failed transaction roll back, as COMMIT."""
        if self.info.transaction_status is TransactionStatus.INERROR:
            self.rollback()
        elif self.info.transaction_status is not TransactionStatus.IDLE:
            self.execute(COMMIT)
            self._is_fresh = True

    def rollback(self) -> None:
        """Roll back to the savepoint."""
        if self.info.transaction_status is not TransactionStatus.IDLE and not self._is_fresh:
            self.execute(ROLLBACK)

    def set_autocommit(self, value: bool) -> None:  # noqa: FBT001 (it is psycopg's)
        """Ignore it: the transaction is that of the test."""

    def set_isolation_level(self, value: IsolationLevel | None) -> None:
        """Refuse another level than READ COMMITTED."""
        if value not in (None, IsolationLevel.READ_COMMITTED):
            raise UnsupportedInRollback(f"a unit of work asks for isolation level {value.name}")


class _Reader(psycopg.Connection[Any]):
    """The same session, for reads between units of work."""

    outermost: "OuterTransaction"

    def cursor(self, *arguments: Any, **options: Any) -> Any:
        """Return a cursor; refuse it within a unit of work, whose role it would use."""
        if checked_out(self.outermost.engine):
            raise UnsupportedInRollback(
                "observer cannot be read while a session or connection is in use (taken at"
                f" {self.outermost.holder}): end a session first by commit(), rollback() or"
                " close(), a connection by close()"
            )
        return super().cursor(*arguments, **options)

    def commit(self) -> None:
        """Do nothing, as a connection in autocommit mode."""

    def rollback(self) -> None:
        """Do nothing, as a connection in autocommit mode."""


class OuterTransaction:
    """The connection of a test, and the transaction around all of its units of work."""

    def __init__(self, url: URL, options: Mapping[str, Any]) -> None:
        """Take the URL of the database, and the application's arguments of `create_engine`."""
        self._name = url.database
        named = {**options.get("connect_args", {}), "application_name": APPLICATION_NAME}
        # With an overflow of 1, a second connection is requested from `_connect`, which refuses.
        self.engine = create_engine(
            url.set(database=NO_DATABASE),
            # The pool must not ping or reset the session within the transaction.
            **{
                **options,
                "connect_args": named,
                "pool_size": 1,
                "max_overflow": 1,
                "pool_pre_ping": False,
                "pool_events": [],
            },
        )
        event.listen(self.engine, "do_connect", self._connect)
        event.listen(self.engine, "checkout", self._lent)
        self._connection: _SavepointConnection | None = None
        self._begun = False
        self.holder = ""
        """The line that checked out the connection last."""

    @property
    def reader(self) -> psycopg.Connection:
        """The connection for reads of the test."""
        return self._reader

    def begin(self) -> None:
        """Begin the transaction; its connection stays open from one test to the next."""
        try:
            self._connected().execute(BEGIN)
        except psycopg.OperationalError:
            # It was lost since the last test.
            self._connected().execute(BEGIN)
        self._begun = True

    def _connected(self) -> _SavepointConnection:
        if self._connection is None or self._connection.closed:
            self.engine.dispose()
            try:
                with self.engine.connect():
                    pass
            except DBAPIError as error:
                # Callers handle psycopg's errors to notice that the server is gone.
                raise (error.orig if isinstance(error.orig, psycopg.Error) else error) from None
        assert self._connection is not None, "the engine has connected"
        return self._connection

    def end(self) -> None:
        """Roll the transaction back in any state; close the connection if it is still in use."""
        assert self._connection is not None, "it has begun"
        self._begun = False
        try:
            self._connection.execute("ROLLBACK")
        except psycopg.OperationalError:
            self._connection.close()
        if checked_out(self.engine):
            self._connection.close()

    def _connect(self, *arguments: Any) -> psycopg.Connection[Any]:
        """Open the connection. Raises `UnsupportedInRollback` for a second one in a test."""
        if self._begun:
            assert self._connection is not None, "it has begun"
            raise UnsupportedInRollback(
                "the connection is lost, and the test's transaction with it"
                if self._connection.closed
                else f"a second unit of work is opened while one is open, from {self.holder}"
            )
        *_, parameters = arguments
        how = {**parameters, "dbname": self._name, "autocommit": True, "prepare_threshold": None}
        self._connection = _SavepointConnection.connect(**how)
        self._reader = _Reader(self._connection.pgconn)
        self._reader.outermost = self
        self._reader.autocommit = True
        self._reader.prepare_threshold = None
        return self._connection

    def _lent(self, *_: object) -> None:
        self.holder = place()


class RolledBackDatabase:
    """The database of a test in one transaction: see `DatabaseUnderTest`."""

    has_own_server = False
    """A crash of the server would lose the transaction."""

    def __init__(self, outermost: OuterTransaction) -> None:
        self._outermost = outermost

    @property
    def url(self) -> URL:
        """Refused: a second connection would not see the rows of the test."""
        raise UnsupportedInRollback("the test asks for the database's URL, for a second connection")

    @property
    def observer(self) -> psycopg.Connection:
        """The test's own connection."""
        return self._outermost.reader

    @property
    def server(self) -> OwnServer:
        """Refused: a test in one transaction has no server of its own."""
        raise UnsupportedInRollback("the test asks for its server")

    def crash(self) -> None:
        """Refused: the transaction would be lost."""
        raise UnsupportedInRollback("the test kills its server")

    def restart(self) -> None:
        """Refused: the transaction would be lost."""
        raise UnsupportedInRollback("the test restarts its server")


def rolled_back(outermost: OuterTransaction, make: Callable[[Engine, DatabaseUnderTest], W]) -> W:
    """Begin the transaction; return a world that rolls it back when it is closed."""
    world = make(outermost.engine, RolledBackDatabase(outermost))
    outermost.begin()
    world.add_cleanup(outermost.end)
    return world
