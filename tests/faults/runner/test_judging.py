"""How faults are judged: by what is known to notice first, then by all that may, until it is."""

import json
import math
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.faults import judging, noticed
from tests.faults.judging import Outcome, Verdict
from tests.faults.places import lines
from tests.faults.verdicts_file import PROPERTY
from tests.support.running import SHORT, Ended
from tests.support.verdicts import ERRORS_ENOUGH, UNLOADABLE, FailedExample

FAULT: Final = "claims take no lock"
PLACE: Final = f"{SHORT}: An account that is registered while paging comes last, and once"
WHOLE: Final = ["--stop", "features/tasks/claiming.feature"]
OTHER: Final = ["--stop", "features/tasks"]


def example(feature: str = "tasks/claiming", rule: str = "R", *, asserted: bool) -> FailedExample:
    """Return an example that failed."""
    where = (f"features/{feature}.feature", rule, ("tasks-1",), f"An example of {rule}")
    return FailedExample(*where, asserted, "Then it holds", "features/steps/a.py:holds")


ASSERTED: Final = example(asserted=True)
OF_ANOTHER_RULE: Final = example("tasks/reading", "Another", asserted=True)
BROKEN: Final = example(rule="Broken", asserted=False)

PASSED: Final = Ended(0, "all passed", [])
NOTICED: Final = Ended(1, "it fell", [], [BROKEN, ASSERTED])
BY_ANOTHER: Final = Ended(1, "it fell", [], [OF_ANOTHER_RULE])
BY_ERRORS: Final = Ended(1, "it broke", [], [BROKEN])
MANY_ERRORS: Final = Ended(1, "it broke", [], [BROKEN] * ERRORS_ENOUGH)
REFUSED: Final = Ended(1, "Cannot run: no scenario has this name", [])
HUNG: Final = Ended(-signal.SIGALRM, "", [])
UNLOADED: Final = Ended(UNLOADABLE, "SyntaxError", [])


