"""The interfaces between the parts of the harness, and to the application under test."""

from collections.abc import Callable, Sequence
from typing import Protocol

import psycopg
from sqlalchemy import URL, Engine

from pgharness.core.options import ServerKind
from pgharness.core.requirements import Need


class Migrator(Protocol):
    """Builds the schema of the application under test."""

    def fingerprint(self) -> str:
        """Return up to 12 characters that identify the schema; they name the template database."""
        ...

    def migrate(self, url: URL) -> None:
        """Bring an empty database to the current schema. Raises `HarnessError`."""
        ...


class World(Protocol):
    """The application's object for one scenario or test: see `Application.world`."""

    scenario: str
    """The title of the scenario, or the name of the test; set by the harness."""
    engine: Engine
    """Engine and database are the arguments of `Application.world`."""
    database: "DatabaseUnderTest"

    def add_cleanup(self, cleanup: Callable[[], object]) -> None:
        """Call this when the scenario ends; cleanups run in reverse order."""
        ...

    def close(self, *, failed: bool = False) -> None:
        """Run the cleanups. May raise, which fails the scenario; `failed` if it has failed."""
        ...


class ItemStatus(Protocol):
    """The result of a scenario or a test."""

    def has_failed(self) -> bool:
        """Return whether it has failed so far."""
        ...


class RunItem(Protocol):
    """A scenario of behave's or a test of pytest's."""

    name: str
    location: object
    tags: Sequence[str]
    status: ItemStatus


class Server(Protocol):
    """A running server that the run may create databases on."""

    kind: ServerKind
    url: URL
    """The maintenance database, with the role that owns all databases of the run."""

    def stop(self) -> None:
        """Stop the server and remove its files; an external server is left alone."""
        ...

    def obstacle(self, need: Need) -> str | None:
        """Return why the server cannot offer what a test needs, or None."""
        ...


class OwnServer(Server, Protocol):
    """A server that the run has started; it may be killed and started again."""

    def crash(self) -> None:
        """Kill all its processes (SIGKILL)."""
        ...

    def restart(self) -> None:
        """Start it again on the same data and update `url`. Raises `HarnessError`."""
        ...

    def small_disk(self) -> str:
        """Return an empty folder on a file system of a few MiB, for a tablespace."""
        ...


class DatabaseUnderTest(Protocol):
    """The database of a test.

    If the test is one transaction (`isolation="rollback"`), only `observer` and `has_own_server`
    are supported; all else raises `UnsupportedInRollback`.
    """

    @property
    def url(self) -> URL:
        """The URL, with the password and the driver psycopg."""
        ...

    @property
    def observer(self) -> psycopg.Connection:
        """A connection that row-level security does not filter.

        It sees what is committed, or all rows of a test that is one transaction.
        """
        ...

    @property
    def has_own_server(self) -> bool:
        """Whether no other test uses the server."""
        ...

    @property
    def server(self) -> OwnServer:
        """The test's own server; an assertion fails if it has none."""
        ...

    def crash(self) -> None:
        """Kill the test's own server (SIGKILL)."""
        ...

    def restart(self) -> None:
        """Start the test's own server again after a crash."""
        ...
