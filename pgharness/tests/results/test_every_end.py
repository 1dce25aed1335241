"""A run that ends early or never begins has failed in the stream and in each report."""

import json
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import every_status_reports as reports
from every_status_table import Done, Expected, Key, copied, run, run_on_terminal
from pgharness.results.model import Status
from pgharness.results.stream.reading import read
from pgharness.results.text import in_one_line
from pgharness.results.wording import UNFINISHED

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SHARES_BROWSER = True
"""No test here needs an event loop of its own."""

DURING: Final = "ends/during.feature"
PLACES: Final = {
    "Before": f"{DURING}:3",
    "During": f"{DURING}:6",
    "After": f"{DURING}:11",
    "In another feature": "ends/later.feature:5",
}
NOT_FINISHED: Final = "not run: the run has not finished"
KILLED: Final = -signal.SIGKILL


@dataclass(frozen=True)
class End:
    """How a run ends, and what all reports must say."""

    arguments: tuple[str, ...]
    code: int
    message: str
    """What the run says of itself."""
    told: tuple[tuple[Status, str], ...]
    """Of each scenario in its order, the status and the reason or the type of the exception."""

    @property
    def table(self) -> dict[Key, Expected]:
        """What is expected of each scenario."""
        return {
            (name, 1): Expected(place, *told)
            for (name, place), told in zip(PLACES.items(), self.told, strict=False)
        }


def ended(by: str, code: int, message: str, *told: tuple[Status, str]) -> End:
    """Return an end by the option of the suite; what is not told of was not run by it."""
    left = (Status.NOT_RUN, f"not run: the run ended before ({message})")
    return End(("-D", f"end={by}"), code, message, (*told, *[left] * (len(PLACES) - len(told))))


def interrupted(by: str, name: str = "SIGTERM", *, during: int = 1) -> End:
    """Return an end by a signal after so many scenarios."""
    message = f"interrupted ({name})"
    middle = [(Status.NOT_RUN, message)] if during < len(PLACES) else []
    return ended(by, 128 + signal.Signals[name], message, *[PASSED] * during, *middle)


PASSED: Final = (Status.PASSED, "")
ENDS: Final = {
    "SIGINT in a step": interrupted("step:SIGINT", "SIGINT"),
    "SIGTERM in a step": interrupted("step:SIGTERM"),
    "SIGHUP in a step": interrupted("step:SIGHUP", "SIGHUP"),
    "SIGTERM that is an error of a driver": interrupted("step:SIGTERM,driver"),
    "SIGTERM that fails an assertion": interrupted("step:SIGTERM,assertion"),
    "SIGTERM that a step swallows": interrupted("step:SIGTERM,swallowed"),
    "SIGINT in before_scenario": interrupted("before_scenario:SIGINT", "SIGINT"),
    "SIGTERM in after_scenario": interrupted("after_scenario:SIGTERM"),
    "SIGTERM in after_scenario, as an error": interrupted("after_scenario:SIGTERM,driver"),
    "SIGTERM in before_feature": ended(
        "before_feature:SIGTERM", 143, "interrupted (SIGTERM)", *[PASSED] * 3
    ),
    "SIGINT in before_all": ended("before_all:SIGINT", 130, "interrupted (SIGINT)"),
    "SIGTERM in before_all, as an error": ended(
        "before_all:SIGTERM,driver", 143, "interrupted (SIGTERM)"
    ),
    "SIGINT in after_all": interrupted("after_all:SIGINT", "SIGINT", during=4),
    "SIGINT in after_all, swallowed": interrupted("after_all:SIGINT,swallowed", "SIGINT", during=4),
    "before_all fails": ended("before_all:error", 1, "before_all failed"),
    "after_all fails": ended("after_all:error", 1, "", *[PASSED] * 4),
    "a KeyboardInterrupt without a signal": ended(
        "step:KeyboardInterrupt", 1, "", PASSED, (Status.ERROR, "WouldEndRun"), PASSED, PASSED
    ),
    "the first failure": End(
        ("-D", "end=step:error", "--stop"),
        1,
        "stopped after the first failure",
        (
            PASSED,
            (Status.ERROR, "LookupError"),
            *[(Status.NOT_RUN, "not run: the run ended before (stopped after the first failure)")]
            * 2,
        ),
    ),
    "nothing": ended("nothing", 0, "", *[PASSED] * 4),
    "an unknown tag": End(("--tags=@no-such",), 1, "no scenario has the tag @no-such.", ()),
    "SIGKILL": End(
        ("-D", "end=step:SIGKILL"),
        KILLED,
        "",
        (PASSED, *[(Status.NOT_RUN, NOT_FINISHED)] * 3),
    ),
}
HOOKS: Final = {"before_all fails": {"before_all"}, "after_all fails": {"after_all"}}
HELD: Final = "nothing"


@pytest.fixture(scope="module", params=ENDS)
def which(request: pytest.FixtureRequest) -> str:
    """How the run ends."""
    return str(request.param)


