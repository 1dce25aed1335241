"""Scopes in any order, any scenario alone, and any scope within any other."""

import random
from collections.abc import Callable, Iterator
from typing import Final

import pytest
from behave.model import Feature

import small_suites
from shared_things import ACTIONS
from small_suites import Suites

SUITE: Final = """
    Feature: Nothing is shared
      Example: Ada alone
        When Ada leaves everything
      @fixture.cleanup.scenario
      Example: Bram alone
        When Bram leaves everything

    @fixture.cleanup.feature
    Feature: Something is shared
      Example: Ada in the feature
        When Ada leaves everything
      Example: Bram in the feature
        When Bram leaves everything
      @fixture.cleanup.run
      Example: Chen to the end of the run
        When Chen leaves everything
      @fixture.database
      Example: Dora elsewhere
        When Dora leaves everything

      @fixture.cleanup.rule
      Rule: More is shared
        Example: Chen in the rule
          When Chen leaves everything
        Example: Ada's task in the rule
          When Ada leaves everything
          And Ada finishes a task
        @fixture.cleanup.scenario
        Example: Ada is deleted for one scenario
          When Ada leaves everything
          And Ada is deleted
        @fixture.rollback
        Example: Bram is deleted in one transaction
          When Bram leaves everything
          And Bram is deleted
        @fixture.rollback
        Example: A number is chosen in one transaction
          When Bram chooses the number of the next ticket

      Rule: Nothing more is shared
        Example: Dora in the feature
          When Dora leaves everything

    @fixture.cleanup.run
    Feature: What is kept to the end of the run
      Example: Ada to the end of the run
        When Ada leaves everything
      @fixture.cleanup.scenario
      Example: Ada is renamed for one scenario
        When Ada leaves everything
        And Ada changes the name
"""

TITLES: Final = [
    scenario.name
    for feature in small_suites.features_in(SUITE)
    for scenario in feature.walk_scenarios()
]


@pytest.mark.parametrize(
    "arrange",
    [
        pytest.param(small_suites.backwards, id="backwards"),
        *(pytest.param(small_suites.shuffled(seed), id=f"shuffled-{seed}") for seed in range(4)),
    ],
)
def test_scenarios_find_what_they_share_in_any_order(
    arrange: Callable[[list[Feature]], None], suites: Suites
) -> None:
    ran = suites.run(SUITE, arrange=arrange)
    ran.check()
    assert sorted(ran.verdicts) == sorted(TITLES)


@pytest.mark.parametrize("title", TITLES)
def test_each_scenario_holds_alone(title: str, suites: Suites) -> None:
    ran = suites.run(SUITE, arrange=small_suites.only(title))
    ran.check()
    assert ran.people() == {title: ""}


@pytest.mark.parametrize("seed", range(6))
def test_any_scope_may_be_within_any_wider_one(seed: int, suites: Suites) -> None:
    chance = random.Random(seed)  # noqa: S311 (no secret)
    ran = suites.run("\n".join(_any_suite(chance)))
    ran.check()
    assert len(ran.visits) == 3 * (2 + 2 * 3)


def _any_suite(chance: random.Random) -> Iterator[str]:
    """Yield the lines of three features of random scopes and actions."""
    actions = [action for action in ACTIONS if "ship" not in action and "10,000" not in action]
    wide = ("", "@fixture.cleanup.run", "@fixture.database")

    def scenario(title: str, rule: str = "") -> Iterator[str]:
        tag = chance.choice(["", "", "@fixture.cleanup.scenario", "@fixture.rollback", *wide[1:]])
        yield "" if (tag, rule) == ("@fixture.cleanup.run", "@fixture.cleanup.rule") else tag
        yield f"Example: {title}"
        for number in range(3):
            yield f"When {chance.choice(['Ada', 'Bram'])} leaves everything"
            person = chance.choice(["Ada", "Bram"])
            action = chance.choice(actions)
            if action == "comes":
                person = f"{title[0]}{title.replace(' ', '')}{number}"
            yield f"When {person} {action}"

    for number in range(3):
        yield ""
        yield chance.choice([*wide, "@fixture.cleanup.feature"])
        yield f"Feature: {number}"
        for at in range(2):
            yield from scenario(f"{number} {at}")
        for rule in range(2):
            yield (tag := chance.choice([*wide, *["@fixture.cleanup.rule"] * 2]))
            yield f"Rule: {rule}"
            for at in range(3):
                yield from scenario(f"{number} {rule} {at}", tag)
