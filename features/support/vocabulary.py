"""The typed words that steps are written with, and the reasons for which something is refused."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from behave import register_type

from domain import DomainError
from domain.accounts import (
    AccountAlreadyActive,
    AccountAlreadyDeactivated,
    AccountNotFound,
    EmailAlreadyRegistered,
    StaleAccount,
)

REASONS: Final[dict[str, type[DomainError]]] = {
    "the address is already registered": EmailAlreadyRegistered,
    "there is no such account": AccountNotFound,
    "the account was changed meanwhile": StaleAccount,
    "the account is already deactivated": AccountAlreadyDeactivated,
    "the account is already active": AccountAlreadyActive,
}
"""Each reason in the words of the features, and the error that gives it."""

FIELDS: Final = ("email", "display name", "password", "limit")

_PIECE: Final = r'"(?:[^"\\]|\\.)*"(?: × \d+)?'


def value(text: str) -> str | int | None:
    """Return the value written as JSON strings, repeated (×) and joined (+), a number or nothing."""
    if text == "nothing":
        return None
    if not text.startswith('"'):
        return int(text)
    pieces: list[str] = re.findall(_PIECE, text)
    whole = ""
    for piece in pieces:
        literal, _, times = piece.partition(" × ")
        whole += str(json.loads(literal)) * int(times or 1)
    return whole


def _type(name: str, pattern: str, convert: Callable[[str], object] = str) -> None:
    def converter(text: str) -> object:
        return convert(text)

    converter.pattern = pattern  # type: ignore[attr-defined]
    register_type(**{name: converter})


_type("Person", r"[A-Z][a-z]+")
_type("Name", r"[a-z_]+")
_type("Whose", r"his|her|their")
_type("Field", "|".join(FIELDS))
_type("Reason", "|".join(map(re.escape, REASONS)), REASONS.__getitem__)
_type("Subject", r"[A-Z][a-z]+|the reading|the change")
_type("Value", rf"{_PIECE}(?: \+ {_PIECE})*|nothing|-?\d+", value)
_type("Number", r"-?\d+", int)
_type("Numbers", r"\d+(?:, \d+)*", lambda text: [int(n) for n in text.split(",")])
_type("Instant", r"\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d", datetime.fromisoformat)
