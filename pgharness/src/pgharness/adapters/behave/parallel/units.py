"""What a run can be divided into: scenarios that stay together in one process.

A scenario is a unit of its own, unless it shares something with others: a scope
(`@fixture.cleanup.…`), a server, a fixture of the project, or what the project's own hooks do
around a rule or a feature. A database of its own does not hold a rule together: each scenario finds
it as the first one did.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, TypeAlias

from behave.configuration import Configuration
from behave.model import Feature, Rule, Scenario

from pgharness.adapters.behave.scope_tags import EMPTY, FAMILY, PREFIX, ROLLBACK, RUN

Hooks: TypeAlias = Mapping[str, Callable[..., Any]]

OURS: Final = "pgharness.adapters.behave.environment"
"""The module of our hooks: what they do around scenarios, tags ask for."""

DIVISIBLE: Final = frozenset({"fixture.database", EMPTY, ROLLBACK})
"""The fixtures that give each scenario the same beginning."""


@dataclass(frozen=True)
class Unit:
    """Scenarios that stay together, in the order of a serial run."""

    scenarios: tuple[Scenario, ...]


def units_of(features: Iterable[Feature], config: Configuration, hooks: Hooks) -> list[Unit]:
    """Return the units of the selected scenarios, in the order of a serial run."""
    units: list[Unit] = []
    of_the_run: list[Scenario] = []
    for scenarios in chain.from_iterable(_together(feature, config, hooks) for feature in features):
        if any(PREFIX + RUN in scenario.effective_tags for scenario in scenarios):
            of_the_run += scenarios
        else:
            units.append(Unit(tuple(scenarios)))
    return [*([Unit(tuple(of_the_run))] if of_the_run else ()), *units]


def selected(element: Feature | Rule, config: Configuration) -> Iterator[Scenario]:
    """Yield the scenarios that will be run, and those that are skipped for a reason."""
    for scenario in element.walk_scenarios():
        if scenario.should_run(config) or scenario.skip_reason:
            yield scenario


def _together(feature: Feature, config: Configuration, hooks: Hooks) -> Iterator[list[Scenario]]:
    """Yield the selected scenarios of a feature, in lists that stay together."""
    if _holds(feature, hooks):
        yield from filter(None, [[*selected(feature, config)]])
        return
    held = {id(rule) for rule in feature.rules if _holds(rule, hooks)}
    groups: dict[int, list[Scenario]] = {}
    for scenario in selected(feature, config):
        rule = _rule_of(scenario)
        key = id(rule) if rule is not None and id(rule) in held else id(scenario)
        groups.setdefault(key, []).append(scenario)
    yield from groups.values()


def _rule_of(scenario: Scenario) -> Rule | None:
    element = scenario.parent
    while element is not None and not isinstance(element, Rule):
        element = element.parent
    return element


def _holds(element: Feature | Rule, hooks: Hooks) -> bool:
    """Whether the scenarios of a feature or a rule have something in common besides the text."""
    if any(tag.partition(".")[0] == FAMILY and tag not in DIVISIBLE for tag in element.tags):
        return True
    kinds = [f"before_{element.type}", f"after_{element.type}"]
    kinds += ["before_tag", "after_tag"] if element.tags else []
    return any(kind in hooks and hooks[kind].__module__ != OURS for kind in kinds)
