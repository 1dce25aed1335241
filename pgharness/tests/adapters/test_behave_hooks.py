"""A project's hook that does not call the harness's is reported, and so is a wrong tag."""

from typing import Final

import pytest

from behave_projects import OURS, BehaveProject

RUNNERS: Final = pytest.mark.parametrize("settings", ["", OURS], ids=["behave's", "ours"])

WITHOUT: Final = """
from pgharness.adapters.behave import *

def {hook}(context, *arguments):
    pass
"""

ALL_KINDS: Final = """
  @fixture.rollback
  Scenario: Rolled back
    Given the note a
  @fixture.cleanup.rule
  Rule: Shared
    Scenario: In the rule
      Given the note b
  Rule: Not shared
    Scenario: In no scope
      Given the note c
"""


@RUNNERS
@pytest.mark.parametrize("hook", ["before_all", "after_scenario"])
def test_without_a_hook_that_all_need_the_run_ends(
    behave_project: BehaveProject, hook: str, settings: str
) -> None:
    behave_project.write({"features/environment.py": WITHOUT.format(hook=hook)})
    code, output = behave_project.behave(ALL_KINDS, settings)
    assert code == 1, output
    assert output.count("Cannot run: ") == 1
    assert f"environment.py needs pgharness's {hook}: import it from " in output
    assert "AttributeError" not in output


@RUNNERS
@pytest.mark.parametrize(
    ("hook", "lost", "errors"),
    [
        ("before_tag", "@fixture.rollback does nothing", 1),
        ("before_rule", "@fixture.cleanup.rule does nothing", 1),
        ("before_scenario", "@fixture.rollback does nothing", 3),
    ],
)
def test_without_another_hook_what_needs_it_is_an_error(
    behave_project: BehaveProject, hook: str, lost: str, errors: int, settings: str
) -> None:
    behave_project.write({"features/environment.py": WITHOUT.format(hook=hook)})
    code, output = behave_project.behave(ALL_KINDS, settings)
    assert code == 1, output
    assert f"{lost}: environment.py needs pgharness's {hook}, imported from " in output
    assert f"{3 - errors} scenarios passed, 0 failed, " in output


def test_a_scenario_without_tags_is_told_too_whose_steps_miss_what_the_hook_gives(
    behave_project: BehaveProject,
) -> None:
    behave_project.write({"features/environment.py": WITHOUT.format(hook="before_scenario")})
    code, output = behave_project.behave("  Scenario: One\n    Given the note a\n", OURS)
    assert code == 1, output
    assert "context.session is not there: environment.py needs pgharness's before_s" in output


def test_hooks_may_leave_out_what_has_no_database(behave_project: BehaveProject) -> None:
    behave_project.write(
        {
            "features/environment.py": """
from pgharness.adapters.behave import *
from pgharness.adapters.behave import before_scenario as begin, after_scenario as end

def before_scenario(context, scenario):
    if "without" in scenario.tags:
        return
    if "skipped" in scenario.tags:
        scenario.skip("not today")
        return
    begin(context, scenario)

def after_scenario(context, scenario):
    if "without" not in scenario.tags:
        end(context, scenario)
""",
            "features/steps/others.py": """
from behave import when

@when("nothing is stored")
def nothing(context):
    pass
""",
        }
    )
    code, output = behave_project.behave("""
  @without
  Scenario: None
    When nothing is stored
  Scenario: One
    Given the note a
  @skipped @fixture.rollback
  Scenario: Another
    Given the note a
""")
    assert code == 0, output
    assert "2 scenarios passed, 0 failed, 1 skipped" in output


@RUNNERS
@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("fixture.rolback", "fixture.rollback"),
        ("fixture.databse", "fixture.database"),
        ("fixture.cleanup.rul", "fixture.cleanup.rule"),
        ("fixtures.rollback", "fixture.rollback"),
        ("fixture.Server", "fixture.server"),
    ],
)
def test_a_misspelt_tag_is_an_error(
    behave_project: BehaveProject, tag: str, meant: str, settings: str
) -> None:
    code, output = behave_project.behave(
        f"  @{tag}\n  Rule: Of none\n    Scenario: One\n      Given the note a\n", settings
    )
    assert code == 1, output
    assert f"there is no tag @{tag}: did you mean @{meant}?" in output
    assert "0 scenarios passed, 0 failed, 1 hook_error" in output


def test_other_tags_are_the_projects_own(behave_project: BehaveProject) -> None:
    code, output = behave_project.behave(
        "  @fixture.browser @fixture @rollback @fixture.clock @feature.server @fixture.observer\n"
        "  Scenario: One\n    Given the note a\n"
    )
    assert code == 0, output


@RUNNERS
def test_two_databases_for_one_scenario_are_an_error(
    behave_project: BehaveProject, settings: str
) -> None:
    code, output = behave_project.behave(
        "  @fixture.rollback @fixture.database\n  Scenario: One\n    Given the note a\n", settings
    )
    assert code == 1, output
    assert "@fixture.database and @fixture.rollback contradict each other: leave one out" in output
