"""Suggestions for misspelt names and titles."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ` (the nearest is …)` for the most similar known name, or an empty text."""
    found = get_close_matches(name, set(known), n=1)
    return f" (the nearest is {found[0]})" if found else ""


def nearest_title(part: str, titles: Iterable[str]) -> str:
    """Return ` (the nearest is …)` for the title that contains the most similar words."""
    number = len(part.split())
    by_words = {
        " ".join(words[start : start + number]): title
        for title in titles
        for words in [title.split()]
        for start in range(max(1, len(words) - number + 1))
    }
    found = get_close_matches(part, by_words, n=1)
    return f" (the nearest is “{by_words[found[0]]}”)" if found else ""
