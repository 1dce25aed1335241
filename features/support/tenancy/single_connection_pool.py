"""A pool of one connection, in which tenants work one after the other."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, TypeVar

import psycopg
from psycopg import errors, sql
from sqlalchemy import URL, Engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from domain import Clock, Domain, Settings, engine_for
from domain.database.connections import LimitExceeded, reset_session
from domain.database.schema import Role
from domain.database.tenancy import bind
from domain.errors import DomainError
from domain.transactions import TenantWork
from features.support.execution import ProgramError
from features.support.tenancy.session_leftovers import Leftover
from features.support.unit_of_work import connection_of
from pgharness.core import waiting
from pgharness.faults.statement_faults import driver_of

Answer = TypeVar("Answer")

POOL_NAME: Final = "pool of one"
SHORT: Final = timedelta(milliseconds=500)
"""The statement timeout of a connection whose reset is to exceed it.

All else that the connection executes must stay below it, on a busy machine too.
"""
SHORTEST: Final = "SET LOCAL statement_timeout = '50ms'"
"""For a transaction whose only further statement waits for a lock."""
CONNECTION_STATE: Final = """
    SELECT pg_backend_pid(), current_user = session_user,
           coalesce(current_setting('app.user_id', true), '')
"""


TEMPORARY_SCHEMA: Final = "SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()"


class SingleConnectionPool:
    """The connection, and the ways in which work in it can end."""

    def __init__(
        self, url: URL, settings: Settings, clock: Clock, reader: psycopg.Connection
    ) -> None:
        self._settings = settings
        self._url = url
        self._clock = clock
        self._reader = reader
        self._timeouts = settings.timeouts
        self._engine: Engine
        self.pid = 0

    def open(self, *, times_out: bool, reset: bool) -> None:
        """Open the connection, with a short statement timeout if its reset is to exceed it.

        Without a reset, the next to use it finds what does not end with the transaction.
        """
        timeouts = replace(self._timeouts, statement=SHORT) if times_out else self._timeouts
        settings = replace(self._settings, timeouts=timeouts)
        self._engine = engine_for(self._url, settings, name=POOL_NAME, pool_size=1)
        if not reset:
            event.remove(self._engine.pool, "reset", reset_session)
        self.domain = Domain(self._engine, settings, self._clock)
        self.pid = self.state()[0]

    def close(self) -> None:
        """Close the connection."""
        self._engine.dispose()

    def state(self) -> tuple[int, bool, str]:
        """Return the backend's pid, whether the role is the session's own, and the bound user."""
        with self._engine.connect() as connection:
            pid, own_role, user = connection.execute(text(CONNECTION_STATE)).one()
            return int(pid), bool(own_role), str(user)

    def leave(self, user_id: int, statements: Iterable[str]) -> None:
        """Run statements past the service in a tenant's unit of work, and commit."""
        with self.domain.tenant(user_id) as tx:
            for statement in statements:
                self.send(tx, statement)

    def send(self, tx: TenantWork, statement: str) -> None:
        """Run a statement past the service in a unit of work."""
        connection_of(tx).execute(statement.encode())

    def ask(self, question: Callable[[psycopg.Connection], Answer]) -> Answer:
        """Run a query in the connection, as the next to use it."""
        with self._engine.connect() as connection:
            return question(driver_of(connection))

    def give_back_locked(self, locker: psycopg.Connection) -> None:
        """Return the connection with a temporary table that another connection has locked."""
        with self._engine.connect() as connection, locker.transaction():
            driver = driver_of(connection)
            driver.execute("CREATE TEMPORARY TABLE stuck ()")
            (schema,) = driver.execute(TEMPORARY_SCHEMA).fetchone() or ("",)
            driver.commit()
            locker.execute(sql.SQL("LOCK TABLE {}").format(sql.Identifier(schema, "stuck")))
            connection.close()

    def seen_by(self, user_id: int | None, tables: list[str]) -> dict[str, Any]:
        """Return the owners of all rows that the next user sees, or the error, by table."""
        return {table: self._owners(user_id, table) for table in tables}

    def _owners(self, user_id: int | None, table: str) -> Any:
        query = sql.SQL("SELECT DISTINCT owner_id FROM {}").format(sql.Identifier(table))
        with Session(self._engine) as session:
            bind(session, Role.TENANT, user_id)
            driver: Any = session.connection().connection.driver_connection
            try:
                return [owner for (owner,) in driver.execute(query)]
            except errors.InvalidTextRepresentation:
                return "no user"

    def work(self, ending: str, user_id: int, project_id: int) -> None:
        """Run a tenant's unit of work that ends like this. Fails if it ends otherwise."""
        ends, expected = ENDINGS[ending]
        cause: object = None
        try:
            ends(self, user_id, project_id)
        except (DomainError, DBAPIError, ProgramError) as error:
            cause = getattr(error, "orig", error)
        assert isinstance(cause, expected), f"the work ended by {cause!r}"

    @contextmanager
    def locked(self, project_id: int) -> Iterator[None]:
        """Lock a project in another connection."""
        with self._reader.transaction():
            self._reader.execute("SELECT FROM projects WHERE id = %s FOR UPDATE", [project_id])
            yield

    def cancel_when_waiting(self) -> None:
        """Cancel the connection's statement as soon as the server reports that it waits."""
        waiting.cancel_when_waiting(self._reader, lambda: self.pid)


