"""The unit of work: one `with` is one transaction, under one role.

It commits at the end of the block, and any exception rolls all of it back. Nothing else commits,
but for what must be remembered in spite of that (`domain.recordings`): it is written after the
unit of work, alone, in a transaction of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import URL, Engine, create_engine, text
from sqlalchemy.orm import Session

from domain.accounts import Accounts
from domain.clock import Clock, SystemClock
from domain.errors import database_rules
from domain.hashing import Hasher
from domain.passwords import Passwords
from domain.recordings import remembered
from domain.schema import Role
from domain.sessions import Sessions
from domain.settings import Settings, Timeouts


def engine_for(url: URL, settings: Settings, *, name: str = "domain", pool_size: int = 5) -> Engine:
    """Return an engine whose every connection has the settings' timeouts and this name."""
    return create_engine(
        url,
        pool_size=pool_size,
        pool_pre_ping=True,
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
    def _transaction(self, role: Role) -> Iterator[Session]:
        # Entities outlive their transaction as plain readings, so commit must not expire them.
        work = Session(self._engine, expire_on_commit=False)
        try:
            with self._begun(work, role):
                yield work
        finally:
            for recording in remembered(work):
                with self._begun(Session(self._engine), role) as afterwards:
                    recording(afterwards)

    @contextmanager
    def _begun(self, session: Session, role: Role) -> Iterator[Session]:
        with database_rules(), session, session.begin():
            session.execute(text("SELECT set_config('role', :role, true)"), {"role": role})
            yield session
