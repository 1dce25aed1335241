"""Places of examples, as `features/…feature: title`: lines would change with every line before."""

from functools import cache
from pathlib import Path
from typing import Final

from behave.model import Rule, Scenario
from behave.parser import parse_file

from features.support.service import ROOT

BETWEEN: Final = ": "
"""Is between a feature's file and an example's title."""


def place_of(scenario: Scenario) -> str:
    """Return the place of an example."""
    return f"{_relative(scenario.filename)}{BETWEEN}{scenario.name}"


def lines(place: str) -> list[str]:
    """Return the examples of a place as arguments of `behave`; none if there is no such example.

    There are several if they have one title, in different rules.
    """
    file, _, title = place.partition(BETWEEN)
    return [f"{file}:{scenario.line}" for scenario in _titles(file).get(title, ())]


def rule_of(place: str) -> str:
    """Return the feature and the rule of a place, which tell it from all other rules."""
    file, _, title = place.partition(BETWEEN)
    found = next(iter(_titles(file).get(title, ())), None)
    while found is not None and not isinstance(found, Rule):
        found = getattr(found, "parent", None)
    return f"{file}{BETWEEN}{found.name if found else ''}"


@cache
def _titles(file: str) -> dict[str, list[Scenario]]:
    found: dict[str, list[Scenario]] = {}
    path = ROOT / file
    feature = parse_file(str(path)) if path.is_file() else None
    for scenario in feature.walk_scenarios() if feature else ():
        found.setdefault(scenario.name, []).append(scenario)
    return found


def _relative(file: str) -> str:
    path = Path(file)
    return path.relative_to(ROOT).as_posix() if path.is_absolute() else path.as_posix()
