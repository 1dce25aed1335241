"""What a cell of a data table means, by the type of its column, and how a value is written there.

`nothing` is NULL. Text may stand as it is, or in quotes with JSON's escapes, repeated (`× 3`) and
joined (`+`): so must text that is empty, begins or ends with a space, looks like `nothing`, or has
a line break in it. Times have a zone if their column has, or are an hour of a day that the
reader is given, or `infinity`. JSON and arrays are JSON: `{"rows": 1200}`, `["cheaply"]`.
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
"""A JSON string, and how often it is repeated."""

LONG_RUN: Final = re.compile(r"((.)\2{39,})", re.DOTALL)
"""A character that is repeated so often that nobody would count."""

WORDS: Final = {"yes": True, "no": False}
TIME_OF_DAY: Final = re.compile(r"\d\d:\d\d(:\d\d)?")
ENDS_OF_TIME: Final = ("infinity", "-infinity")
"""Times that PostgreSQL has and Python has not."""

Type = types.TypeEngine[Any]
Convert = Callable[[str, Type, date | None], Any]

Reader = Callable[[str, Type], Any]
"""Returns the value of a cell in a column of this type."""


class Unreadable(ValueError):
    """A cell is not what its column holds."""


def quoted(text: str) -> str:
    """Return the text of JSON strings, repeated (×) and joined (+)."""
    pieces: list[str] = re.findall(PIECE, text)
    whole = ""
    for piece in pieces:
        literal, _, times = piece.partition(" × ")
        whole += str(json.loads(literal)) * int(times or 1)
    return whole


def read(cell: str, kind: Type, day: date | None = None) -> Any:
    """Return the value that a cell stands for; an hour is of this day.

    Raises `Unreadable` with what the cell should be.
    """
    if cell == NOTHING:
        return None
    kind = behind(kind)
    if convert := _reader(kind):
        return convert(cell, kind, day)
    return quoted(cell) if re.fullmatch(rf"{PIECE}(?: \+ {PIECE})*", cell) else cell


def behind(kind: Type) -> Type:
    """Return the type that is behind one of a project's own."""
    while isinstance(kind, types.TypeDecorator):
        kind = kind.impl_instance
    return kind


def _reader(kind: Type) -> Convert | None:
    return next((convert for type_, convert in READERS if isinstance(kind, type_)), None)


def write(value: Any, kind: Type) -> str:
    """Return how a value is written in a cell, so that `read` gives it back."""
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
    """Return text as JSON strings, which `quoted` reads again."""
    pieces, end = [], 0
    for run in LONG_RUN.finditer(text):
        pieces += [_literal(text[end : run.start()]), f"{_literal(run[2])} × {len(run[0])}"]
        end = run.end()
    pieces.append(_literal(text[end:]))
    return " + ".join(piece for piece in pieces if piece != '""') or '""'


def _literal(text: str) -> str:
    """Return text as a JSON string, in which what cannot be seen is escaped, and nothing else."""
    literal = json.dumps(text, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in literal)


def _plain(value: Any) -> str:
    """Return what JSON has no notation for: times in UTC, so that equal ones look alike."""
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
    # Text in JSON is what it says: its quotes are JSON's already.
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
"""What reads a cell, by the type of its column; everything else is text."""
