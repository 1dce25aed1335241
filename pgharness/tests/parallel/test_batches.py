"""What a worker is given at once, and the part of a feature that it executes."""

from collections.abc import Callable, Iterator

import pytest
from behave.configuration import Configuration
from behave.model import Feature, Rule, Scenario, ScenarioOutline
from behave.parser import parse_feature

from pgharness.adapters.behave.parallel.batches import SHORT, batches_of
from pgharness.adapters.behave.parallel.parts import cut_short, parts_of
from pgharness.adapters.behave.parallel.units import Unit, units_of

PETS = """\
Feature: Pets
  Background:
    Given a house

  Scenario: Ann
    Given a cat
  Scenario Outline: <name>
    Given a cat
    Examples:
      | name |
      | Bob  |
      | Cy   |

  Rule: Cats
    Scenario: Di
      Given a cat
    Scenario: Eve
      Given a cat

  Rule: Dogs
    Scenario: Fay
      Given a dog
"""
MORE = "Feature: More\n  Scenario: Gus\n    Given a bird\n"


def parsed() -> list[Feature]:
    """Return the features as they are before a run."""
    texts = (PETS, MORE)
    return [parse_feature(text, filename=f"{n}.feature") for n, text in enumerate(texts)]


def name_of(scenario: Scenario) -> str:
    return str(scenario.name.partition(" -- ")[0])


def batches(
    seconds: Callable[[str], float | None],
    workers: int = 1,
    seed: int | None = None,
) -> list[str]:
    """Return the names in each batch, with a space between them."""
    units = units_of(parsed(), Configuration([], load_config=False), {})
    made = batches_of(units, lambda one: seconds(name_of(one)), workers, seed)
    return [" ".join(map(name_of, batch.scenarios)) for batch in made]


def test_the_longest_is_first_and_equals_in_the_order_of_a_run() -> None:
    known = {"Eve": 9.0, "Gus": 11.0}
    assert batches(lambda name: known.get(name, 1.0)) == [
        *("Gus", "Eve", "Ann", "Bob", "Cy", "Di", "Fay")
    ]


def test_an_unknown_duration_is_the_median_of_those_that_are_known() -> None:
    known = {"Ann": 1.0, "Bob": 3.0, "Cy": 5.0}
    assert batches(known.get)[:2] == ["Cy", "Bob"]
    assert batches(known.get)[-1] == "Ann"


def test_short_scenarios_of_one_rule_are_together() -> None:
    """The outline has no rule of its own; a batch is a small part of what a worker has to do."""
    long = {"Gus": 100.0}
    assert batches(lambda name: long.get(name, SHORT / 3)) == [
        *("Gus", "Ann Bob Cy", "Di Eve", "Fay")
    ]
    assert batches(lambda name: long.get(name, SHORT / 2.5)) == [
        *("Gus", "Ann Bob", "Di Eve", "Cy", "Fay")
    ]
    assert len(batches(lambda name: long.get(name, SHORT / 3), workers=100)) == 7


def test_an_order_is_that_of_its_number() -> None:
    one, again, other = (batches(lambda _: 1.0, seed=seed) for seed in (7, 7, 8))
    assert one == again
    assert one != other
    assert sorted(one) == sorted(other) == ["Ann", "Bob", "Cy", "Di", "Eve", "Fay", "Gus"]


def names_in(item: Feature | Rule | ScenarioOutline | Scenario) -> Iterator[str]:
    """Yield what behave will execute."""
    if isinstance(item, ScenarioOutline):
        yield from map(name_of, item.scenarios)
    elif isinstance(item, Scenario):
        yield name_of(item)
    else:
        for inner in item.run_items:
            yield from names_in(inner)


def chosen(features: list[Feature], *names: str) -> list[Scenario]:
    found = {name_of(one): one for feature in features for one in feature.walk_scenarios()}
    return [found[name] for name in names]


def test_a_part_has_some_scenarios_and_all_that_is_around_them() -> None:
    features = parsed()
    parts = [*parts_of(chosen(features, "Eve", "Gus", "Cy"))]
    assert [[*names_in(part)] for part in parts] == [["Cy", "Eve"], ["Gus"]]
    pets, more = parts
    assert (pets.name, more.name) == ("Pets", "More")
    assert pets.background is features[0].background
    assert [rule.name for rule in pets.rules] == ["Cats"]
    assert [*pets.walk_scenarios()] == chosen(features, "Cy", "Eve"), "they are the same objects"
    assert [*names_in(features[0])] == ["Ann", "Bob", "Cy", "Di", "Eve", "Fay"]


@pytest.mark.parametrize("last", ["Ann", "Bob", "Di", "Fay"])
def test_a_part_that_is_cut_short_ends(last: str) -> None:
    features = parsed()
    names = ("Ann", "Bob", "Cy", "Di", "Eve", "Fay")
    [part] = parts_of(chosen(features, *names))
    done = []
    for name in names_in(part):
        done.append(name)
        if name == last:
            cut_short(part)
    assert done == [*names[: names.index(last) + 1]]
    assert [*names_in(features[0])] == [*names]


def test_a_unit_is_never_divided() -> None:
    whole = Unit(tuple(chosen(parsed(), "Ann", "Bob", "Cy")))
    [batch] = batches_of([whole], lambda _: 10.0, 4)
    assert batch.scenarios == whole.scenarios
    assert batch.seconds == 30.0
