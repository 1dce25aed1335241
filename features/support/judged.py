"""What a harness runs and judges, a scenario of behave's or a test of pytest's, and gives to it."""

from collections.abc import Sequence
from typing import Protocol

import psycopg
from sqlalchemy import URL

from features.support.postgres import OwnServer


class Verdict(Protocol):
    """What came of something that was run."""

    def has_failed(self) -> bool:
        """Tell whether it has failed so far."""
        ...


class Judged(Protocol):
    """What is run and judged: a scenario, or a test of pytest's."""

    name: str
    location: object
    tags: Sequence[str]
    status: Verdict


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
