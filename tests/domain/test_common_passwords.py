"""How many common passwords get through in disguise, and how many good ones do not.

The figures are over zxcvbn's lists; what is refused in which spelling is in the features.
"""

import random
from collections.abc import Callable
from typing import Final

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from domain.errors import InvalidValue
from domain.identity.password_policy import acceptable
from domain.settings import PasswordRules

RULES: Final = PasswordRules()
MOST_COMMON: Final = [
    word for word in FREQUENCY_LISTS["passwords"][:150] if len(word) >= 6 and not word.isdigit()
][:60]
WORDS: Final = [
    word
    for word in FREQUENCY_LISTS["english_wikipedia"][500:12_000]
    if word.isascii() and word.isalpha() and 4 <= len(word) <= 8
]


def padded(text: str, end: str = "1234567890") -> str:
    """Return the text, made long enough by what many people would add."""
    return text + (end * RULES.min_length)[: max(0, RULES.min_length - len(text))]


def respelled(word: str, letters: str, others: str) -> str:
    """Return the word with other characters for letters, unless it is more than letters."""
    return padded(word.translate(str.maketrans(letters, others)) if word.isalpha() else word)


MUTATIONS: Final[dict[str, Callable[[str], str]]] = {
    "digits after": padded,
    "digits before": lambda word: padded("", "1234567890")[len(word) :] + word,
    "signs after": lambda word: padded(word, "!?.#*"),
    "a capital, digits and a sign": lambda word: padded(word.capitalize(), "123456789")[:-1] + "!",
    "a year and signs": lambda word: padded(f"{word.capitalize()}2026", "!"),
    "a year on both sides": lambda word: padded(f"2026{word}2026", "!"),
    "digits as letters": lambda word: respelled(word, "aeiost", "431057"),
    "signs as letters": lambda word: respelled(word, "aso", "@$0") + "!",
    "invisible characters": lambda word: "\u200b".join(padded(word)),
    "look-alikes": lambda word: respelled(word, "aeopcx", "аеорсх"),
    "wide letters": lambda word: "".join(chr(ord(each) + 0xFEE0) for each in padded(word)),
    "accents": lambda word: respelled(word, "aeo", "áéö"),
    "signs and digits by turns": lambda word: padded(word, "!1"),
    "other digits": lambda word: padded(word, "١٢٣٤٥٦٧٨٩"),
    "backwards": lambda word: padded(word[::-1]),
    "twice": lambda word: padded(f"{word} {word}", "!"),
    "signs within": lambda word: padded(".".join(word)),
}


def refused(password: str) -> str:
    """Return why the password is not accepted, or nothing."""
    try:
        acceptable(password, RULES, {"Ada Lovelace", "ada@example.org"})
    except InvalidValue as refusal:
        return refusal.problem
    return ""


@pytest.mark.parametrize("mutate", MUTATIONS.values(), ids=MUTATIONS.keys())
def test_a_common_password_is_refused_in_disguise(mutate: Callable[[str], str]) -> None:
    disguised = [mutate(word) for word in MOST_COMMON]
    assert [password for password in disguised if not refused(password)] == []


@pytest.mark.parametrize("between", [" ", "-", "", ". "], ids=ascii)
def test_a_passphrase_of_four_words_is_accepted(between: str) -> None:
    chosen = random.Random(between)  # noqa: S311 - the same passphrases in every run
    phrases = [between.join(chosen.sample(WORDS, 4)) for _ in range(100)]
    reasons = {phrase: refused(phrase) for phrase in phrases if len(phrase) >= RULES.min_length}
    assert {phrase: why for phrase, why in reasons.items() if why} == {}
