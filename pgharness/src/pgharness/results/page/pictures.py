"""The picture of the result by capability: a square for each rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

COLUMNS: Final = 20
"""Squares in a row."""

SIDE: Final = 12
"""Of a square, in pixels; the distance between two is a fourth of it."""


@dataclass(frozen=True)
class Square:
    """A rule in the picture."""

    x: int
    y: int
    kind: str
    """`passed`, `failed`, `unknown` or `skipped`."""
    anchor: str
    title: str


@dataclass(frozen=True)
class Picture:
    """The squares of a capability."""

    squares: tuple[Square, ...]
    width: int
    height: int


def picture(rules: Sequence[tuple[str, str, str]]) -> Picture:
    """Arrange the squares of rules, each given by its kind, anchor and title."""
    step = SIDE + SIDE // 4
    squares = tuple(
        Square(number % COLUMNS * step, number // COLUMNS * step, *rule)
        for number, rule in enumerate(rules)
    )
    rows = -(-len(rules) // COLUMNS)
    return Picture(squares, COLUMNS * step, max(rows, 1) * step)
