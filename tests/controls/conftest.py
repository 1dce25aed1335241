"""One loaded process for all controls, and the mark of whole runs."""

from collections.abc import Iterator

import pytest
from sqlalchemy import URL

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
def loaded(ready: URL) -> Iterator[Preloaded]:
    """Runs in which everything is loaded already, on a server where the template is."""
    with Preloaded.start(ready) as process:
        yield process
