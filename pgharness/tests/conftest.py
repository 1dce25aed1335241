"""What the tests of pgharness share: one server for each process that runs them."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pgharness.core.run_directory import Run
from pgharness.servers import embedded
from pgharness.servers.embedded import EmbeddedServer
from small_projects import BY_METADATA, MODELS, Project


@pytest.fixture(scope="session")
def shared_server() -> Iterator[EmbeddedServer]:
    """A server; to the projects of the tests it is an external one."""
    with ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        yield embedded.start(run, cleanups)


@pytest.fixture
def project(shared_server: EmbeddedServer, tmp_path: Path) -> Project:
    """A project with one table, configured by its metadata."""
    made = Project(tmp_path, shared_server.url)
    made.configure(BY_METADATA)
    made.write(models=MODELS)
    return made
