"""The table of anomalies in `docs/transactions.md`.

It is generated from the features, which a run has checked.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from behave.model import Rule, Scenario
from behave.parser import parse_file

from checks.markdown import between
from domain import Isolation
from features.support.transactions.anomaly_operations import VERDICTS

BEGIN: Final = "<!-- written by `uv run poe pages` -->\n"
END: Final = "<!-- written up to here -->\n"
FEATURES: Final = Path(__file__).parents[1] / "features" / "transactions"
LEVELS: Final = [level.lower() for level in Isolation]

PLAYED: Final = re.compile(rf"run this schedule at ({'|'.join(LEVELS)})$")
JUDGED: Final = re.compile(rf"the anomaly ({'|'.join(VERDICTS)})$")

Row = dict[str, str]
"""The result of one anomaly by isolation level."""


def written() -> str:
    """Return the table."""
    lines = [("anomaly", *LEVELS, "rule"), ("---",) * (len(LEVELS) + 2), *_lines()]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _lines() -> Iterator[tuple[str, ...]]:
    files = sorted(FEATURES.glob("anomalies*.feature"))
    rules = [rule for file in files for rule in parse_file(str(file)).rules]
    for number, rule in sorted((_number(rule), rule.name) for rule in rules):
        (found,) = (each for each in rules if _number(each) == number)
        if row := _row(found):
            name, _, meaning = rule.partition(": ")
            cells = (row[level] for level in LEVELS)
            yield f"**{name}**: {meaning}", *cells, f"transactions-{number}"


def _number(rule: Rule) -> int:
    (number,) = (int(tag.partition("-")[2]) for tag in rule.tags if tag.startswith("transactions-"))
    return number


def _row(rule: Rule) -> Row:
    """Return the results in a rule's examples; nothing if it is not about one anomaly."""
    row: Row = {}
    for scenario in rule.walk_scenarios():
        verdicts = _said(scenario, JUDGED)
        if not verdicts:
            continue
        (level,) = _said(scenario, PLAYED)
        assert level not in row, f"{scenario.location}: a second verdict at {level}"
        (verdict,) = verdicts
        row[level] = f"**{verdict}**" if VERDICTS[verdict] == verdict else VERDICTS[verdict]
    return row


def _said(scenario: Scenario, pattern: re.Pattern[str]) -> list[str]:
    found = (pattern.search(step.name) for step in scenario.steps)
    return [match[1] for match in found if match]


def page_with_table(page: str) -> str:
    """Return the page with the current table between its marks."""
    return between(page, BEGIN, written(), END)
