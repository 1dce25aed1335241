"""The tests of the harness must fail when it is wrong; each fault in its turn."""

from collections.abc import Callable
from typing import Any

import pytest

import breaking
import test_behave_hooks as hooks
import test_compatibility_kit as kit
import test_reset_sequences as sequences
from breaking import HarnessFault

pytestmark = pytest.mark.faults


@pytest.mark.sampled
@pytest.mark.usefixtures("server")  # before the folder of one test, in which it must not be
@pytest.mark.parametrize("broken", breaking.faults_in(breaking.FOLDERS), ids=str)
def test_a_test_notices(broken: HarnessFault, request: pytest.FixtureRequest) -> None:
    breaking.check_noticed(broken, request)


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("test", "parameters"),
    [
        (sequences.test_the_sequence_of_a_table_that_stays_goes_on, {}),
        (kit.test_a_sample_gives_the_messages_of_the_kit, {"name": "hooks"}),
        (hooks.test_other_tags_are_the_projects_own, {}),
    ],
    ids=["in this process", "in a fork", "in a fork, on a database"],
)
def test_a_fault_that_changes_nothing_is_not_noticed(
    test: Callable[..., Any], parameters: dict[str, str], request: pytest.FixtureRequest
) -> None:
    unbroken = HarnessFault("nothing", breaking.nothing, test, parameters)
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        breaking.check_noticed(unbroken, request)


def test_a_test_that_hangs_has_not_noticed(request: pytest.FixtureRequest) -> None:
    def hangs() -> None:
        pytest.fail("Timeout (>300.0s) from pytest-timeout.")

    broken = HarnessFault("nothing", breaking.nothing, hangs, {})
    with pytest.raises(AssertionError, match="it hung"):
        breaking.check_noticed(broken, request)
