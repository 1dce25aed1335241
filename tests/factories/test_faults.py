"""The tests of factories must fail when these are wrong; each fault in its turn."""

from pathlib import Path

import pytest

import breaking
from breaking import HarnessFault

FAULTS = breaking.faults_in([str(Path(__file__).parent)], "tests.factories.")


@pytest.mark.usefixtures("harness")  # before the folder of one test, in which it must not be
@pytest.mark.parametrize("broken", FAULTS, ids=str)
def test_a_test_notices(broken: HarnessFault, request: pytest.FixtureRequest) -> None:
    breaking.check_noticed(broken, request)
