"""The stream of behave in a project that knows nothing of the harness: what was run, and how."""

from pathlib import Path
from typing import Final

import pytest

from pgharness.results.model import Status
from pgharness.results.stream import reading
from pgharness.results.stream.building import NOT_RUN
from recorded_projects import STREAM, record

STRUCTURE: Final = """
    @a @b
    Feature: Structure
      In order to know
      what happened

      Background:
        Given it passes

      Scenario: Outside
        When it passes for a table
          | name | of     |
          | x    | others |
        Then it passes for a text
          \"\"\"
          One line
            and another
          \"\"\"

      @r-1
      Rule: First
        Why it is so.

        Background: of the rule
          Given it passes for the rule

        Scenario: Only backgrounds

        @o
        Scenario Outline: Of <what>
          Then it passes for <what>

          @e
          Examples: Fruit
            | what   | n |
            | apples | 1 |
            | pears  | 2 |

          Examples:
            | what | n |
            | nuts | 3 |

      Rule: Second
        Scenario: Own
          Given it passes
"""


def test_what_a_feature_consists_of_is_in_the_stream(tmp_path: Path) -> None:
    recorded = record(tmp_path, STRUCTURE)
    assert recorded.code == 0, recorded.output
    run = recorded.run
    assert run.holds
    [feature] = run.features
    assert (feature.uri, feature.name, feature.line) == ("features/a.feature", "Structure", 2)
    assert feature.tags == ("@a", "@b")
    assert feature.description == "In order to know\nwhat happened"
    assert [(rule.name, rule.id, rule.line, rule.description) for rule in feature.rules] == [
        ("", "", 0, ""),
        ("First", "r-1", 20, "Why it is so."),
        ("Second", "", 42, ""),
    ]
    assert recorded.cases == [
        "9 Outside: passed",
        "26 Only backgrounds: passed",
        "35 Of apples: passed",
        "36 Of pears: passed",
        "40 Of nuts: passed",
        "43 Own: passed",
    ]
    pears = recorded.case("Of pears")
    assert pears.tags == ("@a", "@b", "@r-1", "@o", "@e")
    assert pears.own_tags == ("@o", "@e")
    assert (pears.outline, pears.row) == (29, (("what", "pears"), ("n", "2")))
    assert [(step.text, step.line, step.in_background) for step in pears.steps] == [
        ("it passes", 7, True),
        ("it passes for the rule", 24, True),
        ("it passes for pears", 30, False),
    ]
    assert pears.steps[-1].place == "features/steps/steps.py:5"
    assert pears.steps[-1].parameters == ((14, 19),)
    _, with_table, with_text = recorded.case("Outside").steps
    assert with_table.table == (("name", "of"), ("x", "others"))
    assert with_text.doc_string == "One line\n  and another"
    assert [step.in_background for step in recorded.case("Only backgrounds").steps] == [True, True]


STATUSES: Final = """
    Feature: Statuses
      Scenario: Passes
        Given it passes
      Scenario: Fails
        Given it fails
        Then it passes
      Scenario: Raises
        Given it passes
        When it raises
        Then nothing like it
      Scenario: Undefined
        Given nothing "like" {it}
        Then it passes
      Scenario: Pending
        Given it is pending
      Scenario: Skips
        Given it passes
        When it skips the rest
        Then it passes
      Scenario: Without steps
"""


def test_each_status_is_told_with_its_reason(tmp_path: Path) -> None:
    recorded = record(tmp_path, STATUSES)
    run = recorded.run
    assert (recorded.code, run.success, run.message) == (1, False, "")
    assert recorded.cases == [
        "2 Passes: passed",
        "4 Fails: failed",
        "7 Raises: error",
        "11 Undefined: undefined",
        "14 Pending: pending",
        "16 Skips: skipped (not on Mondays)",
        "20 Without steps: skipped (it has no steps)",
    ]
    statuses = {case.name: [step.status.value for step in case.steps] for case in run.cases}
    assert statuses["Fails"] == ["failed", "skipped"]
    assert statuses["Raises"] == ["passed", "error", "undefined"]
    assert statuses["Undefined"] == ["undefined", "skipped"]
    assert statuses["Skips"] == ["passed", "skipped", "skipped"]
    failed = recorded.case("Fails").failed_at
    assert failed is not None
    assert failed.problem is not None
    assert (failed.problem.type, failed.problem.message) == ("AssertionError", "one is not two")
    assert 'File "features/steps/steps.py", line 12' in failed.problem.trace
    pending = recorded.case("Pending").steps[0].problem
    assert pending is not None
    assert pending.message == "later"
    assert "def _(context: Context)" in recorded.case("Undefined").steps[0].snippet
    began = recorded.case("Passes").started
    assert began is not None
    assert run.started is not None
    assert run.finished is not None
    assert run.started <= began <= run.finished


