"""One database under test: the domain's connections to it, and the harness's own."""

from sqlalchemy import URL

from domain import engine_for
from features.support import postgres
from features.support.connections import Connections
from features.support.reset import Reset
from features.support.world import CHEAP, World


class Database:
    """A database that the run has made, and everything that is connected to it."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self._fresh = True
        self.connect()

    def connect(self) -> None:
        """Open the harness's connection, and a pool for the domain's."""
        self._engine = engine_for(self.url, CHEAP)
        self._observer = postgres.connect(self.url, row_security="off")
        self._connections = Connections(self._engine, self._observer)
        self._reset = Reset(self._observer)

    def disconnect(self) -> None:
        """Close them all; a database that is copied or dropped must have none."""
        self._engine.dispose()
        self._observer.close()

    def world(self) -> World:
        """Return a world for the next scenario; what an earlier one has left is emptied first."""
        if not self._fresh:
            self._reset()
        self._fresh = False
        return World(self._engine, self.url, self._observer)

    def check_none_left(self) -> None:
        """Fail if a connection of the scenario is still open; then end it."""
        self._connections.check_none_left()