class Runs:
    """Runs of which it is known how they end."""

    def __init__(self, *endings: Ended) -> None:
        self.endings = [*endings]
        self.arguments: list[list[str]] = []
        self.properties: list[tuple[str, object]] = []

    def judge(
        self,
        *attempts: Sequence[str],
        options: tuple[str, ...] = (),
        related: tuple[str, ...] = (),
        until: int = 1,
        crashes: float = math.inf,
    ) -> Verdict:
        """Judge the fault by them."""

        def run(*arguments: str, until: int, patience: int) -> Ended:
            assert until == wanted
            assert patience == (judging.PATIENCE if until > 1 else 0)
            self.arguments.append([*arguments])
            return self.endings.pop(0)

        wanted = until
        return judging.judge(
            *(FAULT, run, attempts, self.properties),
            source="source",
            options=options,
            related=related,
            until=until,
            crashes=crashes,
        )


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be known which example noticed the fault."""
    monkeypatch.setattr(noticed, "known", lambda: {FAULT: PLACE})


@pytest.mark.parametrize(
    ("ending", "outcome", "said"),
    [
        (NOTICED, Outcome.NOTICED, None),
        (BY_ERRORS, Outcome.ERRORS, "the features failed by errors only, not by an assertion"),
        (REFUSED, Outcome.ERRORS, "the features failed by errors only, not by an assertion"),
        (HUNG, Outcome.HUNG, "the run with the fault hung"),
        (PASSED, Outcome.SURVIVED, "the features did not notice"),
        (UNLOADED, Outcome.UNLOADABLE, "the run with the fault unloadable"),
    ],
)
def test_a_run_decides_what_became_of_a_fault(
    ending: Ended, outcome: Outcome, said: str | None
) -> None:
    verdict = Runs(ending).judge(WHOLE)
    assert verdict.outcome is outcome
    why_not = verdict.why_not_noticed()
    assert why_not == (said and f"{said}:\n{ending.output}")
    assert verdict.noticed_by() == ([ASSERTED] if outcome is Outcome.NOTICED else [])


def test_a_fault_that_nothing_can_notice_survives() -> None:
    runs = Runs()
    assert runs.judge().outcome is Outcome.SURVIVED
    assert runs.arguments == []


@pytest.mark.usefixtures("recorded")
def test_the_example_that_noticed_is_enough() -> None:
    runs = Runs(NOTICED)
    assert runs.judge(WHOLE, options=("-D", "postgres=embedded")).outcome is Outcome.NOTICED
    assert len(lines(PLACE)) == 1
    assert runs.arguments == [["-D", "postgres=embedded", *lines(PLACE)]]


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    "ending", [PASSED, BY_ERRORS, REFUSED], ids=["passed", "broken", "refused"]
)
def test_all_is_run_if_that_example_does_not_notice(ending: Ended) -> None:
    runs = Runs(ending, NOTICED)
    assert runs.judge(WHOLE, OTHER).outcome is Outcome.NOTICED
    assert runs.arguments == [lines(PLACE), WHOLE]


@pytest.mark.parametrize("place", [f"{SHORT}: No such example", "features/gone.feature: Gone"])
def test_all_is_run_if_that_example_is_not_there_any_more(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticed, "known", lambda: {FAULT: place})
    runs = Runs(NOTICED)
    assert runs.judge(WHOLE).outcome is Outcome.NOTICED
    assert runs.arguments == [WHOLE]


def test_a_fault_of_which_nothing_is_known_is_judged_until_a_run_notices() -> None:
    runs = Runs(PASSED, NOTICED)
    assert runs.judge(WHOLE, OTHER, ["features"]).outcome is Outcome.NOTICED
    assert runs.arguments == [WHOLE, OTHER]


@pytest.mark.parametrize("ending", [HUNG, UNLOADED])
def test_nothing_more_is_run_after_a_run_that_is_none(ending: Ended) -> None:
    runs = Runs(ending)
    assert runs.judge(WHOLE, OTHER).outcome is not Outcome.NOTICED
    assert runs.arguments == [WHOLE]


def test_errors_may_be_followed_by_an_assertion_until_there_were_enough_of_them() -> None:
    assert Runs(BY_ERRORS, NOTICED).judge(WHOLE, OTHER).outcome is Outcome.NOTICED
    assert Runs(BY_ERRORS, PASSED).judge(WHOLE, OTHER).outcome is Outcome.ERRORS
    thrice = Runs(BY_ERRORS, BY_ERRORS, NOTICED)
    assert thrice.judge(WHOLE, OTHER, OTHER).outcome is Outcome.NOTICED
    runs = Runs(BY_ERRORS, BY_ERRORS)
    assert runs.judge(WHOLE, OTHER, ["features"], crashes=2).outcome is Outcome.ERRORS
    assert runs.arguments == [WHOLE, OTHER]


@pytest.mark.parametrize(
    ("related", "weak"),
    [
        ((), False),
        (("tasks",), False),
        (("tasks/claiming",), False),
        (("tasks/reading",), True),
        (("accounts",), True),
    ],
)
def test_what_is_noticed_by_other_features_is_noticed_weakly(
    related: tuple[str, ...],
    weak: bool,  # noqa: FBT001 (a column of the table)
) -> None:
    assert Runs(NOTICED).judge(WHOLE, related=related).weak is weak
    assert not Runs(PASSED).judge(WHOLE, related=related).weak


def test_two_rules_are_looked_for_where_two_are_wanted() -> None:
    runs = Runs(NOTICED, PASSED, BY_ANOTHER)
    verdict = runs.judge(WHOLE, OTHER, ["features"], ["more"], until=2)
    assert runs.arguments == [WHOLE[1:], OTHER[1:], ["features"]], "no failure stops a run"
    assert (verdict.rules, verdict.complete) == (2, True)
    assert verdict.failed == [BROKEN, ASSERTED, OF_ANOTHER_RULE]
    assert verdict.outcome is Outcome.NOTICED


@pytest.mark.usefixtures("recorded")
def test_one_rule_that_notices_twice_is_one() -> None:
    verdict = Runs(NOTICED, NOTICED).judge(WHOLE, until=2)
    assert (verdict.rules, verdict.complete) == (1, True)
    assert verdict.failed == [BROKEN, ASSERTED], "each once"


def test_where_one_rule_is_enough_it_is_not_known_whether_it_is_the_only_one() -> None:
    verdict = Runs(NOTICED).judge(WHOLE)
    assert (verdict.rules, verdict.complete) == (1, False)


@pytest.mark.parametrize(
    ("ending", "complete"),
    [(PASSED, True), (BY_ERRORS, True), (MANY_ERRORS, False), (REFUSED, False), (HUNG, False)],
    ids=["passed", "error", "many errors", "refused", "hung"],
)
def test_a_search_is_complete_if_each_run_came_to_its_end(
    ending: Ended,
    complete: bool,  # noqa: FBT001
) -> None:
    verdict = Runs(NOTICED, ending).judge(WHOLE, OTHER, until=2)
    assert (verdict.outcome, verdict.rules) == (Outcome.NOTICED, 1)
    assert verdict.complete is complete


def test_a_test_is_given_the_verdict_as_a_property() -> None:
    runs = Runs(NOTICED)
    verdict = runs.judge(WHOLE, related=("accounts",))
    ((name, value),) = runs.properties
    assert name == PROPERTY
    found = json.loads(str(value))
    assert found["failed"][1]["tags"] == ["tasks-1"]
    del found["failed"], found["seconds"]
    assert found == {
        "fault": FAULT,
        "source": "source",
        "outcome": "noticed",
        "weak": True,
        "rules": 1,
        "complete": False,
    }
    assert verdict.seconds >= 0


def test_why_a_fault_was_not_noticed_is_in_the_property() -> None:
    runs = Runs(PASSED)
    runs.judge(WHOLE)
    ((_, value),) = runs.properties
    assert json.loads(str(value))["output"] == "all passed"


def test_which_example_noticed_is_known_from_the_verdicts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticed, "FILE", tmp_path / "noticed.json")
    monkeypatch.setattr(noticed, "known", lambda: {"another": PLACE})
    runs = Runs(NOTICED, PASSED)
    runs.judge(WHOLE)
    file = tmp_path / "faults.ndjson"
    missed = json.dumps({"fault": "missed", "outcome": "survived", "failed": []})
    file.write_text(f"{runs.properties[0][1]}\n{missed}\n", "utf-8")
    noticed.main([str(file)])
    assert json.loads(noticed.FILE.read_text("utf-8")) == {
        "another": PLACE,
        FAULT: "features/tasks/claiming.feature: An example of R",
    }
