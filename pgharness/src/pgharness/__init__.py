"""A PostgreSQL test harness for pytest and behave: real servers, template databases, resets.

What is listed here is the public interface; each name is loaded when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pgharness.core.application import Application, Requirements, Timeouts, plain
    from pgharness.core.errors import HarnessError
    from pgharness.core.options import Kind, Options
    from pgharness.core.protocols import DatabaseUnderTest, Migrator
    from pgharness.data.row_factory import RowFactory as RowFactory
    from pgharness.databases.migrators import Alembic, Metadata, SqlFiles
    from pgharness.isolation.temporary import temporary_database
    from pgharness.sessions.sessions import TestSessionFactory
    from pgharness.sessions.sessions_async import AsyncTestSessionFactory

__all__ = [
    "Alembic",
    "Application",
    "AsyncTestSessionFactory",
    "DatabaseUnderTest",
    "HarnessError",
    "Kind",
    "Metadata",
    "Migrator",
    "Options",
    "Requirements",
    "SqlFiles",
    "TestSessionFactory",
    "Timeouts",
    "plain",
    "temporary_database",
]
"""All but `RowFactory`, which needs an extra: whoever imports `*` may not have it."""

_MODULES: Final = {
    "Alembic": "databases.migrators",
    "Application": "core.application",
    "AsyncTestSessionFactory": "sessions.sessions_async",
    "DatabaseUnderTest": "core.protocols",
    "Kind": "core.options",
    "Metadata": "databases.migrators",
    "Migrator": "core.protocols",
    "Options": "core.options",
    "HarnessError": "core.errors",
    "Requirements": "core.application",
    "RowFactory": "data.row_factory",
    "SqlFiles": "databases.migrators",
    "TestSessionFactory": "sessions.sessions",
    "Timeouts": "core.application",
    "plain": "core.application",
    "temporary_database": "isolation.temporary",
}


if not TYPE_CHECKING:  # or a type checker would take any name for one of ours

    def __getattr__(name: str) -> Any:
        """Load a public name. Raises `MissingExtra` (an `ImportError`) if an extra is missing."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from pgharness.core.extras import extras

        with extras():
            return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)

    def __dir__() -> list[str]:
        """Return the public names, loaded or not."""
        return sorted({*globals(), *_MODULES})
