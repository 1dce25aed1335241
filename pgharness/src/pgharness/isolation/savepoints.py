"""`@fixture.rollback`: a scenario whose work is one transaction, which is never committed.

All units of work share one connection. A commit releases a savepoint, a rollback goes back to it,
and at the end of the scenario everything is rolled back; that takes a fifth of the time of
emptying the tables. `world.reader` reads through the same connection, for no other one sees
anything. All the rest is as it always is: the roles, the policies, the limits, the errors.

What cannot be shown in this way, because it needs a COMMIT or a second connection:

- Constraints that are deferred to the COMMIT are never checked.
- Nobody can work at the same time, so nobody waits and nothing conflicts. A second unit of work
  while one is open, an `Actor`, another isolation level, and whatever else connects to
  `world.url` are refused with `CannotBeShown`; so is reading while a unit of work is open. What
  commits all the same, through a URL from elsewhere, fails the scenario (`Database`).
- Nothing is durable, and a connection that is lost takes the whole scenario with it.
- The server's `now()` is the time at which the scenario began.
- Identities go on counting from scenario to scenario: sequences are not rolled back. Only within
  a scope, where others would find them moved, the harness puts them back.
- What is set for the whole connection ends with the unit of work: that it leaks is not seen.
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
from pgharness.databases.leaks import lent
from pgharness.sessions.sessions import END_SETTINGS

NAME: Final = "rolled back"
NO_DATABASE: Final = "refused: @fixture.rollback gives one connection"
"""What the engine's URL names: whoever connects by it is told so by the server."""

BEGIN: Final = "BEGIN; SAVEPOINT unit_of_work"
COMMIT: Final = f"RELEASE SAVEPOINT unit_of_work; {END_SETTINGS}; SAVEPOINT unit_of_work"
ROLLBACK: Final = "ROLLBACK TO SAVEPOINT unit_of_work"


class CannotBeShown(Exception):
    """A scenario with `@fixture.rollback` wants what only others can have."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f'{what}: @fixture.rollback (in pytest isolation="rollback") gives one connection'
            " and one transaction; leave the tag out, or the mark, and what is stored is committed"
        )


class _Joined(psycopg.Connection[Any]):
    """A connection in whose transaction a savepoint is always open: that of the next work.

    The driver begins no transaction by itself, and prepares nothing, for two share the session.
    """

    _is_fresh = False
    """Whether nothing was executed since the savepoint: a pool rolls back what was committed."""

    def cursor(self, *arguments: Any, **options: Any) -> Any:
        """Return a cursor, by which something is executed."""
        self._is_fresh = False
        return super().cursor(*arguments, **options)

    def commit(self) -> None:
        """Release the savepoint and open the next; after an error do what COMMIT does then."""
        if self.info.transaction_status is TransactionStatus.INERROR:
            self.rollback()
        elif self.info.transaction_status is not TransactionStatus.IDLE:
            self.execute(COMMIT)
            self._is_fresh = True

    def rollback(self) -> None:
        """Go back to the savepoint."""
        if self.info.transaction_status is not TransactionStatus.IDLE and not self._is_fresh:
            self.execute(ROLLBACK)

    def set_autocommit(self, value: bool) -> None:  # noqa: FBT001 (it is psycopg's)
        """Change nothing: the transaction is not the driver's."""

    def set_isolation_level(self, value: IsolationLevel | None) -> None:
        """Change nothing; refuse what would be a change."""
        if value not in (None, IsolationLevel.READ_COMMITTED):
            raise CannotBeShown(f"a unit of work wants to be {value.name}")


class _Reader(psycopg.Connection[Any]):
    """The same session as the harness reads through it, between units of work."""

    outermost: "Outermost"

    def cursor(self, *arguments: Any, **options: Any) -> Any:
        """Return a cursor, unless it would read as the unit of work that is open."""
        if lent(self.outermost.engine):
            raise CannotBeShown(
                "observer cannot be read while a session or connection is in use (taken at"
                f" {self.outermost.holder}): end a session first by commit(), rollback() or"
                " close(), a connection by close()"
            )
        return super().cursor(*arguments, **options)

    def commit(self) -> None:
        """Do nothing, as on any connection that commits by itself: the transaction is not its."""

    def rollback(self) -> None:
        """Do nothing, for the same reason."""


