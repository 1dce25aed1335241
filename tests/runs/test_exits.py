"""Every way out of a run cleans up, reports and fails; a kill alone leaves it to the next run."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import psutil
import psycopg
import pytest

import breaking
from pgharness.core.run_directory import DIRECTORY_PREFIX
from pgharness.servers import embedded
from tests.support.forked import Preloaded
from tests.support.running import (
    EACH_EXAMPLE,
    NO_OTHER_REPORTS,
    PATIENCE,
    Ended,
    Running,
    cases,
    databases,
    directories,
)

LONG: Final = "features/accounts"

SHOWN: Final = {EACH_EXAMPLE: "Rule:", (): "ok "}
"""Formatters, the default one last, and what is in one of the first lines of each."""

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

INTERRUPTED_IMPORT: Final = f"""
import signal, sys
from behave.__main__ import main
sys.path.extend({breaking.FOLDERS!r})
from breaking import inject_from_environment

class Interrupting:
    def find_spec(self, name, *_):
        if name == "MODULE":
            children = psutil.Process().children() if (psutil := sys.modules.get("psutil")) else []
            print("begun by then:", *(child.name() for child in children), flush=True)
            signal.raise_signal(signal.SIGINT)

inject_from_environment()
sys.meta_path.insert(0, Interrupting())
sys.exit(main(sys.argv[1:]))
"""


def interrupted_import(module: str, reports: Path) -> Ended:
    """Run the suite, and interrupt it when it imports this module."""
    program = (sys.executable, "-c", INTERRUPTED_IMPORT.replace("MODULE", module))
    return Running("-D", "postgres=embedded", LONG, reports=reports, program=program).wait()


def processes_of_runs() -> list[list[str]]:
    """Return the commands of processes in the directories of the test's runs."""
    folder = f"{tempfile.gettempdir()}/{DIRECTORY_PREFIX}"
    commands = (process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"]))
    return [command for command in commands if any(folder in word for word in command)]


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


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_leaves_nothing(by: signal.Signals, tmp_path: Path) -> None:
    before = directories()
    running = Running("-D", "postgres=embedded", LONG, reports=tmp_path)
    running.wait_for("Rule:")
    children = running.children()
    assert children, "the run has a server"
    os.killpg(running.process.pid, by)
    os.killpg(running.process.pid, by)
    ended = running.wait()
    left = [*(directories() - before), *(child for child in children if child.is_running())]
    embedded.sweep()  # or a run that does leave something would leave it to other tests
    assert not left
    assert ended.exit_code == 128 + by
    assert f"Interrupted: cleaning up … ({by.name})" in ended.output
    assert "Traceback" not in ended.output
    assert "error" in ended.verdicts(), "it is reported as broken off"


def test_an_interrupted_start_leaves_nothing(tmp_path: Path) -> None:
    before = directories()
    running = Running("-D", "postgres=embedded", LONG, reports=tmp_path)
    running.wait_for("USING RUNNER")
    os.killpg(running.process.pid, signal.SIGINT)
    ended = running.wait()
    assert ended.exit_code == 130
    assert directories() == before


def test_a_run_that_is_interrupted_while_it_is_loaded_says_so_in_one_line(tmp_path: Path) -> None:
    before = directories()
    ended = interrupted_import("pgharness.adapters.behave.runner", tmp_path)
    said = "begun by then:\n\nInterrupted before the run began: nothing was started.\n"
    assert ended.output == said
    assert ended.exit_code == 130
    assert directories() == before


def test_a_run_that_is_interrupted_while_its_hooks_are_loaded_leaves_nothing(
    tmp_path: Path,
) -> None:
    before = directories()
    ended = interrupted_import("features.support.step_types", tmp_path)
    assert "begun by then: initdb\n" in ended.output
    assert "Interrupted: cleaning up … (SIGINT)" in ended.output
    assert "Traceback" not in ended.output
    assert ended.exit_code == 130
    assert directories() == before
    assert not processes_of_runs(), "nor does initdb go on"


def test_a_run_whose_hooks_cannot_be_loaded_leaves_nothing(tmp_path: Path) -> None:
    suite = tmp_path / "suite"
    (suite / "steps").mkdir(parents=True)
    hooks = "from pgharness.adapters.behave import *\nraise RuntimeError('no hooks')\n"
    (suite / "environment.py").write_text(hooks, "utf-8")
    (suite / "it.feature").write_text("Feature: None\n" + SCENARIO.format(title="it"), "utf-8")
    before = directories()
    ended = Running("-D", "postgres=embedded", str(suite), reports=tmp_path).wait()
    assert "Cannot run: the hooks cannot be loaded (RuntimeError: no hooks)" in ended.output
    assert ended.exit_code == 1
    assert directories() == before
    assert not processes_of_runs()


@pytest.mark.parametrize("errors", ["apart", "together"])
@pytest.mark.parametrize("shown", SHOWN, ids=["progress3", "default"])
def test_a_closed_pipe_ends_the_run_and_leaves_nothing(
    shown: tuple[str, ...], errors: str, tmp_path: Path
) -> None:
    before = directories()
    said = tmp_path / "stderr"
    with said.open("w", encoding="utf-8") as apart:
        process = subprocess.Popen(
            [
                *breaking.program("behave"),
                *(*NO_OTHER_REPORTS, f"--junit-directory={tmp_path / 'junit'}", *shown),
                *("-D", "postgres=embedded", LONG),
            ],
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=apart if errors == "apart" else subprocess.STDOUT,
            encoding="utf-8",
        )
    assert process.stdout is not None
    with process.stdout as pipe:
        assert any(SHOWN[shown] in line for line in pipe)
    code = process.wait(PATIENCE)
    left = directories() - before
    embedded.sweep()
    assert not left
    assert code == 128 + signal.SIGPIPE
    closed = "\nInterrupted: cleaning up … (the output was closed)\n"
    assert said.read_text("utf-8") == (closed if errors == "apart" else "")
    assert "error" in {case.verdict for case in cases(tmp_path / "junit")}


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


def test_an_interrupted_benchmark_leaves_nothing(tmp_path: Path) -> None:
    before = directories()
    program = breaking.program("benchmarks")
    running = Running("--only", "tenancy", reports=tmp_path, program=program)
    running.wait_for("PostgreSQL")
    children = running.children()
    os.killpg(running.process.pid, signal.SIGHUP)
    ended = running.wait()
    assert ended.exit_code == 129, ended.output
    assert directories() == before
    assert not [child for child in children if child.is_running()]
