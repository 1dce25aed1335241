"""A part of a feature, which is run like a whole one."""

import copy
from collections.abc import Iterable, Iterator

from behave.model import Feature, Rule, Scenario, ScenarioOutline


def parts_of(scenarios: Iterable[Scenario]) -> Iterator[Feature]:
    """Yield features with these scenarios only, in the order of the scenarios."""
    chosen: dict[int, tuple[Feature, set[int]]] = {}
    for scenario in scenarios:
        feature = _feature_of(scenario)
        chosen.setdefault(id(feature), (feature, set()))[1].add(id(scenario))
    for feature, ids in chosen.values():
        yield _part(feature, ids)


def cut_short(part: Feature | Rule) -> None:
    """Leave out what has not begun of a part that is being executed.

    behave would call the hooks of scenarios even after the run was aborted.
    """
    for item in part.run_items:
        if isinstance(item, Rule):
            cut_short(item)
        elif isinstance(item, ScenarioOutline):
            del item._scenarios[1:]  # noqa: SLF001 (without any, behave would make them again)
    part.run_items.clear()


def _feature_of(scenario: Scenario) -> Feature:
    element = scenario.parent
    while not isinstance(element, Feature):
        element = element.parent
    return element


def _part(container: Feature | Rule, ids: set[int]) -> Feature | Rule:
    """Return a copy of a feature or a rule with the same scenarios, but only these."""
    part = copy.copy(container)
    part.run_items = [*_items(container, ids)]
    part.scenarios = [item for item in part.run_items if isinstance(item, Scenario)]
    if isinstance(part, Feature):
        part.rules = [item for item in part.run_items if isinstance(item, Rule)]
    return part


def _items(container: Feature | Rule, ids: set[int]) -> Iterator[Rule | Scenario]:
    for item in container.run_items:
        if isinstance(item, Rule):
            rule = _part(item, ids)
            if rule.run_items:
                yield rule
        elif isinstance(item, ScenarioOutline):
            examples = [example for example in item.scenarios if id(example) in ids]
            if examples:
                outline = copy.copy(item)
                outline._scenarios = examples  # noqa: SLF001 (behave offers no public way)
                yield outline
        elif id(item) in ids:
            yield item
