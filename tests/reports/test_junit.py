"""JUnit files: one a feature, every case that ran, and nothing that did not as a success."""

import signal
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pytest

from pgharness.results import wording
from pgharness.results.files import junit
from tests.support.forked import Preloaded
from tests.support.running import behave, cases

FEATURE = """
Feature: Something
  @{tag}
  Rule: The first rule
    Scenario: The same title
      Given Ada has an account
    Scenario: Another title
      Given Ada has an account

  Rule: The second rule
    Scenario: The same title
      Given Ada has an account
    Scenario Outline: Rows
      Given Ada has an account
      Examples:
        | n |
        | 1 |
        | 2 |
"""
FILES = {
    "a/integrity.feature": "a.integrity",
    "b/integrity.feature": "b.integrity",
    "b/other.feature": "b.other",
    "a.integrity.feature": "a%2Eintegrity",
}
"""Each feature, and how it is called in reports."""
CASES_OF_A_FEATURE = 5

SELECTIONS = {
    "the whole": ["."],
    "folders": ["a", "b"],
    "files": ["b/integrity.feature", "a/integrity.feature"],
    "the parts of a file, apart": ["a/integrity.feature:6", "b", "a/integrity.feature:12"],
    "a file twice": ["b/other.feature", "a", "b/../b/other.feature"],
    "tags": [".", "--tags=@b/other or @a"],
    "a name": [".", "--name=^Another"],
    "a list": ["@listed.txt"],
}

STOPPED_AT_ONCE = """
Feature: Stopped
  Rule: Fails
    Scenario: Fails
      Then there is no such step
    Scenario Outline: Rows
      Given Ada has an account
      Examples:
        | n |
        | 1 |
    @other
    Scenario: Not selected
      Given Ada has an account

  Rule: Not begun
    Scenario: Without steps
    Scenario Outline: Rows
      Given Ada has an account
      Examples:
        | n |
        | 1 |
"""

BROKEN_OFF = """
import os, signal
from pgharness.adapters.behave import hooks
given = hooks.before_scenario
def before_scenario(context, scenario):
    if scenario.name == "Another title":
        os.kill(os.getpid(), signal.{by})
    given(context, scenario)
hooks.before_scenario = before_scenario
"""


def suite(folder: Path, files: dict[str, str]) -> Path:
    """Write a suite that has our hooks; return its folder."""
    (folder / "steps").mkdir(parents=True)
    (folder / "environment.py").write_text("from features.environment import *\n", "utf-8")
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def four_features(folder: Path) -> Path:
    """Write a suite of features whose files have names that are easily taken for one another."""
    suite(folder, {file: FEATURE.format(tag=file.partition(".")[0]) for file in FILES})
    (folder / "listed.txt").write_text("a/integrity.feature:6\nb/*.feature\n", "utf-8")
    return folder


@pytest.mark.parametrize("selection", SELECTIONS)
def test_each_feature_has_a_file_with_the_cases_that_ran(
    selection: str, loaded: Preloaded, tmp_path: Path
) -> None:
    four = four_features(tmp_path / "suite")
    chosen = [
        each
        if each.startswith("--")
        else f"@{four / each[1:]}"
        if each[0] == "@"
        else f"{four / each}"
        for each in SELECTIONS[selection]
    ]
    reports = tmp_path / "run"
    ended = loaded.run(*chosen, reports=reports, shown=("-f", "tests.reports.ran:Ran"))
    assert ended.exit_code == 0, ended.output
    ran = [line.partition("/suite/")[2] for line in ended.output.splitlines() if line[:4] == "ran "]
    told = []
    for file in reports.glob("*.xml"):
        suites = ET.parse(file).getroot()  # noqa: S314 (our own)
        found = [*suites.iter("testcase")]
        told += [(file.stem.removeprefix("TESTS-"), case.get("name")) for case in found]
        assert sum(int(suite.get("tests", 0)) for suite in suites) == len(found)
        assert len({(case.get("classname"), case.get("name")) for case in found}) == len(found)
    assert told
    expected = [(FILES[file], title) for file, _, title in (line.partition(": ") for line in ran)]
    assert sorted(told) == sorted(expected)


def test_no_two_files_have_one_name() -> None:
    files = ["a/b.feature", "a.b.feature", "a%2Eb.feature", "../a/b.feature", ".run.feature"]
    names = {junit.name_of(f"features/{file}", "features") for file in files}
    assert len(names) == len(files)
    assert junit.RUN not in names


