"""The interfaces between the parts of the harness, and to what a team brings."""

from collections.abc import Callable, Sequence
from typing import Protocol

import psycopg
from sqlalchemy import URL, Engine

from pgharness.core.options import Kind
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
    """What a team makes for each scenario or test: see `Application.world`."""

    scenario: str
    """The title of the scenario, or the name of the test; set by the harness."""
    engine: Engine
    """What it was made with, as the database."""
    database: "DatabaseUnderTest"

    def at_the_end(self, cleanup: Callable[[], object]) -> None:
        """Have something done when the scenario ends; what came first is done last."""
        ...

    def close(self, *, failed: bool = False) -> None:
        """End it. May fail a scenario that has not failed yet."""
        ...


class ItemStatus(Protocol):
    """What came of something that was run."""

    def has_failed(self) -> bool:
        """Tell whether it has failed so far."""
        ...


class RunItem(Protocol):
    """What is run and judged: a scenario, or a test of pytest's."""

    name: str
    location: object
    tags: Sequence[str]
    status: ItemStatus


class Server(Protocol):
    """A running server that the run may create databases on."""

    kind: Kind
    url: URL
    """The maintenance database, as the role that owns all the run makes."""

    def stop(self) -> None:
        """Stop and remove what was started."""
        ...

    def obstacle(self, need: Need) -> str | None:
        """Return why the server cannot be used for what a scenario needs, or None."""
        ...


class OwnServer(Server, Protocol):
    """A server that was started here; it may be killed and started again."""

    def crash(self) -> None:
        """Kill all its processes at once (SIGKILL)."""
        ...

    def restart(self) -> None:
        """Start it again on the same data; `url` leads to it again. Raises `HarnessError`."""
        ...

    def small_disk(self) -> str:
        """Return an empty folder on a file system of a few MiB, for a tablespace."""
        ...


class DatabaseUnderTest(Protocol):
    """The database under test: `Database`, or of a scenario that is rolled back, what it may have.

    What a transaction that is rolled back cannot have is refused there with `CannotBeShown`.
    """

    @property
    def url(self) -> URL:
        """Where it is."""
        ...

    @property
    def observer(self) -> psycopg.Connection:
        """A connection past the policies: what is committed, or what the transaction has stored."""
        ...

    @property
    def has_own_server(self) -> bool:
        """Whether the server is the scenario's alone."""
        ...

    @property
    def server(self) -> OwnServer:
        """The server that the scenario has to itself."""
        ...

    def crash(self) -> None:
        """Kill that server."""
        ...

    def restart(self) -> None:
        """Start it again."""
        ...
