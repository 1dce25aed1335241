"""Scopes in a project that wraps the hooks, run as its developers run it."""

import re
from typing import Final

import psycopg
import pytest
from psycopg import sql

from behave_projects import OURS, BehaveProject
from pgharness.servers import embedded, provision

RUNNERS: Final = pytest.mark.parametrize("settings", ["", OURS], ids=["behave's", "ours"])

WRAPPED: Final = """
from pathlib import Path
from pgharness.adapters import behave as given
from pgharness.adapters.behave import *

def before_all(context):
    given.before_all(context)
    context.hooks = ["before_all"]

def wrapped(hook, around):
    def own(context, element):
        if hook is not None:
            hook(context, element)
        context.hooks.append(around)
        if getattr(element, "name", "") == f"{around} fails":
            raise RuntimeError(f"{element.name} on purpose")
    return own

before_tag = wrapped(before_tag, "before_tag")
before_feature = wrapped(before_feature, "before_feature")
before_rule = wrapped(before_rule, "before_rule")
before_scenario = wrapped(before_scenario, "before_scenario")
after_scenario = wrapped(after_scenario, "after_scenario")
after_rule = wrapped(None, "after_rule")
after_feature = wrapped(None, "after_feature")

def after_all(context):
    Path("hooks").write_text(" ".join(sorted(set(context.hooks))), "utf-8")
"""
"""Hooks of the project's own around each of ours. One fails where a title says so."""

NESTED: Final = """
  Scenario: of the feature
    Given the note a
    Then there are the notes a
  @fixture.cleanup.rule
  Rule: More
    Scenario: of the rule
      Given the note b
      Then there are the notes a b
    @fixture.cleanup.scenario
    Scenario: for itself
      When all notes are deleted
      Then there is no note
    @fixture.rollback
    Scenario: rolled back
      Given the note c
      Then there are the notes a b c
    Scenario: of the rule again
      Then there are the notes a b
  Rule: No more
    Scenario: of the feature again
      Then there are the notes a
    @fixture.cleanup.run
    Scenario: of the run
      Given the note z
      Then there are the notes z
    @fixture.database
    Scenario: in a database of its own
      Then there is no note
    Scenario: of the feature at last
      Then there are the notes a
"""

LATER: Final = """
Feature: Later
  Scenario: nothing of the feature
    Then there is no note
  @fixture.cleanup.run
  Rule: What is kept to the end of the run
    Scenario: is here
      Then there are the notes z
    @fixture.cleanup.scenario
    Scenario: may be changed
      When all notes are deleted
      Then there is no note
    Scenario: is here again
      Given the note y
      Then there are the notes y z
    @fixture.database
    Scenario: is not in a database of its own
      Then there is no note
"""


@RUNNERS
def test_scopes_within_each_other_and_across_features(
    settings: str, behave_project: BehaveProject
) -> None:
    behave_project.write(
        {
            "features/environment.py": WRAPPED,
            "features/a.feature": f"@fixture.cleanup.feature\nFeature: Shared\n{NESTED}",
            "features/b.feature": LATER,
            "pyproject.toml": f'[tool.pgharness]\nschema = "schema"\n{settings}',
        }
    )
    code, output = behave_project.run()
    assert code == 0, output
    assert "14 scenarios passed, 0 failed, 0 skipped" in output
    assert (behave_project.folder / "hooks").read_text("utf-8").split() == [
        *("after_feature", "after_rule", "after_scenario"),
        *("before_all", "before_feature", "before_rule", "before_scenario", "before_tag"),
    ]


@RUNNERS
@pytest.mark.parametrize("hook", ["before_rule", "after_rule", "before_scenario", "after_scenario"])
def test_a_hook_of_the_project_that_fails_affects_no_other_scenario(
    hook: str, settings: str, behave_project: BehaveProject
) -> None:
    of_the_rule = hook.endswith("rule")
    behave_project.write({"features/environment.py": WRAPPED})
    code, output = behave_project.behave(
        f"""
  @fixture.cleanup.rule
  Rule: {hook if of_the_rule else "Nothing"} fails
    Scenario: first
      Given the note a
    @fixture.cleanup.scenario
    Scenario: {"nothing" if of_the_rule else hook} fails
      Given the note b
    Scenario: last
      Then there are the notes a
  Rule: Afterwards
    Scenario: nothing is left
      Then there is no note
""",
        settings,
        "--format=plain",
        "--no-capture",
    )
    assert code == 1, output
    assert f"{hook} fails on purpose" in output
    assert "ASSERT FAILED" not in output
    assert output.count("Scenario: nothing is left\n      Then there is no note ... passed") == 1


@RUNNERS
def test_a_failed_clean_up_is_reported_and_the_next_scenario_is_clean(
    settings: str, behave_project: BehaveProject
) -> None:
    code, output = behave_project.behave(
        """
  @fixture.cleanup.rule
  Rule: Shared
    Scenario: first
      Given the note a
    @fixture.cleanup.scenario
    Scenario: for itself
      Given the database ignores each DELETE from notes
      And the note b
    Scenario: last
      Then there are the notes a
  Rule: Afterwards
    Scenario: nothing is left
      Then there is no note
""",
        settings,
    )
    assert code == 1, output
    assert "notes: 2 instead of 1 rows" in output
    kind = "hook" if settings else "cleanup"  # ours reports hooks and cleanups alike
    assert f"3 scenarios passed, 0 failed, 1 {kind}_error, 0 skipped" in output


@RUNNERS
def test_a_refused_scope_fails_the_run(settings: str, behave_project: BehaveProject) -> None:
    code, output = behave_project.behave(
        """
  @fixture.cleanup.feature
  Rule: Shared
    Scenario: first
      Given the note a
""",
        settings,
    )
    assert code == 1, output
    assert "@fixture.cleanup.feature means nothing on this Rule." in output


def test_a_database_is_kept_as_the_failed_scenario_left_it(
    behave_project: BehaveProject, admin: psycopg.Connection
) -> None:
    code, output = behave_project.behave(
        """
  @fixture.cleanup.rule
  Rule: Shared
    Scenario: first
      Given the note a
    @fixture.cleanup.scenario
    Scenario: it fails
      Given the note b
      Then there is no note
    Scenario: last
      Then there are the notes a
""",
        OURS,
        "-D",
        "keep=failed",
    )
    kept = re.findall(r"acceptance_kept_\w+", output)
    try:
        assert code == 1, output
        assert "2 scenarios passed, 1 failed, 0 skipped" in output
        assert len(kept) == 1, output
        with provision.connect(behave_project.url.set(database=kept[0])) as look:
            assert look.execute("SELECT text FROM notes ORDER BY 1").fetchall() == [("a",), ("b",)]
    finally:
        for name in kept:
            admin.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
        embedded.sweep()
