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


_TOO_LONG: Final = f"is longer than {LONGEST} characters of JSON"
_LARGEST: Final = 10**MOST_DIGITS


def storable_json(field: str, value: Json) -> Json:
    """Return `value` if it comes back from the database exactly as it is; -0.0 comes back as 0.0.

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
    text = _Text()
    text.write(value, DEEPEST)
    return "".join(text.pieces)


class _Text:
    """A JSON text as it is written: each piece once, and none beyond `LONGEST`."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._left = LONGEST

    def write(self, value: Json, levels: int) -> None:
        kind = type(value)
        if kind not in (list, dict):
            self._add(_scalar(value))
            return
        if levels == 0:
            raise _Unfit(f"is nested more than {DEEPEST} deep")
        opening, closing = "[]" if kind is list else "{}"
        self._add(opening)
        for position, item in enumerate(value):
            if position:
                self._add(",")
            if kind is dict:
                self._add(f"{_key(item)}:")
                self.write(value[item], levels - 1)
            else:
                self.write(item, levels - 1)
        self._add(closing)

    def _add(self, piece: str) -> None:
        self._left -= len(piece)
        if self._left < 0:
            raise _Unfit(_TOO_LONG)
        self.pieces.append(piece)


def _scalar(value: Json) -> str:
    kind = type(value)
    if kind is str:
        return _text(value)
    if kind is bool or value is None:
        return json.dumps(value)
    if kind is int:
        return _whole(value)
    if kind is float:
        return _fraction(value)
    raise _Unfit(f"contains a {kind.__name__}, which JSON cannot hold")


def _key(key: object) -> str:
    if type(key) is not str:
        raise _Unfit("has a key that is not text")
    return _text(key)


def _text(value: str) -> str:
    if len(value) > LONGEST:
        raise _Unfit(_TOO_LONG)
    if "\0" in value:
        raise _Unfit("contains a NUL character")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _Unfit("contains half of a surrogate pair") from None
    return json.dumps(value, ensure_ascii=False)


def _whole(value: int) -> str:
    if abs(value) >= _LARGEST:
        raise _Unfit(f"contains a number of more than {MOST_DIGITS} digits")
    return str(value)


def _fraction(value: float) -> str:
    """Write a float with a point: without one the database would give back a whole number."""
    if not math.isfinite(value):
        raise _Unfit("contains NaN or an infinity")
    digits = f"{Decimal(repr(value)):f}"
    return digits if "." in digits else f"{digits}.0"
