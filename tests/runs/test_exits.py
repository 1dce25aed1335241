"""Every way out of a run that a step or a hook takes cleans up, reports and fails."""

from pathlib import Path
from typing import Final

import psycopg
import pytest

from tests.support.forked import Preloaded
from tests.support.running import (
    Ended,
    databases,
)

SCENARIO: Final = "\n  Scenario: {title}\n    When {title}\n    Then it passes\n"

STEPS: Final = """
import asyncio, os, signal, sys
from behave import step

@step("it passes")
def passes(context):
    pass

@step("the step exits")
def exits(context):
    sys.exit(0)

@step("the step interrupts itself")
def interrupts(context):
    raise KeyboardInterrupt

@step("the step is cancelled")
def is_cancelled(context):
    raise asyncio.CancelledError

@step("the clean-up exits")
def clean_up_exits(context):
    context.add_cleanup(sys.exit, 0)

def in_fork(act):
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    act()

@step("a fork comes back")
def fork_comes_back(context):
    assert in_fork(lambda: None) == 1

@step("a fork exits")
def fork_exits(context):
    assert in_fork(lambda: sys.exit(3)) == 3

@step("a fork is terminated")
def fork_is_terminated(context):
    assert in_fork(lambda: signal.raise_signal(signal.SIGTERM)) == -signal.SIGTERM

@step("SIGALRM comes")
def alarm_comes(context):
    signal.raise_signal(signal.SIGALRM)

@step("SIGTERM is swallowed")
def is_swallowed(context):
    try:
        signal.raise_signal(signal.SIGTERM)
    except BaseException:
        pass

@step("SIGHUP is ignored")
def is_ignored(context):
    signal.raise_signal(signal.SIGHUP)
"""


def run_suite(
    loaded: Preloaded, folder: Path, *titles: str, environment: str = "", code: str = ""
) -> Ended:
    """Run a suite with a scenario for each of these steps."""
    suite = folder / "suite"
    (suite / "steps").mkdir(parents=True)
    (suite / "environment.py").write_text(
        f"from features.environment import *\n{environment}", "utf-8"
    )
    scenarios = "".join(SCENARIO.format(title=title) for title in titles)
    (suite / "it.feature").write_text(f"Feature: Ways out\n{scenarios}", "utf-8")
    return loaded.run(str(suite), reports=folder / "reports", code=STEPS + code)


def verdicts(ended: Ended) -> dict[str, str]:
    return {case.name: case.verdict for case in ended.cases}


def test_no_step_ends_the_run(loaded: Preloaded, tmp_path: Path) -> None:
    ways = (
        *("the step exits", "the step interrupts itself", "the step is cancelled"),
        "the clean-up exits",
    )
    ended = run_suite(loaded, tmp_path, *ways, "it passes")
    assert ended.exit_code == 1, ended.output
    assert verdicts(ended) == {**dict.fromkeys(ways, "error"), "it passes": "passed"}
    raised = ("SystemExit(0)", "KeyboardInterrupt()", "CancelledError()", "SystemExit(0)")
    for case, what in zip(ended.cases, raised, strict=False):
        assert f"{what} was raised here, which would end the whole run" in case.message


def test_a_fork_that_comes_back_out_of_a_step_ends(loaded: Preloaded, tmp_path: Path) -> None:
    ways = ("a fork comes back", "a fork exits", "a fork is terminated")
    ended = run_suite(loaded, tmp_path, *ways)
    assert verdicts(ended) == dict.fromkeys(ways, "passed"), ended.output
    assert ended.exit_code == 0
    assert ended.output.count("Took 0min") == 1, "one process has reported"


@pytest.mark.parametrize(
    "hook",
    [
        *("before_all", "before_feature", "before_scenario"),
        *("after_scenario", "after_feature", "after_all", "environment.py"),
    ],
)
def test_no_hook_makes_a_run_pass(
    hook: str, loaded: Preloaded, admin: psycopg.Connection, tmp_path: Path
) -> None:
    before = databases(admin)
    exits = "import sys\n"
    if hook == "environment.py":
        exits += "sys.exit(0)"
    else:
        exits += f"given = globals().get('{hook}', print)\n"
        exits += f"def {hook}(*arguments):\n    given(*arguments)\n    sys.exit(0)"
    ended = run_suite(loaded, tmp_path, "it passes", environment=exits)
    assert ended.exit_code == 1, ended.output
    assert "SystemExit(0) was raised here" in ended.output
    assert "error" in ended.verdicts(), "also where no scenario failed"
    assert databases(admin) == before


@pytest.mark.parametrize(("step", "code"), [("SIGALRM comes", 142), ("SIGTERM is swallowed", 143)])
def test_a_signal_ends_the_run_whatever_a_step_does(
    step: str, code: int, loaded: Preloaded, tmp_path: Path
) -> None:
    ended = run_suite(loaded, tmp_path, step, "it passes")
    assert ended.exit_code == code, ended.output
    assert "1 untested" in ended.output


def test_an_ignored_signal_stays_ignored(loaded: Preloaded, tmp_path: Path) -> None:
    ignoring = "signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does"
    ended = run_suite(loaded, tmp_path, "SIGHUP is ignored", code=ignoring)
    assert ended.exit_code == 0, ended.output


def test_a_formatter_that_fails_leaves_nothing_out(
    loaded: Preloaded, admin: psycopg.Connection, tmp_path: Path
) -> None:
    before = databases(admin)
    failing = (
        "from behave.formatter.progress import ScenarioStepProgressFormatter\n"
        "ScenarioStepProgressFormatter.result = lambda *_: 1 / 0\n"
    )
    ended = run_suite(loaded, tmp_path, "it passes", "a fork exits", code=failing)
    assert ended.exit_code == 1, ended.output
    assert "Cannot run: the run broke off (ZeroDivisionError" in ended.output
    unrun = {"it passes": "skipped", "a fork exits": "skipped"}
    assert verdicts(ended) == {"The run": "error", **unrun}
    assert databases(admin) == before
