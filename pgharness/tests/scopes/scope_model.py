"""What each scenario must find by the tags around it, whichever of the others were run before."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from behave.model import Feature, Rule, Scenario

from shared_things import SEQUENCE, Stored

Element: TypeAlias = Feature | Rule | Scenario

OWN: Final = frozenset({"fixture.database", "fixture.empty_database", "fixture.server"})
"""Tags that bring a database in which nothing is shared yet."""

RUN: Final = "the run"


@dataclass(frozen=True)
class Visit:
    """What a scenario found when it began, and what it had stored when it ended."""

    scenario: Scenario
    database: str
    found: Stored
    left: Stored


@dataclass
class Model:
    """What was left in the scopes so far."""

    _left: dict[str, Stored] = field(default_factory=dict)
    """By scope, what its last scenario has left that was in no narrower one."""

    def expected(self, scenario: Scenario) -> Stored:
        """Return what a scenario must find: what was left in the narrowest scope around it."""
        left = (self._left.get(scope) for scope in reversed(scopes_around(scenario)))
        return next((found for found in left if found is not None), {})

    def note(self, visit: Visit) -> None:
        """Note what a scenario has left, unless it is removed at its end."""
        scopes = scopes_around(visit.scenario)
        alone = {"fixture.cleanup.scenario", "fixture.rollback"}
        if scopes and alone.isdisjoint(visit.scenario.effective_tags):
            self._left[scopes[-1]] = visit.left


def differences(visits: list[Visit]) -> dict[str, str]:
    """Return which scenarios found something else than they must have, and what.

    A rollback does not put sequences back: a scenario that is rolled back and is in no scope may
    find them moved.
    """
    model, wrong = Model(), {}
    for visit in visits:
        found = visit.found
        rolled_back = "fixture.rollback" in visit.scenario.effective_tags
        if rolled_back and not scopes_around(visit.scenario):
            found = {name: held for name, held in found.items() if not name.startswith(SEQUENCE)}
        if difference := _difference(found, model.expected(visit.scenario)):
            wrong[visit.scenario.name] = difference
        model.note(visit)
    return wrong


def scopes_around(scenario: Scenario) -> list[str]:
    """Return the scopes that a scenario shares with others, the widest first."""
    scopes: list[str] = []
    for element in reversed(list(_from_within(scenario))):
        if not OWN.isdisjoint(element.tags):
            scopes = []
        if "fixture.cleanup.run" in element.tags and scopes[:1] != [RUN]:
            scopes = [RUN]
        if element is not scenario and f"fixture.cleanup.{element.type}" in element.tags:
            scopes.append(str(element.location))
    return scopes


def _from_within(scenario: Scenario) -> Iterator[Element]:
    element = scenario
    while element is not None:
        if element.type != "scenario_outline":  # its examples have its tags
            yield element
        element = element.parent


def _difference(found: Stored, expected: Stored) -> str:
    return "; ".join(
        f"{name}: {found.get(name)} instead of {expected.get(name)}"
        for name in sorted(found.keys() | expected.keys())
        if found.get(name) != expected.get(name)
    )
