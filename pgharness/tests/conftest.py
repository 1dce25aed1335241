"""What the tests of pgharness share: one server for each process that runs them."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import psycopg
import pytest
from sqlalchemy import URL

from behave_projects import FILES, BehaveProject
from pgharness.core.run_directory import Run, base
from pgharness.databases import ownership
from pgharness.databases.ownership import Purpose
from pgharness.servers import embedded, provision
from pgharness.servers.embedded import EmbeddedServer
from pgharness.servers.server_settings import WITHOUT_DURABILITY
from small_projects import BY_METADATA, MODELS, Project
from small_suites import Suites

SETTINGS: Final = {
    **WITHOUT_DURABILITY,
    # So that a database can have what keeps it from being dropped.
    "max_prepared_transactions": "8",
    "wal_level": "logical",
}
"""Of the server of the tests."""


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


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """A server of the tests alone; to the projects that they run it is an external one."""
    with ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        yield embedded.start(run, cleanups, SETTINGS)


@pytest.fixture
def url(server: EmbeddedServer) -> URL:
    """The server's URL, as its superuser, password included."""
    return server.url


@pytest.fixture
def admin(url: URL) -> Iterator[psycopg.Connection]:
    """A connection to the server's own database, as its superuser."""
    with provision.connect(url) as connection:
        yield connection


@pytest.fixture
def marked(admin: psycopg.Connection, url: URL) -> Iterator[URL]:
    """An empty database with the mark of a run that is over: one that may be reset."""
    admin.execute("CREATE DATABASE acceptance_reset")
    ownership.write(admin, "acceptance_reset", "a" * 16, Purpose.RUN)
    yield url.set(database="acceptance_reset")
    admin.execute("DROP DATABASE acceptance_reset WITH (FORCE)")


@pytest.fixture
def unmarked(admin: psycopg.Connection, url: URL) -> Iterator[URL]:
    """An empty database that the harness did not make."""
    admin.execute("CREATE DATABASE fresh")
    yield url.set(database="fresh")
    admin.execute("DROP DATABASE fresh WITH (FORCE)")


@pytest.fixture
def connection(marked: URL) -> Iterator[psycopg.Connection]:
    """A superuser's connection to the marked database, in autocommit mode."""
    with provision.connect(marked) as connection:
        yield connection


@pytest.fixture
def family(marked: URL) -> URL:
    """The marked database with two tables: a parent with a row, and a child without."""
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


@pytest.fixture
def project(url: URL, tmp_path: Path) -> Project:
    """A project with one table, configured by its metadata."""
    made = Project(tmp_path, url)
    made.configure(BY_METADATA)
    made.write(models=MODELS)
    return made


@pytest.fixture
def suites(url: URL) -> Iterator[Suites]:
    """Small suites of behave's, on a schema of their own."""
    with Suites.on(url) as suites:
        yield suites


@pytest.fixture
def behave_project(url: URL, tmp_path: Path) -> BehaveProject:
    """A project with one table, in which behave is run."""
    made = BehaveProject(tmp_path, url)
    made.write(FILES)
    return made
