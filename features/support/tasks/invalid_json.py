"""Values that JSON cannot represent, in the words of the features, and a megabyte that it can."""

import math
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final


def deep(levels: int) -> list[Any]:
    """Return lists within each other."""
    inner: list[Any] = []
    for _ in range(levels - 1):
        inner = [inner]
    return inner


def endless() -> list[Any]:
    """Return a list that contains itself."""
    loop: list[Any] = []
    loop.append(loop)
    return loop


UNFIT: Final[dict[str, Any]] = {
    "NaN": math.nan,
    "infinity": math.inf,
    "minus infinity": -math.inf,
    "a NUL character": "A\0B",
    "a NUL character in a key": {"A\0B": 1},
    "half of a surrogate pair": "A\ud800B",
    "a set": {1, 2},
    "a tuple": (1, 2),
    "bytes": b"A",
    "a time": datetime(2026, 3, 2, tzinfo=UTC),
    "a decimal": Decimal("0.1"),
    "a number as a key": {1: "one"},
    "lists 101 deep": deep(99),
    "a list that contains itself": endless(),
    "a number of 1001 digits": 10**1000,
    "ten million characters": "x" * 10_000_000,
}
"""Each is put into a list in an object, so that it has to be looked for."""


def around(value: Any) -> dict[str, Any]:
    """Return an object with this value inside, two levels down."""
    return {"rows": [1, value]}


def megabyte() -> dict[str, Any]:
    """Return nested data whose JSON text has more than a million characters."""
    text = "Žluťoučký 🐘 " * 80
    row = {"name": text, "values": [0.1, None, True, 2**64, {"deep": deep(20)}]}
    return {"rows": [{**row, "number": number} for number in range(1000)]}
