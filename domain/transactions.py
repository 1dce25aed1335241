"""The unit of work: one `with` is one transaction, under one role.

It commits at the end of the block, and any exception rolls all of it back. Nothing else commits,
but for what must be remembered in spite of that (`domain.recordings`): it is written after the
unit of work, alone, in a transaction of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.orm import Session

from domain.accounts import Accounts
from domain.clock import Clock, SystemClock
from domain.errors import database_rules, refusing, refusing_states
from domain.hashing import Hasher
from domain.json_values import written
from domain.objectives import Objectives
from domain.passwords import Passwords
from domain.recordings import remembered
from domain.schema import Role
from domain.sessions import Sessions
from domain.settings import Settings, Timeouts
from domain.task_queue import TaskQueue
from domain.tasks import TASK_STATES, Tasks
from domain.tenancy import bind, of_nobody, tenant_id
from domain.workspace import Workspace


def engine_for(url: URL, settings: Settings, *, name: str = "domain", pool_size: int = 5) -> Engine:
    """Return an engine whose every connection has the settings' timeouts and this name."""
    return create_engine(
        url,
        pool_size=pool_size,
        pool_pre_ping=True,
        json_serializer=written,
        hide_parameters=True,  # they hold hashes and addresses; errors and logs do without
        connect_args={
            "application_name": name,
            "connect_timeout": int(settings.timeouts.connect.total_seconds()),
            "options": _server_options(settings.timeouts),
        },
    )


def _server_options(timeouts: Timeouts) -> str:
    limits = {
        "statement_timeout": timeouts.statement,
        "lock_timeout": timeouts.lock,
        "idle_in_transaction_session_timeout": timeouts.idle_in_transaction,
    }
    millisecond = timedelta(milliseconds=1)
    return " ".join(f"-c {name}={limit // millisecond}" for name, limit in limits.items())


@dataclass(frozen=True)
class IdentityWork:
    """What may be done about accounts, passwords and login sessions in one unit of work."""

    accounts: Accounts
    passwords: Passwords
    sessions: Sessions


@dataclass(frozen=True)
class TenantWork:
    """What one user may do about what is theirs in one unit of work."""

    tasks: Tasks
    workspace: Workspace
    objectives: Objectives


@dataclass(frozen=True)
class WorkerWork:
    """What a worker may do in one unit of work: claim tasks and report on them."""

    tasks: TaskQueue


class Domain:
    """The service. Each method opens one unit of work for one kind of caller."""

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        clock: Clock | None = None,
        hasher: Hasher | None = None,
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._clock = clock or SystemClock()
        self._hasher = hasher or Hasher(settings.argon2)

    @contextmanager
    def identity(self) -> Iterator[IdentityWork]:
        """Work on accounts and logins, as the role that may do nothing else."""
        with self._transaction(Role.IDENTITY) as session:
            tools = session, self._settings, self._clock, self._hasher
            yield IdentityWork(Accounts(*tools), Passwords(*tools), Sessions(*tools))

    @contextmanager
    def tenant(self, user_id: int) -> Iterator[TenantWork]:
        """Work on what this user owns; all else is out of sight and out of reach.

        Raises `InvalidValue` for what is no id, `TenantNotFound` when something is stored for a
        user who is not there.
        """
        owner_id = tenant_id(user_id)
        with self._transaction(Role.TENANT, owner_id) as session:
            tools = session, self._settings, self._clock, owner_id
            yield TenantWork(Tasks(*tools), Workspace(*tools), Objectives(*tools))

    @contextmanager
    def worker(self) -> Iterator[WorkerWork]:
        """Work on the tasks of all tenants, as the role that may do nothing else."""
        with self._transaction(Role.WORKER) as session:
            yield WorkerWork(TaskQueue(session, self._clock))

    @contextmanager
    def _transaction(self, role: Role, user_id: int | None = None) -> Iterator[Session]:
        # Entities outlive their transaction as plain readings, so commit must not expire them.
        work = Session(self._engine, expire_on_commit=False)
        try:
            with self._begun(work, role, user_id):
                yield work
        finally:
            for recording in remembered(work):
                with self._begun(Session(self._engine), role) as afterwards:
                    recording(afterwards)

    @contextmanager
    def _begun(self, session: Session, role: Role, user_id: int | None = None) -> Iterator[Session]:
        # An error passes these from the last to the first: the most particular one is the last.
        with (
            database_rules(),
            refusing_states(TASK_STATES),
            refusing(of_nobody(user_id)),
            session,
            session.begin(),
        ):
            bind(session, role, user_id)
            yield session
