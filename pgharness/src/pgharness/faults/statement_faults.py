"""Let a unit of work fail at one statement or at COMMIT: in the program, server or network."""

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
"""The place of the COMMIT; statements are counted from 1."""

AT_COMMIT: Final = """
    SELECT set_config('role', 'none', true);
    CREATE FUNCTION pg_temp.at_commit() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN {}; RETURN NULL; END $$;
    CREATE TEMP TABLE committing (number int) ON COMMIT DROP;
    CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON committing
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pg_temp.at_commit();
    INSERT INTO committing VALUES (1)
"""
"""A deferred constraint trigger, by which the server executes a statement during COMMIT.

The statements cannot be prepared together: execute them with `prepare=False`.
"""


class InjectedError(Exception):
    """The error of a `ProgramFault`."""


def driver_of(connection: Connection) -> psycopg.Connection:
    """Return the psycopg connection: statements sent through it are not counted."""
    driver: psycopg.Connection | None = connection.connection.driver_connection
    assert driver is not None, "a connection in use has a driver's connection"
    return driver


def terminate(observer: psycopg.Connection, pid: int) -> None:
    """Call `pg_terminate_backend` and wait until the connection has ended."""
    observer.execute("SELECT pg_terminate_backend(%s)", [pid])
    wait_until_gone(observer, pid)


def wait_until_gone(observer: psycopg.Connection, pid: int) -> None:
    """Wait until the server process of a connection has ended."""

    def gone() -> bool | None:
        known = observer.execute("SELECT FROM pg_stat_activity WHERE pid = %s", [pid]).rowcount
        return None if known else True

    wait_for(gone, f"the connection {pid} did not go")


def cut(driver: psycopg.Connection) -> None:
    """Shut the socket of a connection down in both directions."""
    with socket.socket(fileno=dup(driver.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


class StatementFault:
    """A fault at one place of a unit of work. While it is `injected`, statements are counted."""

    def __init__(self, place: int, observer: psycopg.Connection) -> None:
        self.statements = 0
        self.error: BaseException | None = None
        """The injected error itself; None after a lost connection."""
        self.done = False
        self._place = place
        self._observer = observer

    @contextmanager
    def injected(self, engine: Engine) -> Iterator[None]:
        """Inject the fault into the unit of work of this block."""
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
    """The statement that replaces the one at the place; None keeps it."""

    def at_once(self, connection: Connection) -> None:
        """Inject the fault before a statement."""

    def at_commit(self, connection: Connection) -> None:
        """Inject the fault before COMMIT."""
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
    """An exception of the program, outside the database."""

    def at_once(self, connection: Connection) -> None:  # noqa: ARG002 (it needs none)
        """Raise `InjectedError`."""
        self.error = InjectedError("the disk of the program is full")
        raise self.error


class ServerFault(StatementFault):
    """An error of the server: division by zero, or an exception during COMMIT."""

    instead = "SELECT 1 / 0"

    def at_commit(self, connection: Connection) -> None:
        """Let COMMIT fail with an exception that no constraint of the schema raises."""
        failing = AT_COMMIT.format("RAISE 'the disk of the server is full'")
        driver_of(connection).execute(failing, prepare=False)


class ConnectionFault(StatementFault):
    """A connection that is lost before the statement."""

    def at_once(self, connection: Connection) -> None:
        """Terminate the connection."""
        terminate(self._observer, driver_of(connection).info.backend_pid)
