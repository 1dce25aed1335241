"""The unit of work: one `with` is one transaction, under one role.

It takes a connection and begins its transaction at its first statement, so that what is computed
before it (a password's strength, its hash) keeps no connection from others; nor does what a login
or a change of a password verifies after a first look. It commits at the end
of the block, and any exception rolls all of it back. Nothing else commits, but for what must be
remembered in spite of that (`domain.identity.recordings`): it is written after the unit of work,
alone, in a transaction of its own.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from typing import Final, Self, TypeVar

from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.orm import Session

from domain.clock import Clock, SystemClock
from domain.database.connections import CommitOutcome, failures, written_limits
from domain.database.late_sessions import LateSession
from domain.database.schema import Role
from domain.database.tenancy import bind, of_nobody, tenant_id
from domain.errors import (
    DomainError,
    TransactionConflict,
    database_rules,
    diagnosis,
    refusing,
    refusing_states,
)
from domain.identity.accounts import Accounts
from domain.identity.hashing import Hasher
from domain.identity.passwords import Passwords
from domain.identity.recordings import NotRemembered, remembered
from domain.identity.sessions import Sessions
from domain.instants import CheckedClock
from domain.settings import Settings, Timeouts
from domain.work.objectives import Objectives
from domain.work.task_queue import TaskQueue
from domain.work.tasks import TASK_STATES, Tasks
from domain.work.workspace import Workspace

Work = TypeVar("Work")
Result = TypeVar("Result")

IN_FAILED_TRANSACTION: Final = "25P02"
"""in_failed_sql_transaction: what the server answers to all that follows an error."""


class Isolation(StrEnum):
    """How much of other transactions a unit of work may see, by SQL's names.

    `docs/transactions.md` has the anomalies that each admits, and what each operation relies on.
    """

    READ_COMMITTED = "READ COMMITTED"
    REPEATABLE_READ = "REPEATABLE READ"
    SERIALIZABLE = "SERIALIZABLE"


@dataclass(eq=False)
class WorkAborted(DomainError):
    """The database had undone the work already, and whoever did it swallowed the error.

    COMMIT of such a transaction raises nothing: the server answers with ROLLBACK.
    """

    sentence = (
        "nothing was changed: an error of the database was swallowed in this unit of work; let it"
        " go up, or do what may fail in a savepoint"
    )


@dataclass(eq=False)
class GaveUp(DomainError):
    """Others kept getting in the way, as often as the work was tried."""

    attempts: int

    sentence = (
        "nothing was changed: others were changing the same each of {attempts} times; try again"
        " later"
    )


@dataclass(frozen=True)
class _Work:
    """What may be done in one unit of work."""

    savepoint: Callable[[], AbstractContextManager[None]]
    """What is done in `with tx.savepoint():` is undone alone when an error leaves the block."""


@dataclass(frozen=True)
class IdentityWork(_Work):
    """What may be done about accounts, passwords and login sessions in one unit of work."""

    accounts: Accounts
    passwords: Passwords
    sessions: Sessions


@dataclass(frozen=True)
class TenantWork(_Work):
    """What one user may do about what is theirs in one unit of work."""

    tasks: Tasks
    workspace: Workspace
    objectives: Objectives


@dataclass(frozen=True)
class WorkerWork(_Work):
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
        jitter: random.Random | None = None,
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._clock = CheckedClock(clock or SystemClock())
        self._hasher = hasher or Hasher(settings.argon2)
        self._jitter = jitter or random.SystemRandom()

    @contextmanager
    def identity(
        self, *, isolation: Isolation = Isolation.READ_COMMITTED
    ) -> Iterator[IdentityWork]:
        """Work on accounts and logins, as the role that may do nothing else."""
        caller = _Caller(self._settings.timeouts, Role.IDENTITY, isolation)
        with self._transaction(caller) as session:
            tools = session, self._settings, self._clock, self._hasher
            yield IdentityWork(
                caller.savepoints(session), Accounts(*tools), Passwords(*tools), Sessions(*tools)
            )

    @contextmanager
    def tenant(
        self, user_id: int, *, isolation: Isolation = Isolation.READ_COMMITTED
    ) -> Iterator[TenantWork]:
        """Work on what this user owns; all else is out of sight and out of reach.

        Raises `InvalidValue` for what is no id, `TenantNotFound` when something is stored for a
        user who is not there.
        """
        owner_id = tenant_id(user_id)
        caller = _Caller(self._settings.timeouts, Role.TENANT, isolation, owner_id)
        with self._transaction(caller) as session:
            tools = session, self._settings, self._clock, owner_id
            yield TenantWork(
                caller.savepoints(session), Tasks(*tools), Workspace(*tools), Objectives(*tools)
            )

    @contextmanager
    def worker(self, *, isolation: Isolation = Isolation.READ_COMMITTED) -> Iterator[WorkerWork]:
        """Work on the tasks of all tenants, as the role that may do nothing else."""
        caller = _Caller(self._settings.timeouts, Role.WORKER, isolation)
        with self._transaction(caller) as session:
            yield WorkerWork(caller.savepoints(session), TaskQueue(session, self._clock))

    def run(
        self, opening: Callable[[], AbstractContextManager[Work]], work: Callable[[Work], Result]
    ) -> Result:
        """Do a whole unit of work, and all of it anew whenever another one gets in its way.

        `opening` is `domain.identity`, `domain.worker` or `partial(domain.tenant, user_id)`.
        `work` must have no effects but those on the unit of work: it may be called several times.
        Raises `GaveUp` when `Settings.retries` are spent; every other error goes up at once.
        """
        retries = self._settings.retries
        for attempt in count(1):
            try:
                with opening() as tx:
                    return work(tx)
            except TransactionConflict as conflict:
                if attempt == retries.attempts:
                    raise GaveUp(attempt) from conflict
                self._clock.wait(retries.longest_wait(attempt) * self._jitter.random())
        raise AssertionError("counting never ends")

    @contextmanager
    def _transaction(self, caller: "_Caller") -> Iterator[LateSession]:
        work = caller.session(self._engine)
        try:
            with self._begun(work, caller):
                yield work
        except BaseException:
            self._remember(work, caller)
            raise
        try:
            self._remember(work, caller)
        except Exception as error:
            raise NotRemembered from error

    def _remember(self, work: Session, caller: "_Caller") -> None:
        for recording in remembered(work):
            alone = caller.alone()
            with self._begun(alone.session(self._engine), alone) as afterwards:
                recording(afterwards)

    @contextmanager
    def _begun(self, session: LateSession, caller: "_Caller") -> Iterator[Session]:
        with caller.refusals(), _ended(session):
            undone = failures(caller.timeouts, CommitOutcome.NOT_COMMITTED)
            with undone, _nothing_swallowed(session):
                yield session
            with failures(caller.timeouts, CommitOutcome.UNDECIDED):
                session.commit()


@dataclass(frozen=True)
class _Caller:
    """For whom a transaction works, and how."""

    timeouts: Timeouts
    role: Role
    isolation: Isolation
    user_id: int | None = None

    def alone(self) -> Self:
        """Return the same caller, working for no tenant, with nothing to keep apart from."""
        return replace(self, isolation=Isolation.READ_COMMITTED, user_id=None)

    def session(self, engine: Engine) -> LateSession:
        """Return a session that begins its transaction for this caller at its first statement.

        Entities outlive their transaction as plain readings, so commit does not expire them.
        """
        return LateSession(engine, self.isolation.value, self.begin, expire_on_commit=False)

    def begin(self, connection: Connection) -> None:
        """Take the role, for the user, in a transaction that has just begun.

        The limits are those of the settings, whatever earlier work has made of the connection's.
        """
        bind(connection, self.role, self.user_id, written_limits(self.timeouts))

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Turn what the database refuses into the domain's own errors.

        An error passes these from the last to the first: the most particular one is the last.
        """
        with database_rules(), refusing_states(TASK_STATES), refusing(of_nobody(self.user_id)):
            yield

    def savepoints(self, session: Session) -> Callable[[], AbstractContextManager[None]]:
        """Return what opens a savepoint in this caller's transaction."""

        @contextmanager
        def savepoint() -> Iterator[None]:
            undone = failures(self.timeouts, CommitOutcome.NOT_COMMITTED)
            with self.refusals(), undone, session.begin_nested():
                yield

        return savepoint


@contextmanager
def _ended(session: Session) -> Iterator[None]:
    """End the session with this block.

    The error by which it ends is not hidden by another one of ROLLBACK: a connection that is
    lost undoes the work by itself.
    """
    try:
        yield
    except BaseException:
        try:
            session.close()
        except DBAPIError:
            session.invalidate()
        raise
    session.close()


@contextmanager
def _nothing_swallowed(session: LateSession) -> Iterator[None]:
    """Write what is still to be written at the end of this block.

    Raises `WorkAborted` if COMMIT would only roll back, if the database says so before, or if
    the transaction could not begin.
    """
    try:
        yield
        session.flush()
        if not session.asked:
            return
        if session.failed:
            raise WorkAborted
        connection = session.connection().connection.driver_connection
    except PendingRollbackError as error:
        raise WorkAborted from error
    except DBAPIError as error:
        cause = diagnosis(error)
        if cause is None or cause.sqlstate != IN_FAILED_TRANSACTION:
            raise
        raise WorkAborted from error
    assert connection is not None, "a transaction has a connection"
    if connection.info.transaction_status is TransactionStatus.INERROR:
        raise WorkAborted
