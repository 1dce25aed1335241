"""Mutants that change nothing that can be noticed, each with its reason."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_suffix(".toml")


@cache
def listed() -> dict[str, str]:
    """Return the reasons, by the names of the mutants."""
    with FILE.open("rb") as file:
        found: dict[str, dict[str, str]] = tomllib.load(file)
    return {name: reason for reason, names in found.items() for name in names}


def reason(name: str) -> str | None:
    """Return why a mutant is equivalent, or None if it is none of these."""
    return listed().get(name)
