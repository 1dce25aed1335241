"""One template and one loaded process for all controls, and the mark of whole runs."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from features.support.service import MIGRATIONS
from pgharness.databases.templates import RunDatabases
from pgharness.servers.embedded import EmbeddedServer
from tests.support.forked import Preloaded

WHOLE = "controls"
"""The mark of what takes long: all features under all controls, which a nightly job runs."""


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark."""
    config.addinivalue_line("markers", f"{WHOLE}: all features under the controls, by -m {WHOLE}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave whole runs out unless they are asked for by name."""
    if WHOLE in config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker(WHOLE)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def template(harness_server: EmbeddedServer) -> Iterator[RunDatabases]:
    """A template that stays while there are tests: most runs need not build it."""
    with ExitStack() as cleanups:
        held = RunDatabases(harness_server.url, "c" * 16, MIGRATIONS)
        held.open(cleanups)
        yield held


@pytest.fixture(scope="session")
def loaded(harness_server: EmbeddedServer, template: RunDatabases) -> Iterator[Preloaded]:
    """Runs in which everything is loaded already, on a server where the template is."""
    assert template, "most runs need not build it"
    with Preloaded.start(harness_server.url) as process:
        yield process
