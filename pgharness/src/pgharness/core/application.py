"""What the harness is told of the application whose tests it serves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import URL, Engine

from pgharness.core.judged import DatabaseUnderTest, Migrator, World

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
