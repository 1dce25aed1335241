"""What hooks and cleanups of a project do is in the stream: each failure at its place."""

from pathlib import Path
from typing import Final

import pytest

from pgharness.results.model import Status
from recorded_projects import Recorded, problem_of, record

FEATURE: Final = """
    @f
    Feature: Hooks
      @r
      Rule: First
        @s
        Scenario: One
          Given it passes
        Scenario: Two
          Given it passes
      Rule: Second
        Scenario: Three
          Given it passes
"""

RAISING: Final = """
def {hook}(context, element=None):
    if {when}:
        raise LookupError("no such thing")
"""


def raising(folder: Path, hook: str, when: str = "True") -> Recorded:
    return record(folder, FEATURE, environment=RAISING.format(hook=hook, when=when))


def test_without_before_all_nothing_is_run(tmp_path: Path) -> None:
    recorded = raising(tmp_path, "before_all")
    run = recorded.run
    assert (run.success, run.message) == (False, "before_all failed")
    assert [problem_of(hook) for hook in run.hooks] == [
        "before_all at features/environment.py:1: error LookupError: no such thing"
    ]
    reason = "not run (not run: the run ended before (before_all failed))"
    assert recorded.cases == [f"6 One: {reason}", f"8 Two: {reason}", f"11 Three: {reason}"]


@pytest.mark.parametrize(
    ("hook", "when", "name", "blocked"),
    [
        ("before_feature", "True", "before_feature features/a.feature:2", [6, 8, 11]),
        ("before_rule", "element.name == 'First'", "before_rule features/a.feature:4", [6, 8]),
        ("before_tag", "element == 'f'", "before_tag @f features/a.feature:2", [6, 8, 11]),
        ("before_tag", "element == 'r'", "before_tag @r features/a.feature:4", [6, 8]),
    ],
    ids=["feature", "rule", "tag of a feature", "tag of a rule"],
)
def test_what_cannot_begin_has_the_hook_as_its_reason(
    hook: str, when: str, name: str, blocked: list[int], tmp_path: Path
) -> None:
    recorded = raising(tmp_path, hook, when)
    [feature] = recorded.run.features
    assert [problem_of(one) for one in feature.hooks] == [
        f"{name} at features/environment.py:1: error LookupError: no such thing"
    ]
    kind = name.rpartition(" ")[0]
    for case in feature.cases:
        if case.line in blocked:
            assert case.status is Status.NOT_RUN
            assert case.reason == f"not run: {kind} failed: no such thing"
        else:
            assert case.status is Status.PASSED
    assert not recorded.run.success


@pytest.mark.parametrize(
    ("hook", "when", "name"),
    [
        ("before_scenario", "element.name == 'One'", "before_scenario"),
        ("before_tag", "element == 's'", "before_tag @s"),
        ("after_scenario", "element.name == 'One'", "after_scenario"),
        ("after_tag", "element == 's'", "after_tag @s"),
    ],
)
def test_a_scenario_is_an_error_by_its_hook(
    hook: str, when: str, name: str, tmp_path: Path
) -> None:
    recorded = raising(tmp_path, hook, when)
    assert recorded.cases == ["6 One: error", "8 Two: passed", "11 Three: passed"]
    one = recorded.case("One")
    [failed] = [each for each in (*one.before, *one.after) if each.status is Status.ERROR]
    assert problem_of(failed) == (
        f"{name} at features/environment.py:1: error LookupError: no such thing"
    )
    assert failed in (one.before if hook.startswith("before") else one.after)
    executed = Status.SKIPPED if hook.startswith("before") else Status.PASSED
    assert one.steps[0].status is executed


@pytest.mark.parametrize("hook", ["before_step", "after_step"])
@pytest.mark.parametrize("error", ["LookupError", "AssertionError"])
def test_a_hook_around_steps_is_named_at_the_step(hook: str, error: str, tmp_path: Path) -> None:
    environment = RAISING.format(hook=hook, when="True").replace("LookupError", error)
    recorded = record(tmp_path, FEATURE, environment=environment)
    one = recorded.case("One")
    assert one.status is Status.ERROR
    problem = one.steps[0].problem
    assert problem is not None
    assert problem.type == ("HookError" if error == "AssertionError" else error)
    assert problem.message == f"no such thing\nraised by the hook {hook}"


