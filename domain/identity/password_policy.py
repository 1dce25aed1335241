"""The policy for all new passwords, on registration, change and reset."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from domain.errors import InvalidValue
from domain.identity.common_passwords import contains, is_common, plain, walks
from domain.identity.guessing import judge
from domain.identity.hashing import normal_form
from domain.settings import PasswordRules
from domain.values import storable, visible

FIELD: Final = "password"

COMPOSED_OF_AT_MOST: Final = 4
"""Code points that NFKC can make one of: a text of more than that times the limit is too long."""


@dataclass(eq=False)
class WeakPassword(InvalidValue):
    """A password that the policy refuses, with every reason and with zxcvbn's suggestions."""

    suggestions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.advice = "".join(f"; {suggestion}" for suggestion in self.suggestions)
        super().__post_init__()

    sentence = "{field} {problem}{advice}"


def acceptable(password: str, rules: PasswordRules, own_words: Iterable[str]) -> str:
    """Return the password in its normal form if a user with these words may set it.

    There is no rule of composition (ASVS 6.2.5). Raises `InvalidValue` for what is not text that
    a person can type, and `WeakPassword` with every reason; neither repeats the password.
    """
    _refuse_more_than(password, rules.max_length * COMPOSED_OF_AT_MOST, rules)
    normal = normal_form(storable(FIELD, password))
    _refuse_more_than(normal, rules.max_length, rules)
    words = sorted({*own_words, *rules.service_words})
    shortest = min(map(len, (password, normal, visible(normal))))
    problems = list(_problems(normal, shortest, rules, words))
    score, suggestions = _strength(normal, rules, words)
    if score < rules.min_score:
        problems.append("is too easy to guess")
    if problems:
        raise WeakPassword(FIELD, _listed(problems), suggestions)
    return normal


def readable(password: str | None, rules: PasswordRules) -> str | None:
    """Return the normal form of the typed text, or None for what cannot be a password."""
    if not isinstance(password, str) or len(password) > rules.max_length * COMPOSED_OF_AT_MOST:
        return None
    try:
        normal = normal_form(storable(FIELD, password))
    except InvalidValue:
        return None
    return normal if len(normal) <= rules.max_length else None


def words_of(display_name: str, email: str) -> Iterator[str]:
    """Yield the public words of a person: the name, the address, and the parts of both."""
    local, _, domain = email.partition("@")
    labels = domain.split(".")[:-1]
    for whole in (display_name, email, local, ".".join(labels)):
        yield whole
        yield from (part for part in re.split(r"[\W_]+", whole) if part)


def _refuse_more_than(password: str, longest: int, rules: PasswordRules) -> None:
    if isinstance(password, str) and len(password) > longest:
        raise WeakPassword(FIELD, f"is longer than {rules.max_length} characters")


def _problems(
    password: str, shortest: int, rules: PasswordRules, words: list[str]
) -> Iterator[str]:
    if shortest < rules.min_length:
        yield f"is shorter than {rules.min_length} characters"
    if is_common(password):
        yield "is a common one"
    if contains(password, words):
        yield "contains your name, your address or the name of the service"


def _strength(password: str, rules: PasswordRules, words: list[str]) -> tuple[int, tuple[str, ...]]:
    """Return zxcvbn's lowest score of what it reads as, and what it suggests for that.

    The suggestions are sentences of its own, which never repeat the password.
    """
    if not password:
        return rules.min_score, ()
    texts = dict.fromkeys((password, *_disguised(password), *walks(password)))
    return min((judge(text, words) for text in texts if text), key=itemgetter(0))


def _disguised(password: str) -> Iterator[str]:
    """Yield the password in plain letters, if it is not in those as it is."""
    if not password.isascii():
        yield plain(password)


def _listed(problems: list[str]) -> str:
    *first, last = problems
    return f"{', '.join(first)} and {last}" if first else last
