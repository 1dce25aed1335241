"""One template and one loaded process for all faults that a process of pytest injects."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from features.support.service import MIGRATIONS
from pgharness.databases.templates import RunDatabases
from pgharness.servers.embedded import EmbeddedServer
from tests.support.forked import Preloaded


@pytest.fixture(scope="session")
def template(harness_server: EmbeddedServer) -> Iterator[RunDatabases]:
    """A template that stays while there are tests: no run has to build it."""
    with ExitStack() as cleanups:
        held = RunDatabases(harness_server.url, "f" * 16, MIGRATIONS)
        held.open(cleanups)
        yield held


@pytest.fixture(scope="session")
def loaded(harness_server: EmbeddedServer, template: RunDatabases) -> Iterator[Preloaded]:
    """Runs in which everything is loaded already, on a server where the template is."""
    assert template, "no run has to build it"
    with Preloaded.start(harness_server.url) as process:
        yield process


@pytest.fixture(scope="session")
def loading(harness_server: EmbeddedServer, template: RunDatabases) -> Iterator[Preloaded]:
    """Runs that load the service themselves, with a mutant of one of its files."""
    assert template, "no run has to build it"
    with Preloaded.start(harness_server.url, "libraries") as process:
        yield process
