"""What noticed a fault the last time is run first; that does not change whether it is noticed."""

import json
from pathlib import Path

import pytest

from tests.faults import judging, noticed
from tests.support.running import Case, Ended

FAULT = "claims take no lock"
ALONE = ["--stop", "--name", r"^A\ claim\ \(of\ two\)( -- |$)", "features/a.feature"]
WHOLE = ["--stop", "features/a.feature"]
OTHER = ["--stop", "features/b.feature"]

PASSED = Ended(0, "", [Case("A claim (of two)", "passed", "", "features/a.feature")])
BROKEN = Ended(1, "", [Case("A claim (of two)", "error", "", "features/a.feature")])
REFUSED = Ended(1, "Cannot run: no scenario has this name", [])
NOTICED = Ended(
    1,
    "",
    [
        Case("A claim", "passed", "", "features/a.feature"),
        Case("A claim (of two)", "failure", "", "features/a.feature"),
    ],
)


class Runs:
    """Runs of which it is known how they end."""

    def __init__(self, *endings: Ended) -> None:
        self.endings = [*endings]
        self.arguments: list[list[str]] = []
        self.properties: list[tuple[str, object]] = []

    def run(self, *arguments: str) -> Ended:
        """Return how the next one ended."""
        self.arguments.append([*arguments])
        return self.endings.pop(0)

    def judge(self, *attempts: list[str], options: tuple[str, ...] = ()) -> Ended:
        """Judge the fault by them."""
        return judging.judge(FAULT, self.run, attempts, self.properties, options)


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be known which scenario noticed the fault."""
    places = {FAULT: "features/a.feature: A claim (of two)"}
    monkeypatch.setattr(noticed, "known", lambda: places)


@pytest.mark.usefixtures("recorded")
def test_the_scenario_that_noticed_is_enough() -> None:
    runs = Runs(NOTICED)
    assert runs.judge(WHOLE, options=("--tags=@a-1",)) is NOTICED
    assert runs.arguments == [["--tags=@a-1", *ALONE]]


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("ending", [PASSED, BROKEN, REFUSED], ids=["passed", "broken", "refused"])
def test_all_is_run_if_that_scenario_does_not_notice(ending: Ended) -> None:
    runs = Runs(ending, NOTICED)
    assert runs.judge(WHOLE) is NOTICED
    assert runs.arguments == [ALONE, WHOLE]


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("ending", [PASSED, BROKEN], ids=["passed", "broken"])
def test_a_fault_that_nothing_notices_is_not_noticed(ending: Ended) -> None:
    runs = Runs(PASSED, PASSED, ending)
    assert runs.judge(WHOLE, OTHER).why_not_noticed() is not None
    assert runs.arguments == [ALONE, WHOLE, OTHER]
    assert runs.properties == []


def test_a_fault_of_which_nothing_is_known_is_judged_by_all() -> None:
    runs = Runs(NOTICED)
    assert runs.judge(WHOLE, OTHER) is NOTICED
    assert runs.arguments == [WHOLE]


def test_the_scenario_that_noticed_is_known_from_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticed, "FILE", tmp_path / "noticed.json")
    monkeypatch.setattr(noticed, "known", lambda: {"another": "features/b.feature: B"})
    runs = Runs(NOTICED)
    runs.judge(WHOLE)
    ((name, value),) = runs.properties
    report = tmp_path / "pytest.xml"
    report.write_text(
        "<testsuites><testcase><properties><property name='other' value='1'/>"
        f"<property name='{name}' value='{value}'/></properties></testcase></testsuites>",
        "utf-8",
    )
    noticed.main([str(report)])
    assert json.loads(noticed.FILE.read_text("utf-8")) == {
        "another": "features/b.feature: B",
        FAULT: "features/a.feature: A claim (of two)",
    }
