"""The world of an application that does not define one."""

from collections.abc import Callable
from contextlib import ExitStack

from sqlalchemy import Engine

from pgharness.core.protocols import DatabaseUnderTest


class DefaultWorld:
    """One scenario or test, with its database and an engine connected to it."""

    def __init__(self, engine: Engine, database: DatabaseUnderTest) -> None:
        self.engine = engine
        self.database = database
        self.scenario = ""
        self._cleanups = ExitStack()

    def add_cleanup(self, cleanup: Callable[[], object]) -> None:
        """Call this when the test ends; cleanups run in reverse order."""
        self._cleanups.callback(cleanup)

    def close(self, *, failed: bool = False) -> None:  # noqa: ARG002 (it fails no test)
        """Run the cleanups."""
        self._cleanups.close()
