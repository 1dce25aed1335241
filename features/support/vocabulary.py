"""The typed words that steps are written with, and the reasons for which something is refused."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from behave import register_type
from parse import with_pattern

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
    """Return the value of JSON strings, repeated (×) and joined (+), of a number or of nothing."""
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


def register() -> None:
    """Teach behave the words; done before any step is defined."""
    _word("Person", r"[A-Z][a-z]+")
    _word("Name", r"[a-z_]+")
    _word("Whose", r"his|her|their")
    _word("Field", "|".join(FIELDS))
    _word("Reason", "|".join(map(re.escape, REASONS)), REASONS.__getitem__)
    _word("Subject", r"[A-Z][a-z]+|the reading|the change")
    _word("Value", rf"{_PIECE}(?: \+ {_PIECE})*|nothing|-?\d+", value)
    _word("Number", r"-?\d+", int)
    _word("Numbers", r"\d+(?:, \d+)*", lambda text: [int(n) for n in text.split(",")])
    _word("Instant", r"\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d", datetime.fromisoformat)


def _word(name: str, pattern: str, convert: Callable[[str], object] = str) -> None:
    @with_pattern(pattern)  # type: ignore[untyped-decorator]
    def converter(text: str) -> object:
        return convert(text)

    register_type(**{name: converter})
