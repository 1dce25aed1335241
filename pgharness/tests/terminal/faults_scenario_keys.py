"""Faults of the keys of scenarios: durations of earlier runs are not found."""

from _pytest.monkeypatch import MonkeyPatch

import test_scenario_keys as tests
from breaking import fault
from pgharness.results import history
from pgharness.results.recording import keys


@fault(
    "a cell is another one in each parser",
    noticed_by=tests.test_the_key_before_a_run_is_that_of_its_results,
    text=tests.ODD,
)
def cells_differ(patch: MonkeyPatch) -> None:
    patch.setattr(history, "_escaped", lambda cell: cell)


@fault(
    "a rule's id is not in the key",
    noticed_by=tests.test_the_key_before_a_run_is_that_of_its_results,
    text=tests.ODD,
)
def rules_are_forgotten(patch: MonkeyPatch) -> None:
    patch.setattr(keys, "_rule", lambda _: "")
