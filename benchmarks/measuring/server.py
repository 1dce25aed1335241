"""The server of the benchmarks: embedded, with the settings of test runs, for one run."""

from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property

from psycopg import sql
from sqlalchemy import URL

from features.support.service import MIGRATIONS
from pgharness.core.run_directory import Run
from pgharness.databases.templates import RunDatabases
from pgharness.servers import embedded, provision
from pgharness.servers.embedded import EmbeddedServer


@dataclass
class Server:
    """A running server, and the databases that benchmarks create on it."""

    run: Run
    process: EmbeddedServer
    version: str
    _cleanups: ExitStack

    @property
    def url(self) -> URL:
        """The URL of the maintenance database."""
        return self.process.url

    @property
    def description(self) -> str:
        """The version, the kind and the settings."""
        return f"PostgreSQL {self.version}, embedded, without durability"

    @cached_property
    def service(self) -> RunDatabases:
        """Databases with the schema of the service."""
        databases = RunDatabases(self.url, self.run.id, MIGRATIONS)
        databases.open(self._cleanups)
        return databases

    def create(self, name: str, cleanups: ExitStack, template: str = "template0") -> URL:
        """Create a database, which `cleanups` drops."""
        with provision.connect(self.url) as admin:
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        cleanups.callback(self._drop, name)
        return self.url.set(database=name)

    def _drop(self, name: str) -> None:
        with provision.connect(self.url) as admin:
            statement = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            admin.execute(statement.format(sql.Identifier(name)))


def started(cleanups: ExitStack) -> Server:
    """Start a server; `cleanups` stop and remove it."""
    run = Run.begin()
    cleanups.callback(run.close)
    process = embedded.start(run, cleanups)
    return Server(run, process, provision.check(process.url), cleanups)
