"""Whole runs as the default formatter shows them: what is printed, the exit code, what is left."""

import os
import signal
from pathlib import Path
from typing import Final

import psycopg
import pytest
from _pytest.monkeypatch import MonkeyPatch

import breaking
from domain.identity.accounts import Accounts
from pgharness.results.model import Status
from pgharness.results.stream.reading import read
from pgharness.servers import embedded
from tests.reports.test_junit import suite
from tests.support.forked import Preloaded
from tests.support.running import (
    SHORT,
    SHORT_SCENARIOS,
    Ended,
    Running,
    behave,
    databases,
    directories,
)

RENAMING: Final = "features/accounts/changing.feature:15"
LONG: Final = "features/accounts"

THREE: Final = """
Feature: Three
  Scenario: Before
    Given Ada has an account
  Scenario: During
    Given Ada has an account
    When {event}
  Scenario: After
    Given Ada has an account
"""
STEPS: Final = """
import os, signal
from behave import step
from sqlalchemy import text

@step("SIGTERM comes")
def sigterm_comes(context):
    os.kill(os.getpid(), signal.SIGTERM)

@step("SIGINT comes while the server works")
def sigint_comes(context):
    signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    lock = text("SELECT pg_advisory_lock(1)")
    with context.world.engine.begin() as holder, context.world.engine.begin() as waiter:
        holder.execute(lock)
        waiter.execute(lock)

@step("SIGINT becomes another error")
def becomes_an_error(context):
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException:
        raise ConnectionError("the statement was cancelled") from None

@step("two is one")
def two_is_one(context):
    assert 2 == 1, "2 is not 1"
"""


def three(loaded: Preloaded, folder: Path, event: str, *arguments: str) -> Ended:
    """Run three scenarios, the second with a step of these; reports are in `folder`/all."""
    features = suite(folder / "suite", {"three.feature": THREE.format(event=event)})
    reports = ("-D", f"reports={folder / 'all'}")
    return loaded.run(
        *(str(features), *reports, *arguments), reports=folder / "run", code=STEPS, shown=()
    )


def ending(ended: Ended) -> str:
    """Return the last paragraph of the output, in one line."""
    return " ".join(ended.output.rstrip().rpartition("\n\n")[2].split())


def test_a_run_that_holds(loaded: Preloaded, tmp_path: Path) -> None:
    ended = loaded.run(SHORT, reports=tmp_path / "run", shown=())
    assert ended.exit_code == 0, ended.output
    assert f"\n{SHORT_SCENARIOS} examples in 1 feature\n" in ended.output
    listed = f"ok      Listing accounts ({SHORT}): {SHORT_SCENARIOS} held, "
    assert listed in ended.output
    assert ending(ended).endswith("all hold")
    assert "Traceback" not in ended.output


def keep_the_name(patch: MonkeyPatch) -> None:
    patch.setattr(Accounts, "rename", lambda self, seen, display_name: seen)


def test_a_failure_is_shown_in_full_and_listed(loaded: Preloaded, tmp_path: Path) -> None:
    all_reports = ("-D", f"reports={tmp_path / 'all'}")
    ended = loaded.run(
        *(RENAMING, *all_reports), reports=tmp_path / "run", inject=keep_the_name, shown=()
    )
    assert ended.exit_code == 1
    above, _, end = ended.output.partition("\nFailed:\n")
    assert f"✗ FAILED  {RENAMING}\n" in above
    assert "  Rule      accounts-8: A change is stored with its time" in above
    assert "≠ | ada@example.org | »Ada King«   | " in above
    assert "pgharness.reset.reset" not in ended.output
    assert f"  {RENAMING}  accounts-8  The display name is changed\n" in end
    repeat = os.path.relpath(tmp_path / "all" / "rerun.txt")
    assert f"To repeat: uv run behave @{repeat}\n" in end
    assert "1 failed; 1 rule does not hold: accounts-8" in ending(ended)
    assert "Traceback" not in ended.output


def test_the_statements_of_a_failure_are_shown_with_it(loaded: Preloaded, tmp_path: Path) -> None:
    ended = loaded.run(
        *(RENAMING, "-D", "sql=on"), reports=tmp_path / "run", inject=keep_the_name, shown=()
    )
    assert ended.exit_code == 1
    block = ended.output.partition("✗ FAILED")[2].partition("\nFailed:\n")[0]
    assert "    Statements:\n" in block
    assert "INSERT INTO users" in block


def test_the_time_of_the_harness_is_printed(loaded: Preloaded, tmp_path: Path) -> None:
    ended = loaded.run(*(RENAMING, "-D", "timing=on"), reports=tmp_path / "run", shown=())
    assert ended.exit_code == 0, ended.output
    assert "\nHarness: " in ended.output
    assert ending(ended).endswith("all hold")


