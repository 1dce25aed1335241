"""The tests of runs and checks must fail when these are wrong; each fault in its turn."""

from itertools import chain
from pathlib import Path
from typing import Final

import pytest

import breaking
from breaking import HarnessFault

pytestmark = pytest.mark.faults

HERE: Final = Path(__file__).parent
FOLDERS: Final = ("checks", "reports", "runs", "servers")
FAULTS: Final = list(
    chain.from_iterable(
        breaking.faults_in([str(HERE / name)], f"tests.{name}.") for name in FOLDERS
    )
)


@pytest.mark.sampled
@pytest.mark.usefixtures("server")  # before the folder of one test, in which it must not be
@pytest.mark.parametrize("broken", FAULTS, ids=str)
def test_a_test_notices(broken: HarnessFault, request: pytest.FixtureRequest) -> None:
    breaking.check_noticed(broken, request)
