"""What is made to go wrong in a unit of work: at which statement, or at its COMMIT, and how."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from os import dup
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.orm import Session

from pgharness.core.waiting import wait_for

COMMIT: Final = 0
"""The place of a COMMIT; statements are counted from 1."""

AT_COMMIT: Final = """
    SELECT set_config('role', 'none', true);
    CREATE FUNCTION pg_temp.at_commit() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN {}; RETURN NULL; END $$;
    CREATE TEMP TABLE committing (number int) ON COMMIT DROP;
    CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON committing
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pg_temp.at_commit();
    INSERT INTO committing VALUES (1)
"""
"""Has the server do something when it has been told to COMMIT; it goes with the transaction."""


class InjectedError(Exception):
    """Something that goes wrong outside the database."""


def driver_of(connection: Connection) -> psycopg.Connection:
    """Return the driver's own connection: what is sent through it is not counted."""
    driver: psycopg.Connection | None = connection.connection.driver_connection
    assert driver is not None, "a connection in use has a driver's connection"
    return driver


def terminate(observer: psycopg.Connection, pid: int) -> None:
    """End a connection as an administrator would, and return when it has gone."""
    observer.execute("SELECT pg_terminate_backend(%s)", [pid])
    wait_until_gone(observer, pid)


def wait_until_gone(observer: psycopg.Connection, pid: int) -> None:
    """Return when the server no longer knows a connection."""

    def gone() -> bool | None:
        known = observer.execute("SELECT FROM pg_stat_activity WHERE pid = %s", [pid]).rowcount
        return None if known else True

    wait_for(gone, f"the connection {pid} did not go")


def cut(driver: psycopg.Connection) -> None:
    """Break a connection's line on this side, so that neither end can say a word to the other."""
    with socket.socket(fileno=dup(driver.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


class StatementFault:
    """One thing that goes wrong at one place. While it is `injected`, what is sent is counted."""

    def __init__(self, place: int, observer: psycopg.Connection) -> None:
        self.statements = 0
        self.error: BaseException | None = None
        """The very error, as it was when it arose; a connection that is lost leaves none."""
        self.done = False
        self._place = place
        self._observer = observer

    @contextmanager
    def injected(self, engine: Engine) -> Iterator[None]:
        """Go wrong in the unit of work within this block."""
        event.listen(engine, "before_cursor_execute", self._before_statement, retval=True)
        event.listen(engine, "handle_error", self._note)
        event.listen(Session, "before_commit", self._before_commit)
        try:
            yield
        finally:
            event.remove(Session, "before_commit", self._before_commit)
            event.remove(engine, "handle_error", self._note)
            event.remove(engine, "before_cursor_execute", self._before_statement)

    instead: str | None = None
    """What is sent instead of a statement; None: the statement itself."""

    def at_once(self, connection: Connection) -> None:
        """Go wrong just before a statement."""

    def at_commit(self, connection: Connection) -> None:
        """Go wrong just before COMMIT, or have it go wrong."""
        self.at_once(connection)

    def _before_statement(
        self, connection: Connection, _: object, statement: str, values: Any, *__: object
    ) -> tuple[str, Any]:
        self.statements += 1
        if self.done or self.statements != self._place:
            return statement, values
        self.done = True
        self.at_once(connection)
        if self.instead is None:
            return statement, values
        return self.instead, [{}] if isinstance(values, list) else {}

    def _before_commit(self, session: Session) -> None:
        if session.in_nested_transaction():
            return
        if not self.done and self._place == COMMIT:
            self.done = True
            self.at_commit(session.connection())

    def _note(self, context: ExceptionContext) -> None:
        if self.error is None:
            self.error = context.sqlalchemy_exception


class ProgramFault(StatementFault):
    """An error of the program's own, which the database knows nothing of."""

    def at_once(self, connection: Connection) -> None:  # noqa: ARG002 (it needs none)
        """Raise it."""
        self.error = InjectedError("the disk of the program is full")
        raise self.error


class ServerFault(StatementFault):
    """An error of the server's."""

    instead = "SELECT 1 / 0"

    def at_commit(self, connection: Connection) -> None:
        """Have the server refuse to commit, for a reason that is none of our rules."""
        driver_of(connection).execute(AT_COMMIT.format("RAISE 'the disk of the server is full'"))


class ConnectionFault(StatementFault):
    """A connection that is lost."""

    def at_once(self, connection: Connection) -> None:
        """Have the server end the connection."""
        terminate(self._observer, driver_of(connection).info.backend_pid)