def _commit(pool: SingleConnectionPool, user_id: int, _: int) -> None:
    with pool.domain.tenant(user_id) as tx:
        tx.tasks.submit("Water the plants", payload=None)


def _rolled_back(pool: SingleConnectionPool, user_id: int, _: int) -> None:
    with pool.domain.tenant(user_id) as tx:
        tx.tasks.submit("Water the plants", payload=None)
        raise ProgramError


def _refused(pool: SingleConnectionPool, user_id: int, project_id: int) -> None:
    with pool.domain.tenant(user_id) as tx:
        tx.workspace.project(project_id + 1_000_000)


def _constraint_violated(pool: SingleConnectionPool, user_id: int, _: int) -> None:
    with pool.domain.tenant(user_id) as tx:
        path = tx.workspace.projects().items[0].path
        tx.workspace.create_project(path, "another")


def _timed_out(pool: SingleConnectionPool, user_id: int, project_id: int) -> None:
    with pool.locked(project_id), pool.domain.tenant(user_id) as tx:
        pool.send(tx, SHORTEST)
        tx.workspace.delete_project(project_id)


def _cancelled(pool: SingleConnectionPool, user_id: int, project_id: int) -> None:
    def remove() -> None:
        with pool.domain.tenant(user_id) as tx:
            tx.workspace.delete_project(project_id)

    with ThreadPoolExecutor(max_workers=1) as thread, pool.locked(project_id):
        removing = thread.submit(remove)
        pool.cancel_when_waiting()
        removing.result(waiting.WAIT_SECONDS)


Ending = tuple[Callable[[SingleConnectionPool, int, int], None], type[object]]

ENDINGS: Final[dict[str, Ending]] = {
    "commits": (_commit, type(None)),
    "rolls back": (_rolled_back, ProgramError),
    "is refused by the service": (_refused, DomainError),
    "violates a constraint": (_constraint_violated, DomainError),
    "exceeds a timeout": (_timed_out, LimitExceeded),
    "is cancelled": (_cancelled, errors.QueryCanceled),
}
"""The ends of a unit of work, each with the error that it raises."""


class PoolState:
    """Per-scenario state of the steps that have one connection."""

    def __init__(self) -> None:
        self.pool: SingleConnectionPool
        self.leftover: Leftover | None = None
        """The leftover that is looked for, where it is one in particular."""
        self.kept: Any = None
        """The answer to its query in a session that is not reset."""
        self.described: dict[str, Any] = {}
        """The catalogue's description of the session before any work in it."""
