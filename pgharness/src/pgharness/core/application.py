"""What the harness is told of the application whose tests it serves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.exc import StatementError

from pgharness.core.case import Case
from pgharness.core.database_url import session_parameters
from pgharness.core.protocols import DatabaseUnderTest, Migrator, World

W = TypeVar("W", bound=World)

ATTRIBUTES: Final = ("CREATEDB", "CREATEROLE", "BYPASSRLS")
"""Attributes that the harness's role may be required to have."""


@dataclass(frozen=True)
class Requirements:
    """What a server, and the harness's role on it, must offer."""

    attributes: Sequence[str] = ("CREATEDB",)
    """Of `ATTRIBUTES`. Without CREATEDB no database can be made."""
    group_roles: Sequence[str] = ()
    """Roles that the harness's role must be able to act as, where they exist already."""
    connections: int = 16
    """The most that a run has at once: of a stress test, of a pool, and of the harness."""


MINIMAL: Final = Requirements()
"""What the harness needs for itself."""


@dataclass(frozen=True)
class Timeouts:
    """How long things may take in a session of a test: whoever waits longer waits for nothing."""

    statement: timedelta = timedelta(seconds=5)
    lock: timedelta = timedelta(seconds=2)
    idle_in_transaction: timedelta = timedelta(seconds=10)
    connect: timedelta = timedelta(seconds=5)

    def settings(self) -> dict[str, str]:
        """Return PostgreSQL's settings, in milliseconds; connecting is the driver's affair."""
        millisecond = timedelta(milliseconds=1)
        return {
            "statement_timeout": str(self.statement // millisecond),
            "lock_timeout": str(self.lock // millisecond),
            "idle_in_transaction_session_timeout": str(self.idle_in_transaction // millisecond),
        }


Explain = Callable[[StatementError, Timeouts, bool], Exception | None]
"""Returns what the application itself would raise for an error of the database, or None.

The timeouts are those of the session; the last argument tells whether it was being committed.
"""


def unexplained(_: StatementError, __: Timeouts, ___: bool) -> None:  # noqa: FBT001 (see `Explain`)
    """Return that the application has errors of its own for nothing."""


@dataclass(frozen=True)
class Application(Generic[W]):
    """An application under test: how its schema is made, and how it connects."""

    migrator: Migrator
    engine: Callable[[URL], Engine]
    """Makes the engine of the application for a test database."""
    engine_options: Callable[[URL], dict[str, Any]]
    """Returns the keyword arguments of `create_engine` for the same engine."""
    world: Callable[[Engine, DatabaseUnderTest], W]
    """Makes what each scenario or test is given."""
    requirements: Requirements = MINIMAL
    explain: Explain = unexplained


def plain_options(url: URL) -> dict[str, Any]:
    """Return how the engine of no application in particular is made."""
    return {
        "pool_pre_ping": True,
        "hide_parameters": True,
        "connect_args": session_parameters(url),
    }


def plain(migrator: Migrator) -> Application[Case]:
    """Return an application of which nothing is known but how its schema is made."""

    def engine(url: URL) -> Engine:
        return create_engine(url, **plain_options(url))

    return Application(migrator, engine, plain_options, Case)
