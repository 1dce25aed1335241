"""Places of examples, as `features/…feature: title`: lines would change with every line before."""

from functools import cache
from pathlib import Path
from typing import Final

from behave.model import Scenario
from behave.parser import parse_file

from packages import ROOT

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
    return [f"{file}:{line}" for line in _titles(file).get(title, ())]


@cache
def _titles(file: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    path = ROOT / file
    feature = parse_file(str(path)) if path.is_file() else None
    for scenario in feature.walk_scenarios() if feature else ():
        found.setdefault(scenario.name, []).append(scenario.line)
    return found


def _relative(file: str) -> str:
    path = Path(file)
    return path.relative_to(ROOT).as_posix() if path.is_absolute() else path.as_posix()
