"""The tests of the harness must fail when it is wrong; each fault in its turn."""

import pytest

import breaking
from breaking import HarnessFault

pytestmark = pytest.mark.faults


@pytest.mark.usefixtures("server")  # before the folder of one test, in which it must not be
@pytest.mark.parametrize("broken", breaking.faults_in(breaking.FOLDERS), ids=str)
def test_a_test_notices(broken: HarnessFault, request: pytest.FixtureRequest) -> None:
    breaking.check_noticed(broken, request)
