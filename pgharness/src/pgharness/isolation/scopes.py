"""Scopes: tests that share stored rows, within a rule, a feature, a class, a module or the run.

A scope begins with its first test. At its end the database is restored to that moment and
verified; scopes may be nested. A test that is rolled back sees the shared rows and changes
nothing, also no sequence.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from pgharness.isolation.snapshots import Snapshot
from pgharness.isolation.test_database import Database

DISPOSABLE: Final = frozenset({"fixture.database", "fixture.empty_database"})
"""Tags of tests with a database of their own on the run's server."""
ISOLATING: Final = DISPOSABLE | {"fixture.server"}
"""Tags of tests with a database of their own, which is dropped afterwards."""


class Scope:
    """A scope of one database, which is restored when it ends."""

    def __init__(self, database: Database[Any]) -> None:
        self.database = database
        self._before: Snapshot | None = None

    @property
    def has_begun(self) -> bool:
        """Whether a test has begun in it."""
        return self._before is not None

    def begin(self) -> None:
        """Begin a test; the first takes the snapshot that `end` restores."""
        if self._before is None:
            self._before = self.database.snapshot()

    def end(self) -> None:
        """Restore the snapshot. Raises `CleanupFailed`."""
        if self._before is not None:
            self.database.put_back(self._before)


class Scopes:
    """The open scopes, the widest first."""

    def __init__(self) -> None:
        self._open: list[Scope] = []

    @contextmanager
    def opened(self, database: Database[Any]) -> Iterator[None]:
        """Open a scope on a database for this block."""
        scope = self.open(database)
        try:
            yield
        finally:
            self._open.remove(scope)
            scope.end()

    def open(self, database: Database[Any]) -> Scope:
        """Open a scope that ends when the database is dropped."""
        scope = Scope(database)
        self._open.append(scope)
        return scope

    def begin(self, database: Database[Any], *, rolled_back: bool) -> None:
        """Begin a test: outside of scopes with an initial database. Raises `CleanupFailed`."""
        database.mend()
        around = self._around(database)
        if not any(scope.has_begun for scope in around):
            database.empty(sequences=bool(around) or not rolled_back)
        for scope in around:
            scope.begin()
        if around and rolled_back:
            database.remember_shared()

    def end(self, database: Database[Any]) -> None:
        """End a test: outside of scopes empty the database. Raises `CleanupFailed`."""
        if self._around(database):
            database.put_sequences_back()
        else:
            database.empty(sequences=False)

    def _around(self, database: Database[Any]) -> list[Scope]:
        return [scope for scope in self._open if scope.database is database]
