"""One database under test: the domain's connections to it, and the harness's own."""

from typing import Any

import psycopg
from sqlalchemy import URL, event

from domain import engine_for
from features.support import postgres
from features.support.connections import Connections
from features.support.postgres import OwnServer
from features.support.reset import Reset
from features.support.rollback import Outermost, RolledBackWorld
from features.support.world import CHEAP, World


class Database:
    """A database that the run has made, and everything that is connected to it."""

    def __init__(self, url: URL, server: OwnServer | None = None) -> None:
        self.url = url
        self._server = server
        self.observer: psycopg.Connection
        """The harness's own connection."""
        self._used = self._counted = False
        """Whether scenarios have stored something; whether they have moved a sequence at least."""
        self._dead = self._crashed = False
        self.connect()

    def connect(self) -> None:
        """Open the harness's connection, and a pool for the domain's."""
        self._engine = engine_for(self.url, CHEAP)
        event.listen(self._engine, "do_connect", self._find_server)
        self.observer = postgres.connect(self.url, row_security="off")
        self._connections = Connections(self._engine, self.observer)
        self._reset = Reset(self.observer)
        self._outermost = Outermost(self.url, CHEAP)
        event.listen(self._outermost.engine, "do_connect", self._find_server, insert=True)
        self._connections.watch(self._outermost.engine)

    def disconnect(self) -> None:
        """Close them all; a database that is copied or dropped must have none."""
        self._engine.dispose()
        self._outermost.engine.dispose()
        self.observer.close()

    def world(self) -> World:
        """Return a world for the next scenario; what an earlier one has left is emptied first."""
        if self._used or self._counted:
            self._reset()
        self._used, self._counted = True, False
        return World(self._engine, self)

    def rolled_back_world(self) -> World:
        """Return a world whose work is rolled back at its end; only sequences stay moved."""
        if self._used:
            self._reset()
        self._used, self._counted = False, True
        return RolledBackWorld(self._outermost, self)

    def check_none_left(self) -> None:
        """Fail if a connection of the scenario is still open; then end it."""
        self._connections.check_none_left()

    @property
    def has_own_server(self) -> bool:
        """Whether the server is the scenario's alone."""
        return self._server is not None

    @property
    def server(self) -> OwnServer:
        """The server that the scenario has to itself."""
        assert self._server is not None, "only with @fixture.server has a scenario its own server"
        return self._server

    def crash(self) -> None:
        """Kill the server."""
        self.server.crash()
        self._dead = self._crashed = True

    def restart(self) -> None:
        """Start the server again after a crash, and connect the harness to it anew.

        The domain is not told: how it gets on again is its own affair.
        """
        self.server.restart()
        self._dead = False
        self.url = self.server.url.set(database=self.url.database)
        self.observer.close()
        self.observer = postgres.connect(self.url, row_security="off")
        self._connections.observe_through(self.observer)
        self._reset = Reset(self.observer)

    def settle(self) -> None:
        """After a crash, leave to the next scenario a server that runs and a pool that is new."""
        if self._crashed:
            self._crashed = False
            if self._dead:
                self.restart()
            self._engine.dispose()
            self._outermost.engine.dispose()

    def _find_server(self, *arguments: Any) -> None:
        """Let the domain's pool find a server whose port is another one since it was restarted.

        A service knows its server by a name that stays; ours here has none.
        """
        *_, parameters = arguments
        if self.url.port is not None:
            parameters["port"] = self.url.port
