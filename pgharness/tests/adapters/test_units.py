"""What of a run stays together in one process."""

from collections.abc import Callable
from typing import Any

import pytest
from behave.configuration import Configuration
from behave.parser import parse_feature
from behave.tag_expression.builder import make_tag_expression

from pgharness.adapters.behave import environment
from pgharness.adapters.behave.parallel.units import units_of

OURS = {
    kind: getattr(environment, kind)
    for kind in ("before_all", "before_tag", "before_feature", "before_rule", "before_scenario")
}

PETS = """\
{feature}
Feature: Pets
  Scenario: Ann
    Given a cat

  {rule}
  Rule: Cats
    Scenario: Bob
      Given a cat
    Scenario Outline: <name>
      Given a cat
      Examples:
        | name |
        | Cy   |
        | Di   |
"""
OTHERS = """\
Feature: Others
  @fixture.cleanup.run
  Rule: Birds
    Scenario: Eve
      Given a bird
"""
APART = [["Ann"], ["Bob"], ["Cy"], ["Di"]]
RULE = [["Ann"], ["Bob", "Cy", "Di"]]
FEATURE = [["Ann", "Bob", "Cy", "Di"]]


def titles(hooks: dict[str, Callable[..., Any]], *texts: str, tags: str = "") -> list[list[str]]:
    """Return the names of the scenarios in each unit; those of an outline without its name."""
    config = Configuration([])
    if tags:
        config.tag_expression = make_tag_expression(tags)
    features = [parse_feature(text) for text in texts]
    return [
        [scenario.name.partition(" -- ")[0] for scenario in unit.scenarios]
        for unit in units_of(features, config, hooks)
    ]


@pytest.mark.parametrize(
    ("feature", "rule", "expected"),
    [
        ("", "", APART),
        ("@pets", "@cats", APART),
        ("@fixture.database", "@fixture.rollback", APART),
        ("", "@fixture.empty_database", APART),
        ("", "@fixture.cleanup.rule", RULE),
        ("", "@fixture.server", RULE),
        ("", "@fixture.browser", RULE),
        ("@fixture.cleanup.feature", "", FEATURE),
        ("@fixture.server", "@fixture.cleanup.rule", FEATURE),
    ],
)
def test_what_shares_something_stays_together(
    feature: str, rule: str, expected: list[list[str]]
) -> None:
    assert titles(OURS, PETS.format(feature=feature, rule=rule)) == expected


@pytest.mark.parametrize(
    ("kind", "tag", "expected"),
    [
        ("before_feature", "", FEATURE),
        ("after_feature", "", FEATURE),
        ("before_rule", "", RULE),
        ("after_rule", "", RULE),
        ("before_tag", "@cats", RULE),
        ("after_tag", "@cats", RULE),
        ("before_tag", "", APART),
        ("before_scenario", "@cats", APART),
        ("before_all", "@cats", APART),
    ],
)
def test_a_project_s_own_hook_around_scenarios_runs_once_for_all_of_them(
    kind: str, tag: str, expected: list[list[str]]
) -> None:
    hooks = {**OURS, kind: lambda *_: None}
    assert titles(hooks, PETS.format(feature="", rule=tag)) == expected


def test_all_that_share_the_scope_of_the_run_are_one_unit_and_come_first() -> None:
    shared = PETS.format(feature="", rule="@fixture.cleanup.run")
    assert titles(OURS, shared, OTHERS) == [["Bob", "Cy", "Di", "Eve"], ["Ann"]]


def test_what_was_not_selected_is_in_no_unit() -> None:
    text = PETS.format(feature="", rule="@fixture.cleanup.rule @cats")
    assert titles(OURS, text, OTHERS, tags="@cats") == [["Bob", "Cy", "Di"]]
