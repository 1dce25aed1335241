"""What the tests share: a real server, and `behave` as a process of its own."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import URL

from features.support.service import MIGRATIONS
from pgharness.core.options import Options, ServerKind
from pgharness.core.run_directory import Run
from pgharness.databases.templates import RunDatabases
from pgharness.servers import embedded
from pgharness.servers.embedded import EmbeddedServer
from tests.faults import changes, sampling
from tests.support.forked import Preloaded

pytest_plugins = [
    "features.support.fixtures",
    "tests.faults.verdicts_file",
    "tests.servers.roles",
]


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
    return Options(kind=ServerKind.EXTERNAL, url=harness_server.url)


@pytest.fixture(scope="session")
def ready_template(harness_server: EmbeddedServer) -> Iterator[RunDatabases]:
    """A template on that server to the end of all tests: no run has to build it."""
    with ExitStack() as cleanups:
        held = RunDatabases(harness_server.url, "d" * 16, MIGRATIONS)
        held.open(cleanups)
        yield held


@pytest.fixture(scope="session")
def ready(harness_server: EmbeddedServer, ready_template: RunDatabases) -> URL:
    """The URL of that server, with the template."""
    assert ready_template, "no run has to build it"
    return harness_server.url


@pytest.fixture(scope="module")
def template(server: EmbeddedServer) -> Iterator[RunDatabases]:
    """A template that stays while the tests of a module last: no run has to build it."""
    with ExitStack() as cleanups:
        held = RunDatabases(server.url, "f" * 16, MIGRATIONS)
        held.open(cleanups)
        yield held


@pytest.fixture(scope="session")
def preloaded(server: EmbeddedServer) -> Iterator[Preloaded]:
    """Runs in which everything is loaded already."""
    with Preloaded.start(server.url) as process:
        yield process


@pytest.fixture(scope="module")
def loaded(preloaded: Preloaded, template: RunDatabases) -> Preloaded:
    """Such runs, on a server where the template is."""
    assert template, "no run has to build it"
    return preloaded


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that says which faults are judged."""
    parser.addoption(
        "--faults",
        metavar="sample|all|N/M",
        help="which faults are judged: a sample with those that the change touches, all, or the"
        " N-th of M parts of all; all if a path to tests of faults is given, else a sample",
    )


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say which faults are judged, unless it is all of them."""
    return None if sampling.part(config) else sampling.described(changes.commit())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the faults that are not chosen."""
    offered = {
        item.nodeid: item.callspec.params.values()
        for item in items
        if isinstance(item, pytest.Function) and item.get_closest_marker(sampling.MARK)
    }
    part = sampling.part(config)
    chosen = (
        part.choose(offered)
        if part
        else sampling.choose(offered, changes.current(), changes.commit())
    )
    left_out = offered.keys() - chosen
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in left_out])
    items[:] = [item for item in items if item.nodeid not in left_out]
