"""A pool of a single connection, which one tenant after the other works in."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
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
from features.support.unit_of_work import connection_of
from pgharness.core import waiting
from pgharness.faults.statement_faults import driver_of

Answer = TypeVar("Answer")

NAME: Final = "pool of one"
AT_ONCE: Final = timedelta(milliseconds=50)
"""How long a statement may wait where it is to be timed out."""
STATE: Final = """
    SELECT pg_backend_pid(), current_user = session_user,
           coalesce(current_setting('app.user_id', true), '')
"""


TEMPORARY_SCHEMA: Final = "SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()"


class Mishap(Exception):
    """Something that goes wrong outside the service."""


class Pooled:
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

    def open(self, *, impatient: bool, reset: bool) -> None:
        """Open the one connection; an impatient one gives up a statement at once.

        One that is not reset shows what ends with the transaction already.
        """
        timeouts = replace(self._timeouts, statement=AT_ONCE) if impatient else self._timeouts
        settings = replace(self._settings, timeouts=timeouts)
        self._engine = engine_for(self._url, settings, name=NAME, pool_size=1)
        if not reset:
            event.remove(self._engine.pool, "reset", reset_session)
        self.domain = Domain(self._engine, settings, self._clock)
        self.pid = self.state()[0]

    def close(self) -> None:
        """Close the connection."""
        self._engine.dispose()

    def state(self) -> tuple[int, bool, str]:
        """Return which connection it is, whether its role is its own, and who is bound."""
        with self._engine.connect() as connection:
            pid, own_role, user = connection.execute(text(STATE)).one()
            return int(pid), bool(own_role), str(user)

    def leave(self, user_id: int, statements: Iterable[str]) -> None:
        """Let a tenant send statements past the service, in a unit of work that is committed."""
        with self.domain.tenant(user_id) as tx:
            for statement in statements:
                self.send(tx, statement)

    def send(self, tx: TenantWork, statement: str) -> None:
        """Send a statement past the service, in a unit of work."""
        connection_of(tx).execute(statement.encode())

    def ask(self, question: Callable[[psycopg.Connection], Answer]) -> Answer:
        """Ask in the connection, as whoever is the next to have it."""
        with self._engine.connect() as connection:
            return question(driver_of(connection))

    def give_back_locked(self, locker: psycopg.Connection) -> None:
        """Give the connection back with a temporary table that somebody else has locked."""
        with self._engine.connect() as connection, locker.transaction():
            driver = driver_of(connection)
            driver.execute("CREATE TEMPORARY TABLE stuck ()")
            (schema,) = driver.execute(TEMPORARY_SCHEMA).fetchone() or ("",)
            driver.commit()
            locker.execute(sql.SQL("LOCK TABLE {}").format(sql.Identifier(schema, "stuck")))
            connection.close()

    def seen_by(self, user_id: int | None, tables: list[str]) -> dict[str, Any]:
        """Return the owners of all rows that the next user sees, or the error, table by table."""
        return {table: self._owners(user_id, table) for table in tables}

    def _owners(self, user_id: int | None, table: str) -> Any:
        query = sql.SQL("SELECT DISTINCT owner_id FROM {}").format(sql.Identifier(table))
        with Session(self._engine) as session:
            bind(session, Role.TENANT, user_id)
            driver: Any = session.connection().connection.driver_connection
            try:
                return [owner for (owner,) in driver.execute(query)]
            except errors.InvalidTextRepresentation:
                return "nobody is bound"

    def work(self, ending: str, user_id: int, project_id: int) -> None:
        """Let a tenant work until the work ends like this. Fails if it ends otherwise."""
        ends, expected = ENDINGS[ending]
        cause: object = None
        try:
            ends(self, user_id, project_id)
        except (DomainError, DBAPIError, Mishap) as error:
            cause = getattr(error, "orig", error)
        assert isinstance(cause, expected), f"the work ended by {cause!r}"

    @contextmanager
    def held(self, project_id: int) -> Iterator[None]:
        """Have somebody else hold a lock on a project."""
        with self._reader.transaction():
            self._reader.execute("SELECT FROM projects WHERE id = %s FOR UPDATE", [project_id])
            yield

    def cancel_when_waiting(self) -> None:
        """Cancel the statement in the connection as soon as the server says that it waits."""
        waiting.cancel_when_waiting(self._reader, lambda: self.pid)


def _commit(pool: Pooled, user_id: int, _: int) -> None:
    with pool.domain.tenant(user_id) as tx:
        tx.tasks.submit("Water the plants", payload=None)


def _mishap(pool: Pooled, user_id: int, _: int) -> None:
    with pool.domain.tenant(user_id) as tx:
        tx.tasks.submit("Water the plants", payload=None)
        raise Mishap


def _refused(pool: Pooled, user_id: int, project_id: int) -> None:
    with pool.domain.tenant(user_id) as tx:
        tx.workspace.project(project_id + 1_000_000)


def _rule_broken(pool: Pooled, user_id: int, _: int) -> None:
    with pool.domain.tenant(user_id) as tx:
        path = tx.workspace.projects().items[0].path
        tx.workspace.create_project(path, "another")


def _timed_out(pool: Pooled, user_id: int, project_id: int) -> None:
    with pool.held(project_id), pool.domain.tenant(user_id) as tx:
        tx.workspace.delete_project(project_id)


def _cancelled(pool: Pooled, user_id: int, project_id: int) -> None:
    def remove() -> None:
        with pool.domain.tenant(user_id) as tx:
            tx.workspace.delete_project(project_id)

    with ThreadPoolExecutor(max_workers=1) as thread, pool.held(project_id):
        removing = thread.submit(remove)
        pool.cancel_when_waiting()
        removing.result(waiting.WAIT_SECONDS)


Ending = tuple[Callable[[Pooled, int, int], None], type[object]]

ENDINGS: Final[dict[str, Ending]] = {
    "is committed": (_commit, type(None)),
    "is given up": (_mishap, Mishap),
    "is refused by the service": (_refused, DomainError),
    "breaks a rule of the database": (_rule_broken, DomainError),
    "runs into a timeout": (_timed_out, LimitExceeded),
    "is cancelled": (_cancelled, errors.QueryCanceled),
}
"""How a unit of work may end, and by which error."""


@dataclass
class PooledState:
    """Per-scenario state of the steps that have one connection."""

    pool: Pooled = field(init=False)
