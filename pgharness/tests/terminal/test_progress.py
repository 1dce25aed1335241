"""How far a run is, and how long the rest of it will take."""

import pytest

import sample_runs as samples
from pgharness.results.durations import NOTHING_KNOWN, Durations
from pgharness.results.model import Case, Status
from pgharness.results.terminal.planning import PlannedCase
from pgharness.results.terminal.progress import Progress
from pseudo_terminals import ManualClock


def planned(name: str, capability: str = "accounts") -> PlannedCase:
    return PlannedCase(
        place=f"features/{capability}/a.feature:{name}",
        uri=f"features/{capability}/a.feature",
        capability=capability,
        feature="A",
        rule="R",
        key=name,
    )


def case(name: str, status: Status = Status.PASSED, duration: float = 1.0) -> Case:
    uri = "features/accounts/a.feature"
    return samples.case(name, status, int(name), uri=uri, duration=duration)


class Runs:
    """A run of the cases 1 to 4, of which the durations are as given."""

    def __init__(self, **known: float) -> None:
        self.clock = ManualClock()
        durations = {name.removeprefix("case_"): value for name, value in known.items()}
        cases = [planned(str(number)) for number in (1, 2, 3, 4)]
        self.progress = Progress(
            cases, lambda case: case.capability, Durations(durations), self.clock
        )

    def execute(self, number: int, seconds: float) -> None:
        """Execute a case that takes so long."""
        one = case(str(number), duration=seconds)
        self.progress.started(one.place, one.name)
        self.clock.now += seconds
        self.progress.finished(one)


def test_the_time_left_is_that_of_the_cases_that_are_left() -> None:
    runs = Runs(case_1=1.0, case_2=2.0, case_3=3.0, case_4=4.0)
    assert runs.progress.left() == pytest.approx(10.0)
    runs.execute(1, 1.0)
    assert runs.progress.left() == pytest.approx(9.0)
    runs.execute(3, 3.0)
    assert runs.progress.left() == pytest.approx(6.0)


def test_an_unknown_case_counts_as_the_median_of_those_known() -> None:
    assert Runs(case_1=1.0, case_2=2.0, case_3=9.0).progress.left() == pytest.approx(14.0)


def test_a_slower_run_takes_longer() -> None:
    runs = Runs(case_1=2.0, case_2=2.0, case_3=2.0, case_4=2.0)
    runs.execute(1, 4.0)
    assert runs.progress.left() == pytest.approx(12.0)


def test_the_pace_is_not_taken_from_the_first_moment() -> None:
    runs = Runs(case_1=0.1, case_2=10.0, case_3=10.0, case_4=10.0)
    runs.execute(1, 3.0)
    assert runs.progress.left() == pytest.approx(30.0)


def test_the_time_of_a_case_that_is_running_passes() -> None:
    runs = Runs(case_1=4.0, case_2=4.0, case_3=4.0, case_4=4.0)
    runs.progress.started(planned("1").place, "first")
    runs.clock.now += 3.0
    assert runs.progress.left() == pytest.approx(13.0)
    runs.clock.now += 1.0
    assert runs.progress.left() == pytest.approx(12.0)


def test_without_earlier_runs_the_rest_takes_as_long_as_what_is_done() -> None:
    runs = Runs()
    assert runs.progress.left() is None
    runs.execute(1, 2.0)
    assert runs.progress.left() == pytest.approx(6.0)


def test_nothing_is_left_at_the_end() -> None:
    runs = Runs(case_1=1.0)
    for number in (1, 2, 3, 4):
        runs.execute(number, 7.0)
    assert runs.progress.left() == pytest.approx(0.0)


def test_a_case_is_named_if_it_takes_longer() -> None:
    runs = Runs()
    runs.progress.started(planned("1").place, "first")
    runs.clock.now += 3.0
    assert runs.progress.running(3.0) is None
    runs.progress.started(planned("2").place, "second")
    runs.clock.now += 1.0
    long = runs.progress.running(3.0)
    assert long is not None
    running, seconds, others = long
    assert (running.name, seconds, others) == ("first", 4.0, 1)
    runs.progress.finished(case("1"))
    assert runs.progress.running(3.0) is None


def test_a_group_is_complete_when_the_last_of_its_cases_is() -> None:
    clock = ManualClock()
    cases = [planned("1"), planned("7", "tasks"), planned("2")]
    progress = Progress(cases, lambda case: case.capability, NOTHING_KNOWN, clock)
    assert progress.finished(case("1", Status.FAILED, 2.0)) is None
    assert [group.name for group in progress.begun()] == ["accounts"]
    complete = progress.finished(case("2", duration=0.5))
    assert complete is not None
    assert complete.counts == {Status.PASSED: 1, Status.FAILED: 1}
    assert (complete.seconds, complete.status) == (2.5, Status.FAILED)
    assert (progress.done, progress.total, progress.failed) == (2, 3, 1)
    assert progress.begun() == []


def test_a_case_counts_once_and_only_if_it_was_selected() -> None:
    progress = Progress(
        [planned("1"), planned("2")], lambda case: case.uri, NOTHING_KNOWN, ManualClock()
    )
    progress.finished(case("1"))
    assert progress.finished(case("1")) is None
    assert progress.finished(case("9", Status.FAILED)) is None
    assert (progress.done, progress.failed) == (1, 0)
