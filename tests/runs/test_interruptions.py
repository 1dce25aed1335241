"""Whatever interrupts a run, or keeps it from starting, leaves nothing behind."""

import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Final

import psutil
import pytest

import breaking
from pgharness.core.run_directory import DIRECTORY_PREFIX
from pgharness.servers import embedded
from tests.runs.test_exits import SCENARIO
from tests.support.running import EACH_EXAMPLE, Ended, Running, cases, directories

LONG: Final = "features/accounts"
SEVERAL: Final = [
    f"features/accounts/{name}.feature" for name in ("listing", "reading", "integrity", "deleting")
]
"""Short ones: the default formatter writes a line at the end of each."""

SHOWN: Final = {EACH_EXAMPLE: "Rule:", (): "ok "}
"""Formatters, the default one last, and what is in one of the first lines of each."""

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
    program = breaking.program("behave")
    running = Running("-D", "postgres=embedded", LONG, reports=tmp_path, program=program)
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
    program = breaking.program("behave")
    ended = Running("-D", "postgres=embedded", str(suite), reports=tmp_path, program=program).wait()
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
    said.touch()
    running = Running(
        *("-D", "postgres=embedded", *SEVERAL),
        reports=tmp_path / "junit",
        shown=shown,
        errors=said if errors == "apart" else None,
    )
    running.wait_for(SHOWN[shown])
    code = running.close_output()
    left = directories() - before
    embedded.sweep()
    assert not left
    assert code == 128 + signal.SIGPIPE
    closed = "\nInterrupted: cleaning up … (the output was closed)\n"
    assert said.read_text("utf-8") == (closed if errors == "apart" else "")
    assert "error" in {case.verdict for case in cases(tmp_path / "junit")}


def test_an_interrupted_benchmark_leaves_nothing(tmp_path: Path) -> None:
    before = directories()
    running = Running("--only", "tenancy", reports=tmp_path, module="benchmarks")
    running.wait_for("PostgreSQL")
    children = running.children()
    os.killpg(running.process.pid, signal.SIGHUP)
    ended = running.wait()
    assert ended.exit_code == 129, ended.output
    assert directories() == before
    assert not [child for child in children if child.is_running()]
