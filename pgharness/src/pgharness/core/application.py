"""The application under test: its migrator, its engine, and what the server must offer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.exc import StatementError

from pgharness.core.database_url import session_parameters
from pgharness.core.default_world import DefaultWorld
from pgharness.core.protocols import DatabaseUnderTest, Migrator, World

W = TypeVar("W", bound=World)

ATTRIBUTES: Final = ("CREATEDB", "CREATEROLE", "BYPASSRLS")
"""Attributes that the harness's role may be required to have."""


@dataclass(frozen=True)
class Requirements:
    """What a server, and the harness's role on it, must offer."""

    attributes: Sequence[str] = ("CREATEDB",)
    """Some of `ATTRIBUTES`. CREATEDB is required to create databases."""
    group_roles: Sequence[str] = ()
    """Roles that the harness's role must be allowed to SET ROLE to, if they exist already."""
    connections: int = 16
    """The maximum open at once, by a stress test, by pools and by the harness itself."""


MINIMAL: Final = Requirements()
"""The requirements of the harness itself."""


@dataclass(frozen=True)
class Timeouts:
    """The time limits of a test's session: with them, no test waits forever."""

    statement: timedelta = timedelta(seconds=5)
    lock: timedelta = timedelta(seconds=2)
    idle_in_transaction: timedelta = timedelta(seconds=10)
    connect: timedelta = timedelta(seconds=5)

    def settings(self) -> dict[str, str]:
        """Return PostgreSQL's settings in milliseconds. `connect` is a parameter of the driver."""
        millisecond = timedelta(milliseconds=1)
        return {
            "statement_timeout": str(self.statement // millisecond),
            "lock_timeout": str(self.lock // millisecond),
            "idle_in_transaction_session_timeout": str(self.idle_in_transaction // millisecond),
        }


Explain = Callable[[StatementError, Timeouts, bool], Exception | None]
"""Returns the exception that the application would raise for an error of the database, or None.

The arguments are the error, the timeouts of the session, and whether it was being committed.
"""


def unexplained(_: StatementError, __: Timeouts, ___: bool) -> None:  # noqa: FBT001 (see `Explain`)
    """Return None: the application translates no errors."""


@dataclass(frozen=True)
class Application(Generic[W]):
    """An application under test: how its schema is created, and how it connects."""

    migrator: Migrator
    engine: Callable[[URL], Engine]
    """Returns the application's engine for the URL of a test database."""
    engine_options: Callable[[URL], dict[str, Any]]
    """Returns the keyword arguments of `create_engine` for the same engine."""
    world: Callable[[Engine, DatabaseUnderTest], W]
    """Returns the object that one test receives."""
    requirements: Requirements = MINIMAL
    explain: Explain = unexplained


def plain_engine_options(url: URL) -> dict[str, Any]:
    """Return arguments of `create_engine` that hide values in errors and set the session."""
    return {
        "pool_pre_ping": True,
        "hide_parameters": True,
        "connect_args": session_parameters(url),
    }


def plain_application(migrator: Migrator) -> Application[DefaultWorld]:
    """Return an application with this schema, and with defaults for all else."""

    def engine(url: URL) -> Engine:
        return create_engine(url, **plain_engine_options(url))

    return Application(migrator, engine, plain_engine_options, DefaultWorld)
