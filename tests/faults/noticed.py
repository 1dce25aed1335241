"""Which example noticed each fault: `noticed.json`, written from the verdicts of runs of pytest.

uv run pytest -m faults
uv run python -m tests.faults.noticed
"""

import json
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from tests.faults.places import BETWEEN
from tests.faults.verdicts_file import VERDICTS

STEP: Final = "step"
"""Mutants of steps are no faults: each names its fault and its example itself."""

FILE: Final = Path(__file__).with_suffix(".json")


@cache
def known() -> Mapping[str, str]:
    """Return the places of examples, by the names of faults, or what mutants change."""
    found: dict[str, str] = json.loads(FILE.read_text("utf-8"))
    return found


def read(verdicts: Path) -> dict[str, str]:
    """Return which examples noticed which faults in runs of pytest."""
    found = map(json.loads, verdicts.read_text("utf-8").splitlines())
    return {
        each["fault"]: f"{first['feature']}{BETWEEN}{first['title']}"
        for each in found
        if each["outcome"] == "noticed" and each["source"] != STEP
        for first in [next(one for one in each["failed"] if one["asserted"])]
    }


def main(files: Sequence[str]) -> None:
    """Add what the verdicts of one run, or of its parts, say to what is known."""
    places = dict(known())
    for file in files or [str(VERDICTS)]:
        places |= read(Path(file))
    text = json.dumps(dict(sorted(places.items())), ensure_ascii=False, indent=0)
    FILE.write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