@pytest.mark.parametrize(
    ("event", "by"),
    [
        ("SIGTERM comes", signal.SIGTERM),
        ("SIGINT becomes another error", signal.SIGINT),
        ("SIGINT comes while the server works", signal.SIGINT),
    ],
)
def test_what_was_interrupted_is_not_run(
    event: str, by: signal.Signals, loaded: Preloaded, admin: psycopg.Connection, tmp_path: Path
) -> None:
    before = databases(admin)
    ended = three(loaded, tmp_path, event)
    assert ended.exit_code == 128 + by, ended.output
    why = f"interrupted ({by.name})"
    run = read(tmp_path / "all" / "messages.ndjson")
    assert [(case.status, case.reason) for case in run.cases] == [
        (Status.PASSED, ""),
        (Status.NOT_RUN, why),
        (Status.NOT_RUN, f"not run: the run ended before ({why})"),
    ]
    assert f"Interrupted: cleaning up … ({by.name})" in ended.output
    assert f"1 held; 1 not run: {why}; 1 not run: the run ended before ({why})" in ending(ended)
    assert "Traceback" not in ended.output
    assert "Failed:" not in ended.output
    assert databases(admin) == before


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_from_outside_ends_the_run_and_leaves_nothing(
    by: signal.Signals, tmp_path: Path
) -> None:
    before = directories()
    running = Running("-D", "postgres=embedded", LONG, reports=tmp_path, shown=())
    running.wait_for("ok ")
    children = running.children()
    os.killpg(running.process.pid, by)
    os.killpg(running.process.pid, by)
    ended = running.wait()
    left = [*(directories() - before), *(child for child in children if child.is_running())]
    embedded.sweep()  # or a run that does leave something would leave it to other tests
    assert not left
    assert ended.exit_code == 128 + by
    assert f"not run: the run ended before (interrupted ({by.name}))" in ending(ended)
    assert "failed" not in ending(ended)
    assert "error" not in ending(ended)
    assert "Traceback" not in ended.output
    assert [case.name for case in ended.cases if case.verdict in {"error", "failure"}] == [
        "The run"
    ]


def test_an_undefined_step_is_shown_with_what_is_near(loaded: Preloaded, tmp_path: Path) -> None:
    ended = three(loaded, tmp_path, "these account are stored")
    assert ended.exit_code == 1
    assert "✗ UNDEFINED  " in ended.output
    near = "the nearest is @then('these accounts are stored') at features/steps/accounts.py:"
    assert f"no step definition matches this step; {near}" in ended.output
    assert ended.output.count("def _(context: ") == 1
    assert "2 held, 1 undefined" in ending(ended)


def test_a_run_stops_after_the_first_failure(loaded: Preloaded, tmp_path: Path) -> None:
    ended = three(loaded, tmp_path, "two is one", "--stop")
    assert ended.exit_code == 1
    said = "1 held, 1 failed; 1 not run: the run ended before (stopped after the first failure)"
    assert said in ending(ended)


def test_a_dry_run_executes_nothing(loaded: Preloaded, tmp_path: Path) -> None:
    ended = three(loaded, tmp_path, "two is one", "--dry-run")
    assert ended.exit_code == 0, ended.output
    assert "nothing was executed (dry run)" in ending(ended)
    assert not (tmp_path / "all").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--tags=@no-such",), "no scenario has the tag @no-such"),
        (("-D", "postgres=nonsense"), "'nonsense' after -D postgres= is not a kind of server"),
        (("-j0",), "-j 0 means nothing"),
        (("features/nowhere",), "there is no file features/nowhere"),
    ],
)
def test_a_run_that_cannot_start_says_why_and_fails(
    arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    before = directories()
    paths = () if arguments[0] == "features/nowhere" else (SHORT,)
    ended = behave(*paths, *arguments, reports=tmp_path, shown=())
    assert ended.exit_code == 1
    assert f"\nCannot run: {said}" in ended.output
    assert "Traceback" not in ended.output
    assert "all hold" not in ended.output
    assert "error" in ended.verdicts()
    assert directories() == before


def test_a_closed_pipe_is_not_an_error(tmp_path: Path) -> None:
    before = directories()
    said = tmp_path / "stderr"
    running = Running(
        "-D", "postgres=embedded", LONG, reports=tmp_path / "junit", shown=(), errors=said
    )
    code = running.close_output()
    left = directories() - before
    embedded.sweep()
    assert not left
    assert code == 128 + signal.SIGPIPE
    assert "Traceback" not in said.read_text("utf-8")


def test_a_locale_of_ascii(tmp_path: Path) -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    arguments = ("-D", "postgres=embedded", RENAMING)
    program = breaking.program("behave")
    ended = Running(
        *arguments, reports=tmp_path, environment=ascii_only, shown=(), program=program
    ).wait()
    assert ended.exit_code == 0, ended.output
    assert ended.output.isascii()
    assert "1 feature, 1 rule, 1 example: all hold" in ended.output
