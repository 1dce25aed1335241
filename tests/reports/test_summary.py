"""What a run says on the terminal: its headings, and why something did not pass."""

from pathlib import Path

from _pytest.monkeypatch import MonkeyPatch

from domain.identity.accounts import Accounts
from tests.reports.test_junit import suite
from tests.support.forked import Preloaded

RENAMING = "features/accounts/changing.feature:15"

UNDEFINED = """
Feature: Steps
  Scenario: Misspelt
    Then these account are stored
  Scenario: Another keyword
    Given these accounts are stored
  Scenario: Defined as the snippet says
    When it's said that {this} is "so"
"""


def keep_the_name(patch: MonkeyPatch) -> None:
    patch.setattr(Accounts, "rename", lambda self, seen, display_name: seen)


def test_what_was_not_selected_has_no_heading(loaded: Preloaded, tmp_path: Path) -> None:
    arguments = ("--name=^The display name is changed", "features/accounts", "features/tasks")
    ended = loaded.run(*arguments, reports=tmp_path / "run")
    assert ended.exit_code == 0, ended.output
    headings = [line.split("#")[1] for line in ended.output.splitlines() if "    # " in line]
    file = " features/accounts/changing.feature"
    assert headings == [file, f"{file}:14"]


def test_the_summary_shows_the_rows_that_differ(loaded: Preloaded, tmp_path: Path) -> None:
    ended = loaded.run(RENAMING, reports=tmp_path / "run", inject=keep_the_name)
    assert ended.exit_code == 1
    above, _, summary = ended.output.partition("\nFailing scenarios:\n")
    assert "        | email           | display name | " in summary
    assert "      ≠ | ada@example.org | »Ada King«   | " in summary
    assert "bram@example.nl" in above
    assert "bram@example.nl" not in summary


def test_a_failure_carries_nothing_of_the_reset(loaded: Preloaded, tmp_path: Path) -> None:
    ended = loaded.run(RENAMING, reports=tmp_path / "run", inject=keep_the_name)
    assert "FAILURE in step" in ended.output
    assert "pgharness.reset.reset" not in ended.output


def test_an_undefined_step_says_what_is_near_and_how_to_define_it(
    loaded: Preloaded, tmp_path: Path
) -> None:
    folder = suite(tmp_path / "suite", {"steps.feature": UNDEFINED})
    ended = loaded.run(str(folder), reports=tmp_path / "run")
    assert ended.exit_code == 1
    near, keyword, snippet = (case.message for case in ended.cases)
    there = "@then('these accounts are stored') at features/steps/accounts.py:"
    assert near.startswith(f"no step definition matches this step; the nearest is {there}")
    assert keyword.startswith(
        f"no step definition matches this step; with another keyword there is {there}"
    )
    assert '\n@when("it\'s said that {{this}} is \\"so\\"")\ndef _(context: ' in snippet
    above, _, summary = ended.output.partition("\nErrored scenarios:\n")
    assert near in above
    assert near.splitlines()[0] in summary
    assert "None" not in summary