@pytest.mark.parametrize(
    ("hook", "when", "name"),
    [
        ("after_rule", "element.name == 'First'", "after_rule features/a.feature:4"),
        ("after_feature", "True", "after_feature features/a.feature:2"),
        ("after_tag", "element == 'f'", "after_tag @f features/a.feature:2"),
        ("after_all", "True", "after_all"),
    ],
)
def test_a_hook_that_fails_late_fails_the_run(
    hook: str, when: str, name: str, tmp_path: Path
) -> None:
    recorded = raising(tmp_path, hook, when)
    run = recorded.run
    failed = [one for one in (*run.hooks, *run.features[0].hooks) if one.status.is_failure]
    assert [problem_of(one) for one in failed] == [
        f"{name} at features/environment.py:1: error LookupError: no such thing"
    ]
    assert {case.status for case in run.cases} == {Status.PASSED}
    assert (run.success, recorded.code) == (False, 1)


CLEANUPS: Final = """
def remove():
    raise OSError("it is gone")

def {hook}(context, element=None):
    context.add_cleanup(remove)
"""


@pytest.mark.parametrize(
    ("hook", "place"),
    [
        ("before_all", ""),
        ("before_feature", " features/a.feature:2"),
        ("before_rule", " features/a.feature:4"),
    ],
)
def test_a_cleanup_that_fails_is_at_its_element(hook: str, place: str, tmp_path: Path) -> None:
    recorded = record(tmp_path, FEATURE, environment=CLEANUPS.format(hook=hook))
    run = recorded.run
    failed = [one for one in (*run.hooks, *run.features[0].hooks) if one.status.is_failure]
    expected = f"cleanup remove{place} at features/environment.py:1: error OSError: it is gone"
    assert problem_of(failed[0]) == expected, recorded.output
    assert len(failed) == (2 if hook == "before_rule" else 1)
    assert not run.success


def test_each_cleanup_of_a_scenario_that_fails_is_an_error_of_it(tmp_path: Path) -> None:
    recorded = record(
        tmp_path,
        """
        Feature: Cleanups
          Scenario: One
            Given its cleanup fails
          Scenario: Two
            Given it passes
        """,
    )
    assert recorded.cases == ["2 One: error", "4 Two: passed"]
    assert [problem_of(hook) for hook in recorded.case("One").after] == [
        "cleanup remove_named at features/steps/steps.py:54: error AssertionError: still there",
        "cleanup remove at features/steps/steps.py:51: error OSError: it is gone",
    ]
    assert recorded.case("Two").after == ()
    assert not recorded.run.success


def test_a_cleanup_may_fail_where_the_project_says_so(tmp_path: Path) -> None:
    recorded = record(
        tmp_path,
        "Feature: Cleanups\n  Scenario: One\n    Given its cleanup fails\n",
        environment="def before_all(context):\n    context.fail_on_cleanup_errors = False\n",
    )
    assert recorded.code == 0, recorded.output
    assert recorded.cases == ["2 One: passed"]
    assert recorded.run.success


def test_a_helper_of_environment_py_is_no_hook(tmp_path: Path) -> None:
    recorded = record(
        tmp_path,
        FEATURE,
        environment="""
        import os

        LIMITS = {"a": 1}

        def before_all(context):
            helper(context)

        def helper(context):
            context.limits = LIMITS

        def before_scenario(context, scenario):
            assert context.limits == LIMITS
        """,
    )
    assert {case.status for case in recorded.run.cases} == {Status.PASSED}, recorded.output
    assert [hook.name for hook in recorded.run.hooks] == ["before_all"]
    assert [hook.name for hook in recorded.case("One").before] == ["before_scenario"]
