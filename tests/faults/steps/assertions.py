"""Which fault makes each Then step fail: `assertions.json`, completed from verdicts of pytest.

uv run pytest tests/faults
uv run python -m tests.faults.steps.assertions

Of a step with several checks it has a fault for each, without which the fault is not noticed. What
no fault is known for is listed in `assertions.toml`, below the reason.
"""

import json
import sys
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from tests.faults.catalogue import every_fault
from tests.faults.places import BETWEEN, lines
from tests.faults.steps.checks import NOTHING, every_definition
from tests.faults.verdicts_file import VERDICTS
from tests.support.repository import ROOT

FILE: Final = Path(__file__).with_suffix(".json")

LISTED: Final = Path(__file__).with_suffix(".toml")

Needed = Mapping[str, Mapping[str, Mapping[str, str]]]
"""By definition and check: the fault, and the example in which it makes the check fail."""


@cache
def known() -> Needed:
    """Return what makes which check fail."""
    found: Needed = json.loads(FILE.read_text("utf-8"))
    return found


def listed() -> dict[str, str]:
    """Return the reasons why nothing is known to need a check, by `definition: check`."""
    reasons: dict[str, dict[str, str]] = tomllib.loads(LISTED.read_text("utf-8"))
    return {name: reason for reason, names in reasons.items() for name in names}


def arguments(example: str) -> list[str]:
    """Return what `behave` is to run: an example, or a feature whose examples need each other."""
    return lines(example) or [example] * (ROOT / example).is_file()


def completed(needed: Needed, verdicts: Sequence[Mapping[str, object]]) -> Needed:
    """Return what is known and still there, and what verdicts say of steps that had no fault."""
    faults = {fault.name for fault in every_fault()}
    found = {
        definition.name: {
            check: dict(needed[definition.name][check])
            for check in definition.checks()
            if check in needed.get(definition.name, {})
            and needed[definition.name][check]["fault"] in faults
            and arguments(needed[definition.name][check]["example"])
        }
        for definition in every_definition()
    }
    for verdict in verdicts:
        for example in _failed(verdict) if verdict["fault"] in faults else ():
            place = f"{example['feature']}{BETWEEN}{example['title']}"
            of = found.get(example["definition"], {NOTHING: {}})
            of.setdefault(NOTHING, {"fault": str(verdict["fault"]), "example": place})
    return {name: checks for name, checks in found.items() if checks}


def _failed(verdict: Mapping[str, object]) -> list[dict[str, str]]:
    failed = verdict["failed"]
    assert isinstance(failed, list)
    return [example for example in failed if example["asserted"]]


def main(files: Sequence[str]) -> None:
    """Complete the file; print what no fault is known for."""
    verdicts = [
        json.loads(line)
        for file in files or [str(VERDICTS)]
        for line in Path(file).read_text("utf-8").splitlines()
    ]
    needed = completed(known(), verdicts)
    FILE.write_text(f"{json.dumps(needed, ensure_ascii=False, indent=1)}\n", "utf-8")
    for definition in every_definition():
        for check in definition.checks():
            name = f"{definition.name}: {check}"
            if check not in needed.get(definition.name, {}) and name not in listed():
                print(f"no fault: {name}")


if __name__ == "__main__":
    main(sys.argv[1:])
