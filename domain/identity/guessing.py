"""How easily a password is guessed: zxcvbn with bounded work.

zxcvbn compares every part of a text with its dictionaries, once for each way of reading the
substituted characters in it (`@` for a, `(` or `<` for c): quadratic in the length, exponential in
the kinds of such characters, and run again on what is repeated. So it sees the beginning only.
What follows can but make a password harder to guess, save for a word that the cut goes through:
the beginning is judged without that one as well, and the lower score counts.
"""

from collections.abc import Iterable
from math import prod
from threading import Lock
from typing import Any, Final

from zxcvbn import zxcvbn
from zxcvbn.matching import L33T_TABLE

LONGEST_SEEN: Final = 40
"""Code points: twice as many as random letters need for the highest score, and more."""

MOST_READINGS: Final = 16
"""Ways of reading the substituted characters of one text; digits alone have 4."""

LONGEST_WORD: Final = 16
"""Code points of a word that the cut may go through; few in zxcvbn's dictionaries are longer."""

_ALONE: Final = Lock()
"""zxcvbn keeps the words of the person in a global variable, which threads must not share."""


def judge(password: str, words: Iterable[str]) -> tuple[int, tuple[str, ...]]:
    """Return zxcvbn's score, from 0 to 4, and what it suggests: never the password.

    `words` are those that an attacker of this person would try first. The work is bounded
    whatever the lengths: at most two runs over `LONGEST_SEEN` code points.
    """
    if not password:
        return 0, ()
    tried = [word for word in words if len(word) <= LONGEST_SEEN]
    beginning = _beginning(password)
    judged = _run(beginning, tried)
    if len(beginning) < len(password):
        cut = min(LONGEST_WORD, len(beginning) // 2)
        uncut = beginning[: max(judged["sequence"][-1]["i"], len(beginning) - cut)]
        judged = min(judged, _run(uncut, tried), key=lambda run: run["score"])
    return judged["score"], tuple(judged["feedback"]["suggestions"])


def _run(password: str, words: list[str]) -> dict[str, Any]:
    with _ALONE:
        judged: dict[str, Any] = zxcvbn(password, user_inputs=words)
    return judged


def _beginning(password: str) -> str:
    """Return as much of a password as zxcvbn can judge within the bounds."""
    seen: set[str] = set()
    for end, character in enumerate(password[:LONGEST_SEEN]):
        seen.add(character)
        if _readings(seen) > MOST_READINGS:
            return password[:end]
    return password[:LONGEST_SEEN]


def _readings(characters: set[str]) -> int:
    """Return in how many ways zxcvbn reads a text of these characters, as it takes them apart."""
    kinds = (len(characters.intersection(substitutes)) for substitutes in L33T_TABLE.values())
    return prod(kind for kind in kinds if kind)
