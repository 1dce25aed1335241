"""The keys of behave's scenarios, by which durations are kept (`history.key_of`)."""

from collections.abc import Iterator

from behave.model import Rule, Scenario, ScenarioOutline

from pgharness.results import model
from pgharness.results.history import key_of
from pgharness.results.recording.places import Places


def scenario_key(scenario: Scenario, places: Places) -> str:
    """Return the key that the scenario's case will have in the results of the run."""
    row = getattr(scenario, "_row", None)
    cells = () if row is None else tuple(zip(row.headings, row.cells, strict=False))
    outline = scenario.parent
    name = scenario.name
    if cells and isinstance(outline, ScenarioOutline):  # behave adds the number of the row to it
        name = outline.name
        for heading, cell in cells:
            name = name.replace(f"<{heading}>", cell)
    return key_of(places.uri(scenario.filename), _rule(scenario), name, cells)


def _rule(scenario: Scenario) -> str:
    """Return the id of its rule, or the name of one without an id; empty outside of rules."""
    for element in _around(scenario):
        if isinstance(element, Rule):
            rule = model.Rule(name=element.name, tags=tuple(f"@{tag}" for tag in element.tags))
            return rule.id or rule.name
    return ""


def _around(scenario: Scenario) -> Iterator[object]:
    element = scenario.parent
    while element is not None:
        yield element
        element = element.parent
