"""One loaded process for all faults that a process of pytest injects."""

from collections.abc import Iterator

import pytest
from sqlalchemy import URL

from tests.support.forked import Preloaded


@pytest.fixture(scope="session")
def loaded(ready: URL) -> Iterator[Preloaded]:
    """Runs in which everything is loaded already, on a server where the template is."""
    with Preloaded.start(ready) as process:
        yield process


@pytest.fixture(scope="session")
def loading(ready: URL) -> Iterator[Preloaded]:
    """Runs that load the service themselves, with a mutant of one of its files."""
    with Preloaded.start(ready, "libraries") as process:
        yield process
