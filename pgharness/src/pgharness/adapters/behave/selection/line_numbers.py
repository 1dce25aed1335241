"""Check selected lines, such as `registration.feature:23`.

behave selects the element that begins at the line or before it: after the end of a file that is
the last scenario, and for the tags of a scenario it is the previous one.
"""

import os
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path

from behave.model import Feature, ScenarioOutline
from behave.model_type import FileLocation
from behave.runner_util import FeatureLineDatabase

from pgharness.core.errors import HarnessError


def check(locations: Iterable[FileLocation], features: Iterable[Feature]) -> None:
    """Raise `HarnessError` for a line that belongs to no feature, rule or scenario."""
    by_file = {os.path.realpath(feature.filename): feature for feature in features}
    for location in locations:
        if location.line:
            _check(location, by_file[os.path.realpath(location.filename)])


def _check(location: FileLocation, feature: Feature) -> None:
    database = FeatureLineDatabase.make(feature)
    del database.data[0]
    chosen = {
        line: element
        for line, element in database.data.items()
        if database.select_scenarios_by_line(line)
    }
    begins = sorted({*database.data, *_further_examples(feature)})
    lines = Path(location.filename).read_text(encoding="utf-8").split("\n")
    at = location.line
    if _is_between(lines, at, begins) or begins[bisect_right(begins, at) - 1] not in chosen:
        near = min(chosen, key=lambda line: abs(line - at))
        raise HarnessError(
            f"no scenario is at line {at} of {location.filename}: the nearest is"
            f" at line {near} ({chosen[near].keyword}: {chosen[near].name})."
        )


def _further_examples(feature: Feature) -> list[int]:
    """Return the lines of further tables of examples; behave selects the previous row for them."""
    return [
        table.line
        for outline in feature.walk_scenarios(with_outlines=True)
        if isinstance(outline, ScenarioOutline)
        for table in outline.examples[1:]
    ]


def _is_between(lines: list[str], at: int, begins: list[int]) -> bool:
    """Return whether only tags, comments and empty lines are between the line and an element."""
    for number in range(at, len(lines) + 1):
        if number in begins:
            return number > at
        if not lines[number - 1].lstrip().startswith(("@", "#")) and lines[number - 1].strip():
            return False
    return True