class Outermost:
    """The connection, and the transaction that everything else is a part of."""

    def __init__(self, url: URL, options: Mapping[str, Any]) -> None:
        """Take the options of the application's own engine, as `create_engine` has them."""
        self._name = url.database
        named = {**options.get("connect_args", {}), "application_name": NAME}
        # One more, so that it is us who are asked for it.
        self.engine = create_engine(
            url.set(database=NO_DATABASE),
            # All units of work are one transaction of one session, which cannot be reset in it.
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
        self._connection: _Joined | None = None
        self._begun = False
        self.holder = ""
        """Where the one connection was taken last."""

    @property
    def reader(self) -> psycopg.Connection:
        """What a rolled-back scenario reads through."""
        return self._reader

    def begin(self) -> None:
        """Begin the transaction; its connection stays open from one scenario to the next."""
        try:
            self._connected().execute(BEGIN)
        except psycopg.OperationalError:
            # It was lost since the last scenario.
            self._connected().execute(BEGIN)
        self._begun = True

    def _connected(self) -> _Joined:
        if self._connection is None or self._connection.closed:
            self.engine.dispose()
            try:
                with self.engine.connect():
                    pass
            except DBAPIError as error:
                # The harness knows the driver's errors, by which it sees that the server is gone.
                raise (error.orig if isinstance(error.orig, psycopg.Error) else error) from None
        assert self._connection is not None, "the engine has connected"
        return self._connection

    def end(self) -> None:
        """Roll everything back, whatever state it is in; a unit of work that is open ends too."""
        assert self._connection is not None, "it has begun"
        self._begun = False
        try:
            self._connection.execute("ROLLBACK")
        except psycopg.OperationalError:
            self._connection.close()
        if lent(self.engine):
            self._connection.close()

    def _connect(self, *arguments: Any) -> psycopg.Connection[Any]:
        """Open the one connection. Raises `CannotBeShown` if there has been one already."""
        if self._begun:
            assert self._connection is not None, "it has begun"
            raise CannotBeShown(
                "the connection is lost, and the scenario's work with it"
                if self._connection.closed
                else f"a second unit of work is opened while one is open, from {self.holder}"
            )
        *_, parameters = arguments
        how = {**parameters, "dbname": self._name, "autocommit": True, "prepare_threshold": None}
        self._connection = _Joined.connect(**how)
        self._reader = _Reader(self._connection.pgconn)
        self._reader.outermost = self
        self._reader.autocommit = True
        self._reader.prepare_threshold = None
        return self._connection

    def _lent(self, *_: object) -> None:
        self.holder = place()


class RolledBackDatabase:
    """The database as a scenario sees it that is one transaction in it."""

    has_own_server = False
    """What a scenario does to a server needs a second connection, and outlives its own."""

    def __init__(self, outermost: Outermost) -> None:
        self._outermost = outermost

    @property
    def url(self) -> URL:
        """Nothing: a second connection would see nothing of the scenario."""
        raise CannotBeShown("the scenario asks where the database is, for a further connection")

    @property
    def observer(self) -> psycopg.Connection:
        """What the scenario has stored so far, seen from its own connection."""
        return self._outermost.reader

    @property
    def server(self) -> OwnServer:
        """Nothing: what is done to a server reaches past the transaction."""
        raise CannotBeShown("the scenario asks for its server")

    def crash(self) -> None:
        """Refuse it: the transaction would be lost."""
        raise CannotBeShown("the scenario kills its server")

    def restart(self) -> None:
        """Refuse it, as it was not killed."""
        raise CannotBeShown("the scenario starts its server again")


def rolled_back(outermost: Outermost, make: Callable[[Engine, DatabaseUnderTest], W]) -> W:
    """Return a world whose work is rolled back when it is closed."""
    world = make(outermost.engine, RolledBackDatabase(outermost))
    outermost.begin()
    world.at_the_end(outermost.end)
    return world
