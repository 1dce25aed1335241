"""The connections to one database under test: of the application, of the test, of the harness."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Generic

import psycopg
from sqlalchemy import URL, event

from pgharness.core.application import Application, W
from pgharness.databases import ownership
from pgharness.databases.leaks import Connections
from pgharness.isolation.savepoints import OuterTransaction
from pgharness.servers import provision
from pgharness.sessions.sessions import TestSessionFactory


class Connected(Generic[W]):
    """A database to which the application and the harness are connected.

    Their connections find a server that was restarted, whose port may be another one.
    """

    def __init__(self, url: URL, application: Application[W]) -> None:
        self.url = url
        self._application = application
        self.observer: psycopg.Connection
        """The harness's own connection."""
        self.connect()

    def connect(self) -> None:
        """Open the harness's connection, and create the application's engine."""
        self._engine = self._application.engine(self.url)
        event.listen(self._engine, "do_connect", self._find_server)
        self._observe()
        self._connections = Connections(self._engine, self.observer)
        self._emptier: psycopg.Connection | None = None
        self._sessions: TestSessionFactory | None = None
        self._outermost = OuterTransaction(self.url, self._application.engine_options(self.url))
        event.listen(self._outermost.engine, "do_connect", self._find_server, insert=True)
        self._connections.watch(self._outermost.engine)

    def _observe(self) -> None:
        """Open the harness's connection, which also holds the run's lock."""
        self.observer = provision.connect(self.url, row_security="off")
        ownership.announce_maker(self.observer)

    def disconnect(self) -> None:
        """Close all connections: the database can be copied or dropped then."""
        self._engine.dispose()
        self._outermost.engine.dispose()
        self._forget_sessions()
        self.observer.close()
        self._forget_emptier()

    @contextmanager
    def disconnected(self) -> Iterator[None]:
        """Close all connections for this block, in which another database may take its name.

        The application's engine stays, with a new pool.
        """
        self._engine.dispose()
        self._outermost.engine.dispose()
        self._forget_sessions()
        self._forget_emptier()
        self.observer.close()
        try:
            yield
        finally:
            self._observe()
            self._connections.observe_through(self.observer)

    def sessions(self) -> TestSessionFactory:
        """Return the factory of sessions that bypass the application; created on first use."""
        if self._sessions is None:
            self._sessions = TestSessionFactory(
                self.url,
                opener="",
                engine_options=self._application.engine_options(self.url),
                explain=self._application.explain,
            )
            event.listen(self._sessions.engine, "do_connect", self._find_server, insert=True)
            self._connections.watch(self._sessions.engine)
        return self._sessions

    def _forget_sessions(self) -> None:
        if self._sessions is not None:
            self._sessions.close()
            self._sessions = None

    def _forget_emptier(self) -> None:
        if self._emptier is not None:
            self._emptier.close()
            self._emptier = None

    def _find_server(self, *arguments: Any) -> None:
        """Use the current port for new connections: a restarted container has another one."""
        *_, parameters = arguments
        if self.url.port is not None:
            parameters["port"] = self.url.port
