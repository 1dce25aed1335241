"""Which scenario noticed each fault: `noticed.json`, written from the reports of runs of pytest.

uv run pytest -m faults --junit-xml=reports/pytest-faults.xml
uv run python -m tests.faults.noticed reports/pytest-faults.xml
"""

import json
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

FILE: Final = Path(__file__).with_suffix(".json")

PREFIX: Final = "noticed: "
"""Of the property that a report has for each fault; the fault's name follows."""


@cache
def known() -> Mapping[str, str]:
    """Return the places of scenarios, by the names of faults or the statements of mutants."""
    found: dict[str, str] = json.loads(FILE.read_text("utf-8"))
    return found


def read(report: Path) -> dict[str, str]:
    """Return which scenarios noticed which faults in a run of pytest, by its JUnit file."""
    properties = ElementTree.parse(report).getroot().iter("property")  # noqa: S314 (our own)
    return {
        each.attrib["name"].removeprefix(PREFIX): each.attrib["value"]
        for each in properties
        if each.attrib["name"].startswith(PREFIX)
    }


def main(reports: Sequence[str]) -> None:
    """Add what the reports of one run, or of its parts, say to what is known."""
    places = dict(known())
    for report in reports:
        places |= read(Path(report))
    text = json.dumps(dict(sorted(places.items())), ensure_ascii=False, indent=0)
    FILE.write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