@pytest.fixture(scope="module")
def end(which: str) -> End:
    """What is expected of the run."""
    return ENDS[which]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the suite with the reports of a run that held."""
    folder = copied(tmp_path_factory.mktemp("held") / "suite")
    assert run(folder, "features/ends").code == 0
    return folder


@pytest.fixture(scope="module")
def done(end: End, held: Path, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """The run, its output in a pipe, after another one that held."""
    folder = shutil.copytree(held, tmp_path_factory.mktemp("ended") / "suite")
    return run(folder, "features/ends", *end.arguments)


def test_the_exit_code(done: Done, end: End) -> None:
    assert done.code == end.code, done.output


def test_the_stream(done: Done, end: End, which: str) -> None:
    check_stream(done, end, which)


def check_stream(done: Done, end: End, which: str) -> None:
    assert reports.in_stream(done) == {
        key: (one.status.value, one.why) for key, one in end.table.items()
    }
    made = read(done.folder / "reports/messages.ndjson")
    assert (made.success, made.message) == (which == HELD, end.message)
    assert (made.finished is None) == (end.code == KILLED)
    assert {hook.name for hook in made.hooks if hook.status.is_failure} == HOOKS.get(which, set())


def test_junit(done: Done, end: End, which: str) -> None:
    cases, others = reports.in_junit(done)
    killed = end.code == KILLED
    assert cases == ({} if killed else reports.expected_in_junit(end.table))
    own = (
        {"The run"}
        if killed or end.message not in {"", "stopped after the first failure"}
        else set()
    )
    assert others.keys() == own | HOOKS.get(which, set())
    assert {kind for kind, _ in others.values()} <= {"Error"}
    failing = {kind for kind, _ in (cases | others).values()} & {"Failure", "Error"}
    assert bool(failing) == (which != HELD)


def test_the_page(done: Done, end: End, which: str, browser: "Browser") -> None:
    page = reports.in_page(done, browser)
    if end.code == KILLED:
        assert page.sentence == UNFINISHED
        return
    for (name, _), expected in end.table.items():
        status, reason, kinds = page.cases[in_one_line(name), 1]
        assert status == expected.status.value
        assert expected.why in kinds or reason == reports.reason_on_page(expected)
    assert (page.sentence == "All 4 examples passed.") == (which == HELD)


def test_the_summary(done: Done, end: End, which: str) -> None:
    text = (done.folder / "reports/summary.md").read_text("utf-8")
    verdict = "The run holds" if which == HELD else "The run does not hold"
    if end.code == KILLED:
        assert text.startswith(f"## {UNFINISHED}\n")
        return
    assert text.startswith(f"## {verdict}\n")
    listed = reports.in_summary(done)
    hooks = [(name.replace("_", "\\_"), "error") for name in HOOKS.get(which, ())]
    assert listed == hooks + reports.expected_in_summary(end.table)
    assert end.message in text.replace("\\", "")


def test_cucumber_json(done: Done, end: End, which: str) -> None:
    file = done.folder / "reports/cucumber.json"
    if end.code == KILLED:
        assert not file.exists()
        return
    assert reports.in_cucumber_json(done) == reports.expected_in_cucumber_json(end.table)
    assert ('"failed"' in file.read_text("utf-8")) == (which != HELD)


def test_the_list_for_a_rerun(done: Done, end: End) -> None:
    expected = set() if end.code == KILLED else reports.expected_in_rerun(end.table)
    assert reports.in_rerun(done) == expected


def test_the_history(done: Done, end: End) -> None:
    kept = sorted((done.folder / "reports/history").glob("*.json"))
    executed = [one for one in end.table.values() if one.status is not Status.NOT_RUN]
    if end.code == KILLED or not executed:
        assert len(kept) == 1, "only the run before has left its results"
        return
    cases = json.loads(kept[-1].read_text("utf-8"))["cases"].values()
    assert sorted(status for status, _ in cases) == sorted(one.status.value for one in executed)


def check_terminal(done: Done, end: End, which: str) -> None:
    hooks = {(name, "error") for name in HOOKS.get(which, set())}
    assert reports.in_terminal(done) == reports.expected_in_terminal(end.table) | hooks
    ending = " ".join(done.output.split())
    if end.code == KILLED:
        return
    assert ("all hold" in ending) == (which == HELD)
    for one in end.table.values():
        if one.status is Status.NOT_RUN:
            assert one.why in ending
    if end.message:
        assert end.message in ending
    assert (
        "Traceback" not in done.output
        or any(one.status is Status.ERROR for one in end.table.values())
        or which in HOOKS
    )


def test_the_output(done: Done, end: End, which: str) -> None:
    check_terminal(done, end, which)
    assert "newly failing" not in done.output or any(
        one.status.is_failure for one in end.table.values()
    )


def test_the_terminal(end: End, which: str, tmp_path: Path) -> None:
    done = run_on_terminal(copied(tmp_path / "suite"), "features/ends", *end.arguments)
    assert done.code == end.code
    check_stream(done, end, which)
    check_terminal(done, end, which)
