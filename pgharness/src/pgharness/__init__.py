"""A PostgreSQL test harness for pytest and behave: real servers, template databases, resets.

The names in `__all__`, and `RowFactory`, are the public interface; each is imported on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pgharness.core.application import Application, Requirements, Timeouts, plain_application
    from pgharness.core.errors import HarnessError
    from pgharness.core.options import Options, ServerKind
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
    "Metadata",
    "Migrator",
    "Options",
    "Requirements",
    "ServerKind",
    "SqlFiles",
    "TestSessionFactory",
    "Timeouts",
    "plain_application",
    "temporary_database",
]
"""All but `RowFactory`: it needs an extra, without which `import *` would fail."""

_MODULES: Final = {
    "Alembic": "databases.migrators",
    "Application": "core.application",
    "AsyncTestSessionFactory": "sessions.sessions_async",
    "DatabaseUnderTest": "core.protocols",
    "ServerKind": "core.options",
    "Metadata": "databases.migrators",
    "Migrator": "core.protocols",
    "Options": "core.options",
    "HarnessError": "core.errors",
    "Requirements": "core.application",
    "RowFactory": "data.row_factory",
    "SqlFiles": "databases.migrators",
    "TestSessionFactory": "sessions.sessions",
    "Timeouts": "core.application",
    "plain_application": "core.application",
    "temporary_database": "isolation.temporary",
}


if not TYPE_CHECKING:  # a type checker would accept every name otherwise

    def __getattr__(name: str) -> Any:
        """Import a public name. Raises `MissingExtra` (an `ImportError`) if an extra is missing."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from pgharness.core.extras import extras

        with extras():
            return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)

    def __dir__() -> list[str]:
        """Return the public names, imported or not."""
        return sorted({*globals(), *_MODULES})
