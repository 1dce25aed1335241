"""JSON as it is stored: exactly what goes in comes out, and what cannot is refused beforehand.

Python's own writer would let NaN through, turn tuples and numbers' kinds into others, and leave
it to the database to stumble over NUL characters.
"""

import json
import math
from decimal import Decimal
from typing import Any, Final

from domain.errors import InvalidValue

Json = Any
"""None, a bool, an int, a float, a str, a list of these, or a dict of these by text."""

DEEPEST: Final = 100
"""Levels of lists and objects within each other."""
LONGEST: Final = 10_000_000
"""Characters of the JSON text."""
MOST_DIGITS: Final = 1000
"""Of a whole number; Python reads no more than 4300."""


class _Unfit(ValueError):
    """Why something is no JSON value."""


def storable_json(field: str, value: Json) -> Json:
    """Return `value` if it comes back from the database exactly as it is.

    Raises `InvalidValue` for NaN and infinities, NUL characters and lone surrogates in text, keys
    that are not text, anything else JSON has no word for (sets, tuples, times), and for what is
    too deep or too long.
    """
    try:
        written(value)
    except _Unfit as error:
        raise InvalidValue(field, str(error)) from None
    return value


def written(value: Json) -> str:
    """Return the JSON text of a value. Raises `ValueError` for what is none."""
    text = _written(value, DEEPEST)
    if len(text) > LONGEST:
        raise _Unfit(f"is longer than {LONGEST} characters of JSON")
    return text


def _written(value: Json, levels: int) -> str:
    kind = type(value)
    if kind is str:
        return _text(value)
    if kind is bool or value is None:
        return json.dumps(value)
    if kind is int:
        return _whole(value)
    if kind is float:
        return _fraction(value)
    if kind not in (list, dict):
        raise _Unfit(f"contains a {kind.__name__}, which JSON cannot hold")
    if levels == 0:
        raise _Unfit(f"is nested more than {DEEPEST} deep")
    if kind is list:
        return f"[{','.join(_written(item, levels - 1) for item in value)}]"
    members = (f"{_key(key)}:{_written(item, levels - 1)}" for key, item in value.items())
    return f"{{{','.join(members)}}}"


def _key(key: object) -> str:
    if type(key) is not str:
        raise _Unfit("has a key that is not text")
    return _text(key)


def _text(value: str) -> str:
    if "\0" in value:
        raise _Unfit("contains a NUL character")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _Unfit("contains half of a surrogate pair") from None
    return json.dumps(value, ensure_ascii=False)


def _whole(value: int) -> str:
    if abs(value) >= 10**MOST_DIGITS:
        raise _Unfit(f"contains a number of more than {MOST_DIGITS} digits")
    return str(value)


def _fraction(value: float) -> str:
    """Write a float with a point: without one the database would give back a whole number."""
    if not math.isfinite(value):
        raise _Unfit("contains NaN or an infinity")
    digits = f"{Decimal(repr(value)):f}"
    return digits if "." in digits else f"{digits}.0"
