"""The table of anomalies in `docs/transactions.md`.

It is generated from the features, which a run has checked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Anomaly:
    """An anomaly, and what a run has shown of it."""

    number: int
    """Of its rule: transactions-20."""
    name: str
    """With its code in brackets."""
    meaning: str
    verdicts: dict[str, str]
    """By isolation level, as `VERDICTS` has them."""

    @property
    def code(self) -> str:
        """What the literature calls it, `G2` for example."""
        return self.name.rpartition("(")[2].removesuffix(")")


def written() -> str:
    """Return the table."""
    lines = [("anomaly", *LEVELS, "rule"), ("---",) * (len(LEVELS) + 2), *_lines()]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _lines() -> Iterator[tuple[str, ...]]:
    for each in anomalies():
        cells = (_cell(each.verdicts[level]) for level in LEVELS)
        yield f"**{each.name}**: {each.meaning}", *cells, f"transactions-{each.number}"


def _cell(verdict: str) -> str:
    return f"**{verdict}**" if VERDICTS[verdict] == verdict else VERDICTS[verdict]


def anomalies() -> Iterator[Anomaly]:
    """Yield the anomalies that have a rule, by its number."""
    files = sorted(FEATURES.glob("anomalies*.feature"))
    rules = [rule for file in files for rule in parse_file(str(file)).rules]
    for rule in sorted(rules, key=_number):
        if verdicts := _verdicts(rule):
            name, _, meaning = rule.name.partition(": ")
            yield Anomaly(_number(rule), name, meaning, verdicts)


def _number(rule: Rule) -> int:
    (number,) = (int(tag.partition("-")[2]) for tag in rule.tags if tag.startswith("transactions-"))
    return number


def _verdicts(rule: Rule) -> dict[str, str]:
    """Return the verdicts in a rule's examples; nothing if it is not about one anomaly."""
    verdicts: dict[str, str] = {}
    for scenario in rule.walk_scenarios():
        judged = _said(scenario, JUDGED)
        if not judged:
            continue
        (level,) = _said(scenario, PLAYED)
        assert level not in verdicts, f"{scenario.location}: a second verdict at {level}"
        (verdicts[level],) = judged
    return verdicts


def _said(scenario: Scenario, pattern: re.Pattern[str]) -> list[str]:
    found = (pattern.search(step.name) for step in scenario.steps)
    return [match[1] for match in found if match]


def page_with_table(page: str) -> str:
    """Return the page with the current table between its marks."""
    return between(page, BEGIN, written(), END)
