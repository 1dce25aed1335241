"""The list of what to repeat, as behave reads it."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pgharness.results.files import rerun
from pgharness.results.model import Hook, Rule, Status
from sample_runs import EVERY_STATUS, HELD, LOST, case, feature, run

FEATURE = """Feature: Some
  Rule: One
    Scenario: First
      Given a step
    Scenario Outline: Rows of <n>
      Given a step
      Examples:
        | n |
        | 1 |
        | 2 |
    Scenario: Last
      Given a step
"""


def test_it_lists_what_failed_or_was_not_run() -> None:
    assert rerun.lines(EVERY_STATUS) == [
        f"features/accounts/listing.feature:{line}" for line in (20, 30, 40, 50, 60, 80, 90)
    ]


def test_paths_are_relative_to_the_list(tmp_path: Path) -> None:
    rerun.write(EVERY_STATUS, tmp_path / "reports" / "rerun.txt", tmp_path)
    first, *_ = (tmp_path / "reports" / "rerun.txt").read_text("utf-8").splitlines()
    assert first == "../features/accounts/listing.feature:20"


def test_a_feature_with_a_failed_hook_only_is_repeated_as_a_whole() -> None:
    hook = Hook(name="before_feature", status=Status.ERROR, problem=LOST)
    assert rerun.lines(run(feature(case("X"), hooks=(hook,)))) == [
        "features/accounts/listing.feature"
    ]


def test_without_a_failure_there_is_no_list(tmp_path: Path) -> None:
    file = tmp_path / "rerun.txt"
    rerun.write(HELD, file, tmp_path)
    rerun.write(EVERY_STATUS, file, tmp_path)
    assert file.exists()
    rerun.write(HELD, file, tmp_path)
    assert not file.exists()


@pytest.mark.parametrize("folder", ["features", "features/with spaces", "features/[1]"])
def test_behave_repeats_the_list(folder: str, tmp_path: Path) -> None:
    file = tmp_path / folder / "some.feature"
    (tmp_path / "features" / "steps").mkdir(parents=True)
    file.parent.mkdir(exist_ok=True)
    file.write_text(FEATURE, "utf-8")
    steps = "from behave import given\n@given('a step')\ndef step(context): pass\n"
    (tmp_path / "features" / "steps" / "some.py").write_text(steps, "utf-8")
    uri = f"{folder}/some.feature"
    failed = [case(f"Line {line}", Status.FAILED, line, uri=uri) for line in (10, 11)]
    made = run(feature(case("First", line=3, uri=uri), *failed, uri=uri))
    rerun.write(made, tmp_path / "reports" / "rerun.txt", tmp_path)
    command = [sys.executable, "-m", "behave", "@reports/rerun.txt"]
    command += ["--format=plain", "--no-skipped"]
    told = subprocess.run(
        command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, timeout=60
    )
    assert told.returncode == 0, told.stdout + told.stderr
    ran = [line.split(": ")[1] for line in told.stdout.splitlines() if "  Scenario" in line]
    several = ["First", "Rows of 1 -- @1.1 ", "Rows of 2 -- @1.2 ", "Last"]
    assert ran == (several if "[" in folder else several[2:])


def test_a_line_is_listed_once() -> None:
    repeated = replace(EVERY_STATUS, features=EVERY_STATUS.features[:1] * 2)
    assert rerun.lines(repeated) == rerun.lines(EVERY_STATUS)


def test_a_rule_with_a_failed_hook_is_repeated_beside_what_failed() -> None:
    uri = "features/accounts/listing.feature"
    hook = Hook(name=f"after_rule {uri}:10", status=Status.ERROR, problem=LOST)
    rules = (
        Rule(name="One", line=2, cases=(case("Failed", Status.FAILED, 3), case("Passed", line=5))),
        Rule(name="Another", line=10, cases=(case("First", line=11), case("Second", line=13))),
    )
    made = replace(feature(), rules=rules, hooks=(hook,))
    assert rerun.lines(run(made)) == [f"{uri}:{line}" for line in (3, 11, 13)]
    of_feature = replace(hook, name=f"cleanup remove {uri}:1")
    assert rerun.lines(run(replace(made, hooks=(hook, of_feature)))) == [uri]
