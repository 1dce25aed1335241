"""Number the cases of one name, as reports need it that demand unique names."""

from collections import Counter
from collections.abc import Iterable, Iterator

from cucumber_messages import Scenario


def numbers(scenarios: Iterable[tuple[str, Scenario]]) -> dict[str, int]:
    """Return which one each scenario or row is of those of its name in its rule, from 1.

    `scenarios` are all of a file, each with the id of its rule; a name has the values of its row.
    The result is by the id of the scenario, or of the row if it is an outline.
    """
    seen: Counter[tuple[str, str]] = Counter()
    found = {}
    for rule, scenario in scenarios:
        for node, name in _names(scenario):
            seen[rule, name] += 1
            found[node] = seen[rule, name]
    return found


def _names(scenario: Scenario) -> Iterator[tuple[str, str]]:
    if not scenario.examples:
        yield scenario.id, scenario.name.strip()
    for examples in scenario.examples:
        headings = (
            [cell.value for cell in examples.table_header.cells] if examples.table_header else []
        )
        for row in examples.table_body:
            name = scenario.name
            for heading, cell in zip(headings, row.cells, strict=False):
                name = name.replace(f"<{heading}>", cell.value)
            yield row.id, name.strip()
