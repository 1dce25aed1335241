"""How far what a scenario stores is shared: with nobody, or in a rule, a feature or the run.

A scope begins with its first scenario. When it ends, everything is put back as it was then, and
that this is so is checked; within another scope that is what was shared there. A scenario in it
that is rolled back sees what is shared and adds nothing, not even to the sequences.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from pgharness.core.protocols import RunItem
from pgharness.isolation.snapshots import NotPutBack, Snapshot
from pgharness.isolation.test_database import Database

ISOLATING: Final = frozenset({"fixture.database", "fixture.empty_database", "fixture.server"})
"""Tags by which a database comes, and goes again with all that is in it."""


class Scope:
    """What is put back when it ends; the outermost of a database begins and ends with nothing."""

    def __init__(self, database: Database[Any]) -> None:
        self.database = database
        self._before: Snapshot | None = None
        self._last: RunItem

    @property
    def has_begun(self) -> bool:
        """Whether a scenario has been in it."""
        return self._before is not None

    def begin(self, scenario: RunItem) -> None:
        """Let a scenario share what is stored; the first of them finds what is there now."""
        if self._before is None:
            self._before = self.database.snapshot()
        self._last = scenario

    def end(self) -> None:
        """Put everything back. Raises `NotPutBack`, which names the last scenario as `after`."""
        if self._before is None:
            return
        try:
            self.database.put_back(self._before)
        except NotPutBack as error:
            error.after = self._last
            raise


class Scopes:
    """The scopes that are open, the widest first."""

    def __init__(self) -> None:
        self._open: list[Scope] = []

    @contextmanager
    def opened(self, database: Database[Any]) -> Iterator[None]:
        """Have scenarios on a database share what is stored."""
        scope = self.open(database)
        try:
            yield
        finally:
            self._open.remove(scope)
            scope.end()

    def open(self, database: Database[Any]) -> Scope:
        """Have them share it as long as the database is there."""
        scope = Scope(database)
        self._open.append(scope)
        return scope

    def begin(self, database: Database[Any], scenario: RunItem, *, rolled_back: bool) -> None:
        """Let a scenario find what it shares with others, and nothing else. Raises `NotPutBack`."""
        database.mend()
        around = self._around(database)
        if not any(scope.has_begun for scope in around):
            database.empty(sequences=bool(around) or not rolled_back)
        for scope in around:
            scope.begin(scenario)
        if around and rolled_back:
            database.remember_shared()

    def end(self, database: Database[Any]) -> None:
        """Remove what a scenario has stored that shares with nobody. Raises `NotPutBack`."""
        if self._around(database):
            database.put_sequences_back()
        else:
            database.empty(sequences=False)

    def _around(self, database: Database[Any]) -> list[Scope]:
        return [scope for scope in self._open if scope.database is database]
