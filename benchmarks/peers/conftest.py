"""What the tests of all peers share: the server, the turns, and the times of the tests.

The kinds of tests alternate in groups of ten, so that all run under the same load, and most follow
a test of their own kind, as in a project.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Engine, create_engine

from own_databases import new_database
from shop import Base

GROUP: Final = 10
TESTS: Final = int(os.environ["TESTS"])
"""Of each kind."""
SECONDS: Final[dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(float))
"""By the kind and the id of a test: what it took, with its fixtures."""
FAILED: Final[dict[str, str]] = {}
"""By the kind: the last line of its first failure."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test as often as the others."""
    metafunc.parametrize("number", range(TESTS))


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Let the kinds alternate."""
    items.sort(key=_group)


def _group(item: pytest.Function) -> int:
    number = item.callspec.params["number"]
    assert isinstance(number, int), "pytest_generate_tests gives numbers"
    return number // GROUP


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add the time of a set-up, a test or its clean-up."""
    kind = report.nodeid.partition("::")[2].partition("[")[0]
    SECONDS[kind][report.nodeid] += report.duration
    if report.failed:
        FAILED.setdefault(kind, report.longreprtext.strip().splitlines()[-1])


def pytest_sessionfinish() -> None:
    """Write the times of each kind in the order of its tests."""
    seconds = {kind: list(each.values()) for kind, each in SECONDS.items()}
    measured = {"seconds": seconds, "failed": FAILED}
    Path(os.environ["MEASURED"]).write_text(json.dumps(measured), "utf-8")


@pytest.fixture(scope="session")
def made_by_hand() -> Iterator[Engine]:
    """An engine on a database that has the tables, for all tests."""
    with new_database("made_by_hand") as url:
        engine = create_engine(url)
        Base.metadata.create_all(engine)
        yield engine
        engine.dispose()