def test_what_a_stopped_run_had_not_come_to_is_skipped(loaded: Preloaded, tmp_path: Path) -> None:
    files = {"stopped.feature": STOPPED_AT_ONCE, "then.feature": FEATURE.format(tag="then")}
    folder = suite(tmp_path / "suite", files)
    arguments = ("--stop", "--tags=not @other", str(folder))
    ended = loaded.run(*arguments, reports=tmp_path / "run")
    assert ended.exit_code == 1
    first, *others = ended.cases
    assert first.verdict == "error", ended.output
    assert {case.verdict for case in others} == {"skipped"}
    why = Counter(case.message for case in others)
    assert why == {f"{wording.NOT_RUN} ({wording.STOPPED})": 3 + CASES_OF_A_FEATURE}
    assert "0 features passed, 0 failed, 1 error, 0 skipped, 1 untested\n" in ended.output
    assert "0 rules passed, 0 failed, 1 error, 0 skipped, 3 untested\n" in ended.output
    assert "0 scenarios passed, 0 failed, 1 error, 2 skipped, 7 untested\n" in ended.output


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_broken_off_has_failed_in_junit_too(
    by: signal.Signals, loaded: Preloaded, tmp_path: Path
) -> None:
    four = four_features(tmp_path / "suite")
    code = BROKEN_OFF.format(by=by.name)
    reports = tmp_path / "run"
    ended = loaded.run(str(four), reports=reports, code=code)
    after = behave_again(four, loaded, reports)  # it also removes what a killed run has left
    assert ended.exit_code != 0
    assert "error" in ended.verdicts()
    passed = [case for case in ended.cases if case.verdict == "passed"]
    if by == signal.SIGKILL:
        assert not passed, "the feature had not ended"
    else:
        assert len(passed) == 1, "what ran before it"
        assert len(ended.cases) == len(FILES) * CASES_OF_A_FEATURE + 1
    assert after == {"passed"}


def behave_again(folder: Path, loaded: Preloaded, reports: Path) -> set[str]:
    """Run it all again with the same directory of reports; return the verdicts there then."""
    again = ("--junit-directory", str(reports), str(folder))
    ended = loaded.run(*again, reports=reports.with_name("unused"))
    assert ended.exit_code == 0, ended.output
    return {case.verdict for case in cases(reports)}


def test_a_run_that_cannot_be_loaded_has_failed_in_junit_too(
    loaded: Preloaded, tmp_path: Path
) -> None:
    four = four_features(tmp_path / "suite")
    behave_again(four, loaded, tmp_path / "run")
    uneven = "Feature: One\n  Scenario: One\n    Given a table\n      | a |\n      | 1 | 2 |\n"
    (four / "b" / "other.feature").write_text(uneven, "utf-8")
    again = ("--junit-directory", str(tmp_path / "run"), str(four))
    ended = loaded.run(*again, reports=tmp_path / "unused too")
    assert ended.exit_code == 1
    assert [case.verdict for case in cases(tmp_path / "run")] == ["error"]


def test_two_definitions_of_one_step_are_refused(tmp_path: Path) -> None:
    folder = suite(tmp_path / "suite", {"one.feature": FEATURE.format(tag="one")})
    define = "from behave import then\n@then('{}')\ndef _(context, **_):\n    pass\n"
    (folder / "steps" / "first.py").write_text(define.format("it is {what}"), "utf-8")
    (folder / "steps" / "second.py").write_text(define.format("it is over"), "utf-8")
    ended = behave(str(folder), reports=tmp_path / "run")
    assert ended.exit_code == 1
    assert "Cannot run: two step definitions match the same step: @then('it is over') at " in (
        ended.output
    )
    (said,) = [line for line in ended.output.splitlines() if "Cannot run" in line]
    assert "second.py:2" in said
    assert "first.py:2" in said
    assert "Traceback" not in ended.output
    assert ended.verdicts() == {"error"}
    assert all("second.py:2" in case.message for case in ended.cases)


def test_a_dry_run_reports_no_results(loaded: Preloaded, tmp_path: Path) -> None:
    arguments = ("-f", "steps.usage", "--dry-run", "features/accounts/changing.feature")
    ended = loaded.run(*arguments, reports=tmp_path / "run")
    assert ended.exit_code == 0, ended.output
    assert not list((tmp_path / "run").glob("*.xml"))
    counts = ended.output[ended.output.index("0 features passed") :].splitlines()[:4]
    assert counts[0] == "0 features passed, 0 failed, 0 skipped, 1 untested"
    assert all(" passed, 0 failed, 0 skipped, " in line for line in counts), counts


def test_times_are_those_of_the_cases(loaded: Preloaded, tmp_path: Path) -> None:
    loaded.run("features/accounts/changing.feature:15", reports=tmp_path / "run")
    (file,) = (tmp_path / "run").glob("*.xml")
    (root,) = ET.parse(file).getroot()  # noqa: S314 (our own)
    (case,) = root.iter("testcase")
    assert float(root.get("time", 0)) == float(case.get("time", 0)) > 0
    assert "status" not in case.attrib, "Jenkins' schema refuses it"
