"""What a scenario or test is given where a team brings nothing of its own."""

from collections.abc import Callable
from contextlib import ExitStack

from sqlalchemy import Engine

from pgharness.core.protocols import DatabaseUnderTest


class Case:
    """One scenario or test: its database, and an engine on it."""

    def __init__(self, engine: Engine, database: DatabaseUnderTest) -> None:
        self.engine = engine
        self.database = database
        self.scenario = ""
        self._cleanups = ExitStack()

    def at_the_end(self, cleanup: Callable[[], object]) -> None:
        """Have something done when the case ends; what came first is done last."""
        self._cleanups.callback(cleanup)

    def close(self, *, failed: bool = False) -> None:  # noqa: ARG002 (it fails nothing of its own)
        """End the case."""
        self._cleanups.close()
