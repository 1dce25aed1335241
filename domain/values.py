"""Checks of single values, before anything is written; a refusal never repeats the value."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from email_validator import EmailNotValidError, validate_email

from domain.errors import InvalidValue

EMAIL_MAX_LENGTH: Final = 254
"""Characters; RFC 5321, section 4.5.3.1.3, less the angle brackets."""


@dataclass(frozen=True)
class Form:
    """The form of a short text: a pattern that all of it matches, and how long it may be."""

    pattern: str
    longest: int
    """Characters."""
    problem: str
    """What is wrong with a text of another form, as `InvalidValue` says it."""


ABSOLUTE_PATH: Final = Form("(/[^/]+)+", 500, "is not an absolute path without a slash at its end")
"""A folder. An index must hold 500 characters of any script."""

SLUG: Final = Form("[a-z0-9]+(-[a-z0-9]+)*", 63, "is not made of a to z, 0 to 9 and single hyphens")
"""A label of a host name: RFC 1035, section 2.3.4."""

EVENT_TYPE: Final = Form(
    "[a-z]+([._][a-z]+)*", 100, "is not made of a to z, in words joined by . or _"
)

_LAYOUT: Final = str.maketrans("\n\r\t", "   ")

_INVISIBLE: Final = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Unicode 15's property Default_Ignorable_Code_Point, and the Braille pattern without a dot."""


def visible(text: str) -> str:
    """Return the text without the characters that show nothing and take no place, as U+200B."""
    return _INVISIBLE.sub("", text)


def storable(field: str, value: str) -> str:
    """Return `value` if PostgreSQL can store it and a person can read it.

    Raises `InvalidValue` for anything that is not text, for NUL and other control characters
    (Unicode category Cc), and for lone surrogates (Cs), which no UTF-8 can hold.
    """
    if not isinstance(value, str):
        raise InvalidValue(field, "must be text")
    if "\0" in value:
        raise InvalidValue(field, "contains a NUL character")
    categories = {unicodedata.category(character) for character in value}
    if "Cs" in categories:
        raise InvalidValue(field, "contains half of a surrogate pair")
    if "Cc" in categories:
        raise InvalidValue(field, "contains a control character")
    return value


def line(field: str, value: str, *, longest: int) -> str:
    """Return one line of text, exactly as given: not blank, at most `longest` code points."""
    _refuse_longer(field, value, longest)
    storable(field, value)
    if not visible(value).strip():
        raise InvalidValue(field, "is blank")
    return value


def email_address(field: str, value: str) -> str:
    """Return the address in its normal form: the domain in lower case, the rest as given.

    Only the syntax is judged (RFC 5322 as deployed); no mail server is asked. The part before
    the @ must be ASCII, so that two addresses differ by case in one way only.
    """
    line(field, value, longest=EMAIL_MAX_LENGTH)
    try:
        address = validate_email(value, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise InvalidValue(field, "is not an email address") from error
    return address.normalized


def prose(field: str, value: str, *, longest: int) -> str:
    """Return text of any number of lines, exactly as given: not blank, at most `longest` long.

    Line breaks and tabs are the only control characters in it.
    """
    _refuse_longer(field, value, longest)
    storable(field, value if not isinstance(value, str) else value.translate(_LAYOUT))
    if not visible(value).strip():
        raise InvalidValue(field, "is blank")
    return value


def _refuse_longer(field: str, value: str, longest: int) -> None:
    """Refuse a text that is too long before the checks that read all of it."""
    if isinstance(value, str) and len(value) > longest:
        raise InvalidValue(field, f"is longer than {longest} characters")


def formed(field: str, value: str, form: Form) -> str:
    """Return one line of text of this form. Raises `InvalidValue`."""
    line(field, value, longest=form.longest)
    if not re.fullmatch(form.pattern, value):
        raise InvalidValue(field, form.problem)
    return value
