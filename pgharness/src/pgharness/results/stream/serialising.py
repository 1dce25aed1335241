"""Read and write messages as JSON: as `cucumber_messages` does, in a fraction of the time."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache, partial
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from cucumber_messages import Envelope

SURROGATE: Final = re.compile("[\ud800-\udfff]")
"""Half of a character, which no file in UTF-8 can have."""

M = TypeVar("M")
Convert = Callable[[Any], Any]


def line_of(envelope: Envelope) -> str:
    """Return a message as one line of JSON, without the end of the line."""
    line = _encode(envelope)
    return line if line.isascii() else SURROGATE.sub("\N{REPLACEMENT CHARACTER}", line)


def message_of(document: object, kind: type[M]) -> M:
    """Return a message of this class from a JSON document; unknown fields are passed over.

    Raises `TypeError` or `ValueError` if it is not one.
    """
    if not isinstance(document, Mapping):
        raise TypeError(f"{kind.__name__} must be an object, not {document!r}")
    its_class: Any = kind
    known = _fields(its_class)
    given = {
        known[name][0]: known[name][1](value)
        for name, value in document.items()
        if value is not None and name in known
    }
    missing = _required(its_class) - given.keys()
    if missing:
        raise TypeError(f"{kind.__name__} has no {', '.join(sorted(missing))}")
    return kind(**given)


@cache
def _fields(kind: type[Any]) -> dict[str, tuple[str, Convert]]:
    """Return the fields of a class of messages by their names in JSON: name and conversion."""
    hints = get_type_hints(kind)
    return {_camel(one.name): (one.name, _conversion(hints[one.name])) for one in fields(kind)}


@cache
def _required(kind: type[Any]) -> frozenset[str]:
    return frozenset(
        one.name
        for one in fields(kind)
        if one.default is MISSING and one.default_factory is MISSING
    )


def _conversion(hint: Any) -> Convert:
    inner = [one for one in get_args(hint) if one is not type(None)]
    origin = get_origin(hint)
    if origin is not None and isinstance(origin, type) and issubclass(origin, list):
        return partial(_all, _conversion(inner[0]))
    if inner:  # optional
        return _conversion(inner[0])
    if is_dataclass(hint):
        its_class: Any = hint
        return lambda value: message_of(value, its_class)
    if issubclass(hint, Enum):
        convert: Convert = hint
        return convert
    return partial(_checked, hint)


def _all(convert: Convert, values: object) -> list[Any]:
    return [convert(value) for value in _checked(list, values)]


def _checked(kind: type[M], value: object) -> M:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is not of type {kind.__name__}")
    return value


def _plain(value: object) -> Any:
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        present = vars(value)
        return {
            written: present[name]
            for name, written in _names(type(value))
            if present[name] is not None
        }
    raise TypeError(f"{type(value).__name__} is not part of a message")


@cache
def _names(kind: type[Any]) -> tuple[tuple[str, str], ...]:
    """Return the fields of a class of messages and their names in JSON."""
    return tuple((one.name, _camel(one.name)) for one in fields(kind))


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.title() for other in others)


_encode: Final = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), default=_plain, check_circular=False
).encode
