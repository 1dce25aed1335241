"""Mutants that no criterion notices yet, and the files whose mutants have all been judged.

`open_mutants.toml` is what is left to do. A file that it does not name is judged if its tests are
asked for by their path, and is no part of a sample: nothing is known of its mutants.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_suffix(".toml")


@cache
def _read() -> dict[str, Any]:
    with FILE.open("rb") as file:
        return tomllib.load(file)


def is_judged(file: str) -> bool:
    """Return whether all mutants of a file have been judged: those that survived are listed."""
    return file in _read()["judged"]


def survivors() -> frozenset[str]:
    """Return the names of the mutants that no criterion notices yet."""
    return frozenset(_read()["survivors"])