def test_steps_that_a_step_executes_are_not_the_scenarios(tmp_path: Path) -> None:
    recorded = record(
        tmp_path,
        """
        Feature: Nested
          Scenario: Passes
            Given it runs steps of its own
            Then it passes
          Scenario: Fails
            Given a step of its own fails
            Then it passes
          Scenario: Is undefined
            Given a step of its own is undefined
        """,
    )
    assert recorded.cases == ["2 Passes: passed", "5 Fails: failed", "8 Is undefined: failed"]
    assert [len(case.steps) for case in recorded.run.cases] == [2, 2, 1]
    for message in ("testStepStarted", "testStepFinished"):
        assert recorded.text.count(f'{{"{message}":') == 5, "once for each of them"
    failed = recorded.case("Fails").steps[0].problem
    assert failed is not None
    assert failed.message.startswith("FAILED SUB-STEP: When it fails")


TWO: Final = """
    Feature: Two
      @x
      Scenario: First
        Given it fails
      Scenario: Second
        Given it passes
      @x
      Scenario Outline: Third <n>
        Given it passes
        Examples:
          | n |
          | 1 |
          | 2 |
"""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--name=Second"], ["5 Second: passed"]),
        (["--name=Third 2"], ["13 Third 2: passed"]),
        (
            ["--tags=@x", "--tags=not @y"],
            ["3 First: failed", "12 Third 1: passed", "13 Third 2: passed"],
        ),
        (["features/a.feature:13"], ["13 Third 2: passed"]),
        (
            ["--stop"],
            [
                "3 First: failed",
                *(
                    f"{place}: not run ({NOT_RUN} (stopped after the first failure))"
                    for place in ("5 Second", "12 Third 1", "13 Third 2")
                ),
            ],
        ),
        (
            ["--dry-run"],
            [
                f"{place}: skipped (dry run)"
                for place in ("3 First", "5 Second", "12 Third 1", "13 Third 2")
            ],
        ),
    ],
    ids=["a name", "a row's name", "tags", "a place", "stop", "dry run"],
)
def test_what_is_selected_is_in_the_stream(
    arguments: list[str], expected: list[str], tmp_path: Path
) -> None:
    recorded = record(tmp_path, TWO, *arguments)
    assert recorded.cases == expected, recorded.output


def test_nothing_selected_is_a_whole_stream(tmp_path: Path) -> None:
    recorded = record(tmp_path, TWO, "--tags=@nothing")
    assert recorded.run.finished is not None
    assert recorded.run.success
    assert recorded.cases == []


@pytest.mark.parametrize("hook", ["feature", "rule", "tag", "scenario"])
def test_a_hook_can_skip_for_a_reason(hook: str, tmp_path: Path) -> None:
    given = "context.scenario if hasattr(context, 'scenario') else context.feature"
    element = given if hook == "tag" else "element"
    recorded = record(
        tmp_path,
        """
        Feature: Skipped
          Rule: Skipped
            @x
            Scenario: Skipped
              Given it fails
        """,
        environment=f"""
        def before_{hook}(context, element):
            ({element}).skip("no reason")
        """,
    )
    assert recorded.cases == ["4 Skipped: skipped (no reason)"]
    assert recorded.run.success


def test_a_language_has_its_own_keywords(tmp_path: Path) -> None:
    recorded = record(
        tmp_path,
        """
        # language: de
        Funktionalität: Auf Deutsch
          Regel: Eine
            Szenario: Grüße
              Angenommen it passes
              Aber it passes
        """,
    )
    [feature] = recorded.run.features
    assert (feature.keyword, feature.language) == ("Funktionalität", "de")
    assert [step.keyword for step in recorded.case("Grüße").steps] == ["Angenommen", "Aber"]
    assert recorded.case("Grüße").status is Status.PASSED


def test_a_scenario_that_is_retried_counts_once(tmp_path: Path) -> None:
    recorded = record(
        tmp_path,
        """
        Feature: Retried
          Scenario: Retried
            Given it passes
          Scenario: Once
            Given it passes
        """,
        environment="""
        from behave.contrib.scenario_autoretry import patch_scenario_with_autoretry

        attempts = []

        def before_feature(context, feature):
            patch_scenario_with_autoretry(feature.scenarios[0], max_attempts=3)

        def after_step(context, step):
            attempts.append(step)
            assert len(attempts) > 1

        def after_feature(context, feature):
            context._runner.hook_failures = 0  # behave counts those of all attempts
        """,
    )
    assert recorded.cases == ["2 Retried: passed", "4 Once: passed"], recorded.output
    assert recorded.run.success
    sent = [one.test_case_finished for one in reading.envelopes(tmp_path / STREAM)]
    assert [one.will_be_retried for one in sent if one] == [True, False, False]
