"""Chooses what `uv run pytest` judges of the faults: a sample, and what the change touches.

`uv run pytest tests/faults` judges all of them. The sample is another one for each commit, and the
same one however often and wherever the tests of a commit run.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol, Self, runtime_checkable

import pytest

from tests.faults.changes import Change
from tests.support.repository import ROOT

MARK: Final = "sampled"
"""Marks tests of which some are chosen."""

SHARE: Final = 0.05
"""Of the tests that no change touches."""

MOST: Final = 80
"""Tests that are chosen because a change touches them: of a larger change a sample, too."""

WRITTEN: Final = re.compile(r"(\d+)/(\d+)")

FOLDERS: Final = (ROOT / "tests" / "faults", ROOT / "tests" / "controls")
FILES: Final = (ROOT / "pgharness/tests/test_faults.py", ROOT / "tests/test_harness_faults.py")


@runtime_checkable
class Touchable(Protocol):
    """What knows whether a change may have to do with it."""

    def touched_by(self, change: Change) -> bool:
        """Return whether it has to be judged again after the change."""


@dataclass(frozen=True)
class Part:
    """One of several parts of all faults, which machines share: each fault is in one of them."""

    number: int
    parts: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what `2/8` means, or `all`. Raises `UsageError`."""
        match = WRITTEN.fullmatch("1/1" if text == "all" else text)
        if match is None or not 1 <= int(match[1]) <= int(match[2]):
            raise pytest.UsageError(
                f"--faults={text}: write all, or a part of all, such as 2/8 for the second of eight"
            )
        return cls(int(match[1]), int(match[2]))

    def choose(self, offered: Collection[str]) -> set[str]:
        """Return the ids of the tests of this part."""
        return set(sorted(offered)[self.number - 1 :: self.parts])


def part(config: pytest.Config) -> Part | None:
    """Return which part of all faults is asked for, or None for a sample. Raises `UsageError`.

    A path of the tests of faults asks for all of them.
    """
    option: str | None = config.getoption("faults")
    if option is not None:
        return None if option == "sample" else Part.read(option)
    by_path = config.args_source is not pytest.Config.ArgsSource.TESTPATHS
    if by_path and is_among(config.args, config.invocation_params.dir):
        return Part(1, 1)
    return None


def is_among(arguments: Iterable[str], folder: Path) -> bool:
    """Return whether one of pytest's arguments is a path of the tests of faults."""
    given = [(folder / argument.partition("::")[0]).resolve() for argument in arguments]
    return any(any(map(path.is_relative_to, FOLDERS)) or path in FILES for path in given)


def described(seed: str) -> str:
    """Return a sentence about what is chosen."""
    return (
        f"faults: {SHARE:.0%}, chosen by the commit {seed[:9]}, and what the change touches;"
        " all of them: pytest tests/faults"
    )


def choose(offered: Mapping[str, Collection[object]], change: Change, seed: str) -> set[str]:
    """Return the ids of the tests to run, of those that are offered with their parameters.

    A parameter that has `offered = False` is not chosen: it is judged when it is asked for.
    """
    offered = {
        name: parameters
        for name, parameters in offered.items()
        if all(getattr(each, "offered", True) for each in parameters)
    }
    touched = _first((name for name in offered if _touched(offered[name], change)), MOST, seed)
    others = [name for name in offered if name not in touched]
    return {*touched, *_first(others, round(len(others) * SHARE), seed)}


def _touched(parameters: Collection[object], change: Change) -> bool:
    return any(isinstance(each, Touchable) and each.touched_by(change) for each in parameters)


def _first(names: Iterable[str], number: int, seed: str) -> list[str]:
    """Return so many, chosen by a hash of the names and the seed."""
    return sorted(names, key=lambda name: sha256(f"{seed} {name}".encode()).digest())[:number]
