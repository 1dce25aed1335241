"""Convert cells of data tables to values of a column's type, and values to cells.

`nothing` is NULL. Text is written as it is, or in quotes with JSON's escapes, repeated (`× 3`) and
joined (`+`). Quotes are required if the text is empty, begins or ends with a space, equals
`nothing`, or contains a line break. A time has a zone if its column has one, or is a time of day
on a date given to the reader, or `infinity`. JSON and arrays are JSON: `{"rows": 1200}`,
`["cheaply"]`.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, DateTime, Integer, types
from sqlalchemy.dialects.postgresql import INET

NOTHING: Final = "nothing"

PIECE: Final = r'"(?:[^"\\]|\\.)*"(?: × \d+)?'
"""A JSON string with an optional number of repetitions."""

LONG_RUN: Final = re.compile(r"((.)\2{39,})", re.DOTALL)
"""A character repeated at least 40 times: written with `×`."""

WORDS: Final = {"yes": True, "no": False}
TIME_OF_DAY: Final = re.compile(r"\d\d:\d\d(:\d\d)?")
ENDS_OF_TIME: Final = ("infinity", "-infinity")
"""Times that PostgreSQL supports and Python does not."""

Type = types.TypeEngine[Any]
Convert = Callable[[str, Type, date | None], Any]

Reader = Callable[[str, Type], Any]
"""Converts a cell to a value of a column's type."""


class Unreadable(ValueError):
    """A cell has no value of its column's type."""


def quoted(text: str) -> str:
    """Decode JSON strings, repeated by `×` and joined by `+`."""
    pieces: list[str] = re.findall(PIECE, text)
    whole = ""
    for piece in pieces:
        literal, _, times = piece.partition(" × ")
        whole += str(json.loads(literal)) * int(times or 1)
    return whole


def read(cell: str, kind: Type, day: date | None = None) -> Any:
    """Convert a cell to a value of this type; a time of day is one of `day`, in UTC.

    Raises `Unreadable`, whose message says what the cell should be.
    """
    if cell == NOTHING:
        return None
    kind = behind(kind)
    if convert := _reader(kind):
        return convert(cell, kind, day)
    return quoted(cell) if re.fullmatch(rf"{PIECE}(?: \+ {PIECE})*", cell) else cell


def behind(kind: Type) -> Type:
    """Return the implementation of a `TypeDecorator`; other types are returned as they are."""
    while isinstance(kind, types.TypeDecorator):
        kind = kind.impl_instance
    return kind


def _reader(kind: Type) -> Convert | None:
    return next((convert for type_, convert in READERS if isinstance(kind, type_)), None)


def write(value: Any, kind: Type) -> str:
    """Convert a value to a cell from which `read` returns the same value."""
    if value is None:
        return NOTHING
    if isinstance(behind(kind), (types.JSON, ARRAY)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return _plain(value)
    text = str(value.value if isinstance(value, Enum) else value)
    plain = text.isprintable() and text == text.strip() and text not in ("", NOTHING)
    if plain and not text.startswith('"') and "|" not in text and not LONG_RUN.search(text):
        return text
    return _in_quotes(text)


def _in_quotes(text: str) -> str:
    """Encode text as JSON strings that `quoted` decodes."""
    pieces, end = [], 0
    for run in LONG_RUN.finditer(text):
        pieces += [_literal(text[end : run.start()]), f"{_literal(run[2])} × {len(run[0])}"]
        end = run.end()
    pieces.append(_literal(text[end:]))
    return " + ".join(piece for piece in pieces if piece != '""') or '""'


def _literal(text: str) -> str:
    """Return text as a JSON string that escapes only characters that cannot be printed."""
    literal = json.dumps(text, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in literal)


def _plain(value: Any) -> str:
    """Return the text of a value that JSON cannot represent; times are in UTC."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat(sep=" ")
    return str(value)


def _whole(cell: str, _: Type, __: date | None) -> int:
    return int(_converted(int, cell, "a whole number"))


def _truth(cell: str, _: Type, __: date | None) -> bool:
    return bool(_converted(WORDS.__getitem__, cell, "yes or no"))


def _instant(cell: str, kind: Type, day: date | None) -> datetime | str:
    assert isinstance(kind, DateTime)
    if cell in ENDS_OF_TIME:
        return cell
    if day is not None and TIME_OF_DAY.fullmatch(cell):
        cell = f"{day} {cell}{'+00:00' if kind.timezone else ''}"
    found: datetime = _converted(datetime.fromisoformat, cell, "a time")
    if kind.timezone and not found.tzinfo:
        raise Unreadable(f"{cell} has no zone")
    if found.tzinfo and not kind.timezone:
        raise Unreadable(f"{cell} has a zone")
    return found


def _member(cell: str, kind: Type, _: date | None) -> Any:
    members: Any = kind.python_type
    return _converted(members, cell, f"one of {', '.join(members)}")


def _address(cell: str, _: Type, __: date | None) -> IPv4Address | IPv6Address:
    found: IPv4Address | IPv6Address = _converted(ip_address, cell, "an address")
    return found


def _uuid(cell: str, _: Type, __: date | None) -> UUID:
    found: UUID = _converted(UUID, cell, "a UUID")
    return found


def _json(cell: str, _: Type, __: date | None) -> Any:
    return _converted(json.loads, cell, "JSON")


def _array(cell: str, kind: Type, day: date | None) -> list[Any]:
    found = _converted(json.loads, cell, "a JSON array")
    if not isinstance(found, list):
        raise Unreadable(f"{cell} is not a JSON array")
    assert isinstance(kind, ARRAY)
    # Strings in JSON are not quoted a second time.
    item = behind(kind.item_type)
    convert = _reader(item)
    return [
        convert(each, item, day) if convert and isinstance(each, str) else each for each in found
    ]


def _converted(convert: Callable[[str], Any], cell: str, what: str) -> Any:
    try:
        return convert(cell)
    except (ValueError, KeyError):
        raise Unreadable(f"{cell} is not {what}") from None


READERS: Final[tuple[tuple[type[Type], Convert], ...]] = (
    (Integer, _whole),
    (Boolean, _truth),
    (DateTime, _instant),
    (types.Enum, _member),
    (types.JSON, _json),
    (ARRAY, _array),
    (INET, _address),
    (types.Uuid, _uuid),
)
"""The conversion of a cell by the type of its column; other types are text."""
