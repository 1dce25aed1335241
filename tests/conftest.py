"""What the tests share: a real server, and `behave` as a process of its own."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import psycopg
import pytest
from sqlalchemy import URL

from features.support import inventory
from features.support.service import MIGRATIONS
from pgharness.core.options import Kind, Options
from pgharness.core.run_directory import Run, base
from pgharness.databases import ownership
from pgharness.databases.ownership import Purpose
from pgharness.databases.templates import Databases
from pgharness.servers import embedded, provision
from pgharness.servers.embedded import EmbeddedServer
from pgharness.servers.server_settings import WITHOUT_DURABILITY
from tests.forked import Preloaded

pytest_plugins = ["features.support.fixtures", "tests.servers.roles"]


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the runs of one test apart from all others on this machine.

    Not in `tmp_path` itself: the path of a server's socket must be short.
    """
    assert tmp_path.exists(), "pytest has chosen its own folder by now"
    with tempfile.TemporaryDirectory(prefix="pa-", dir=base()) as name:
        folder = Path(name)
        folder.chmod(0o711)
        monkeypatch.setenv("TMPDIR", name)
        monkeypatch.setattr(tempfile, "tempdir", name)
        yield
        assert not list(folder.iterdir()), "the test's runs left something behind"


SETTINGS: Final = {
    **WITHOUT_DURABILITY,
    # So that a database can have what keeps it from being dropped.
    "max_prepared_transactions": "8",
    "wal_level": "logical",
}
"""Of the server of the tests."""


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """A server that is nobody's but the tests'; to `behave` it is an external one."""
    with ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        yield embedded.start(run, cleanups, SETTINGS)


@pytest.fixture(scope="session")
def harness_server() -> Iterator[EmbeddedServer]:
    """Where tests have the harness itself: a run to the end of all tests, with its databases.

    Not on the other server, where many a test counts the databases there are.
    """
    with ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        yield embedded.start(run, cleanups)


@pytest.fixture(scope="session")
def harness_options(harness_server: EmbeddedServer) -> Options:
    """The options of the harness that tests have."""
    return Options(kind=Kind.EXTERNAL, url=harness_server.url)


@pytest.fixture(scope="module")
def template(server: EmbeddedServer) -> Iterator[Databases]:
    """A template that stays while the tests of a module last: no run has to build it."""
    with ExitStack() as cleanups:
        held = Databases(server.url, "f" * 16, MIGRATIONS)
        held.open(cleanups)
        yield held


@pytest.fixture(scope="module")
def loaded(server: EmbeddedServer, template: Databases) -> Iterator[Preloaded]:
    """Runs in which everything is loaded already, on a server where the template is."""
    assert template, "no run has to build it"
    with Preloaded.start("everything", server.url) as process:
        yield process


@pytest.fixture
def admin(server: EmbeddedServer) -> Iterator[psycopg.Connection]:
    """A connection to the server's own database, as its superuser."""
    with provision.connect(server.url) as connection:
        yield connection


@pytest.fixture
def url(server: EmbeddedServer) -> URL:
    """The server's URL, password included."""
    return server.url


@pytest.fixture
def marked(admin: psycopg.Connection, url: URL) -> Iterator[URL]:
    """An empty database with the mark of a run that is over."""
    admin.execute("CREATE DATABASE acceptance_reset")
    ownership.write(admin, "acceptance_reset", "a" * 16, Purpose.RUN)
    yield url.set(database="acceptance_reset")
    admin.execute("DROP DATABASE acceptance_reset WITH (FORCE)")


@pytest.fixture
def family(marked: URL) -> URL:
    """The same with two tables: a parent with a row, and a child without."""
    with provision.connect(marked) as connection:
        connection.execute(
            "CREATE TABLE people (id serial PRIMARY KEY);"
            "CREATE TABLE a_child (of int REFERENCES people);"
            "INSERT INTO people DEFAULT VALUES"
        )
    return marked


@pytest.fixture
def somebody(family: URL) -> Iterator[psycopg.Connection]:
    """A client at work there."""
    with provision.connect(family) as connection:
        yield connection
        connection.execute("ROLLBACK")


def rows(connection: psycopg.Connection, table: str) -> int:
    """Return how many rows are in a table."""
    return inventory.number_of_rows(connection, ("public", table))


@pytest.fixture
def empty(admin: psycopg.Connection, url: URL) -> Iterator[URL]:
    """A database that nobody has migrated."""
    admin.execute("CREATE DATABASE fresh")
    yield url.set(database="fresh")
    admin.execute("DROP DATABASE fresh WITH (FORCE)")
