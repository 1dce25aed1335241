"""The unit of work: one `with` is one transaction, under one role.

It takes a connection and begins its transaction at its first statement: what is computed before (a
password's strength, its hash) occupies no connection, nor does what a login or a change of a
password verifies after its first read. It commits at the end of the block; any exception rolls all
of it back. One thing is written although it rolls back: a failed login (`LateSession.recordings`),
in a transaction of its own after the unit of work.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from domain.clock import Clock, SystemClock
from domain.database.connections import CommitOutcome, written_limits
from domain.database.error_translation import states, translating
from domain.database.late_sessions import LateSession
from domain.database.schema import Role
from domain.database.tenancy import bind, missing_tenant_violations, tenant_id
from domain.errors import DomainError, TransactionConflict
from domain.identity.accounts import Accounts
from domain.identity.hashing import Hasher
from domain.identity.passwords import Passwords
from domain.identity.sessions import Sessions
from domain.instants import CheckedClock
from domain.settings import Settings, Timeouts
from domain.work.objectives import Objectives
from domain.work.task_queue import TaskQueue
from domain.work.tasks import TASK_STATES, Tasks
from domain.work.workspace import Workspace

Work = TypeVar("Work")
Result = TypeVar("Result")


class Isolation(StrEnum):
    """The isolation levels, by SQL's names.

    `docs/transactions.md` lists the anomalies that each admits, and what each operation relies on.
    """

    READ_COMMITTED = "READ COMMITTED"
    REPEATABLE_READ = "REPEATABLE READ"
    SERIALIZABLE = "SERIALIZABLE"


@dataclass(eq=False)
class GaveUp(DomainError):
    """Every attempt of `Domain.run` ended in a `TransactionConflict`."""

    attempts: int

    sentence = (
        "nothing was changed: each of {attempts} attempts conflicted with another transaction; try"
        " again later"
    )


@dataclass(eq=False)
class NotRecorded(DomainError):
    """The unit of work has committed; writing the failed login that it caught has failed.

    This is no `TransactionConflict`, because the work must not run a second time.
    """

    sentence = (
        "the changes are stored, but the failed login among them was not recorded; do not run the"
        " unit of work again"
    )


@dataclass(frozen=True)
class _Work:
    """The operations of every unit of work."""

    savepoint: Callable[[], AbstractContextManager[None]]
    """An error that leaves `with tx.savepoint():` rolls back that block alone."""


@dataclass(frozen=True)
class IdentityWork(_Work):
    """The operations on accounts, passwords and login sessions, in one unit of work."""

    accounts: Accounts
    passwords: Passwords
    sessions: Sessions


@dataclass(frozen=True)
class TenantWork(_Work):
    """The operations of one tenant on its own rows, in one unit of work."""

    tasks: Tasks
    workspace: Workspace
    objectives: Objectives


@dataclass(frozen=True)
class WorkerWork(_Work):
    """The operations of a worker, in one unit of work."""

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
        """Open a unit of work on accounts and logins, under the role for these alone."""
        caller = _Caller(self._settings.timeouts, Role.IDENTITY, isolation)
        with self._unit_of_work(caller) as session:
            tools = session, self._settings, self._clock, self._hasher
            yield IdentityWork(
                caller.savepoints(session), Accounts(*tools), Passwords(*tools), Sessions(*tools)
            )

    @contextmanager
    def tenant(
        self, user_id: int, *, isolation: Isolation = Isolation.READ_COMMITTED
    ) -> Iterator[TenantWork]:
        """Open a unit of work on the rows of this user, in which no other tenant's row is visible.

        Raises `InvalidValue` for what is no id, and `NotFound` when a row is stored for a user
        without an account.
        """
        owner_id = tenant_id(user_id)
        caller = _Caller(self._settings.timeouts, Role.TENANT, isolation, owner_id)
        with self._unit_of_work(caller) as session:
            tools = session, self._settings, self._clock, owner_id
            yield TenantWork(
                caller.savepoints(session), Tasks(*tools), Workspace(*tools), Objectives(*tools)
            )

    @contextmanager
    def worker(self, *, isolation: Isolation = Isolation.READ_COMMITTED) -> Iterator[WorkerWork]:
        """Open a unit of work on the tasks of all tenants, under the role for these alone."""
        caller = _Caller(self._settings.timeouts, Role.WORKER, isolation)
        with self._unit_of_work(caller) as session:
            yield WorkerWork(caller.savepoints(session), TaskQueue(session, self._clock))

    def run(
        self, opening: Callable[[], AbstractContextManager[Work]], work: Callable[[Work], Result]
    ) -> Result:
        """Run a unit of work, and run it again after each `TransactionConflict`.

        `opening` is `domain.identity`, `domain.worker` or `partial(domain.tenant, user_id)`.
        `work` may be called several times, so it must have no effects outside the unit of work.
        Raises `GaveUp` after `Settings.retries`; every other error propagates at once.
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
    def _unit_of_work(self, caller: "_Caller") -> Iterator[LateSession]:
        session = caller.session(self._engine)
        try:
            with caller.translating(CommitOutcome.NOT_COMMITTED):
                yield session
                session.prepare_commit()
            with caller.translating(CommitOutcome.UNDECIDED):
                session.commit()
            session.close()
        except BaseException:
            session.abandon()
            self._record(session, caller)
            raise
        try:
            self._record(session, caller)
        except Exception as error:
            raise NotRecorded from error

    def _record(self, ended: LateSession, caller: "_Caller") -> None:
        for recording in ended.recordings:
            with self._unit_of_work(caller.alone()) as session:
                recording(session)


@dataclass(frozen=True)
class _Caller:
    """The role, the tenant, the isolation level and the limits of a transaction."""

    timeouts: Timeouts
    role: Role
    isolation: Isolation
    user_id: int | None = None

    def alone(self) -> Self:
        """Return the same role at READ COMMITTED, for no tenant."""
        return replace(self, isolation=Isolation.READ_COMMITTED, user_id=None)

    def session(self, engine: Engine) -> LateSession:
        """Return a session that begins its transaction for this caller at its first statement.

        Entities are used after their transaction, so commit does not expire them.
        """
        return LateSession(engine, self.isolation.value, self.begin, expire_on_commit=False)

    def begin(self, connection: Connection) -> None:
        """Set the role, the tenant and the limits of a transaction that has just begun.

        The limits are set each time: an earlier unit of work may have changed the connection's.
        """
        bind(connection, self.role, self.user_id, written_limits(self.timeouts))

    def translating(self, outcome: CommitOutcome) -> AbstractContextManager[None]:
        """Return the translation of all database errors in a phase of this transaction."""
        constraints = missing_tenant_violations(self.user_id)
        return translating(constraints, {**TASK_STATES, **states(self.timeouts)}, outcome)

    def savepoints(self, session: Session) -> Callable[[], AbstractContextManager[None]]:
        """Return the function that opens a savepoint in this caller's transaction."""

        @contextmanager
        def savepoint() -> Iterator[None]:
            with self.translating(CommitOutcome.NOT_COMMITTED), session.begin_nested():
                yield

        return savepoint
