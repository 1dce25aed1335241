"""Fixtures: a server for each process that runs tests, and a folder for each test's files.

A plugin of the repository's `conftest.py`: the tests of `tests/` have the same server.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import psycopg
import pytest
from sqlalchemy import URL

from pgharness.core.run_directory import Run, base
from pgharness.databases import ownership
from pgharness.databases.ownership import Purpose
from pgharness.servers import embedded, provision
from pgharness.servers.embedded import EmbeddedServer
from pgharness.servers.server_settings import WITHOUT_DURABILITY

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
def unmarked(admin: psycopg.Connection, url: URL) -> Iterator[URL]:
    """An empty database that the harness did not make."""
    admin.execute("CREATE DATABASE fresh")
    yield url.set(database="fresh")
    admin.execute("DROP DATABASE fresh WITH (FORCE)")


@pytest.fixture
def marked(admin: psycopg.Connection, url: URL) -> Iterator[URL]:
    """An empty database with the mark of a run that is over: one that may be reset."""
    admin.execute("CREATE DATABASE acceptance_reset")
    ownership.write(admin, "acceptance_reset", "a" * 16, Purpose.RUN)
    yield url.set(database="acceptance_reset")
    admin.execute("DROP DATABASE acceptance_reset WITH (FORCE)")
