"""What a misspelt name was probably meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str:
    """Return what a sentence adds about the most similar known name; nothing if none is similar."""
    found = get_close_matches(name, set(known), n=1)
    return f" (the nearest is {found[0]})" if found else ""


def nearest_title(part: str, titles: Iterable[str]) -> str:
    """Return the same about the title with the words most similar to a part of a title."""
    number = len(part.split())
    by_words = {
        " ".join(words[start : start + number]): title
        for title in titles
        for words in [title.split()]
        for start in range(max(1, len(words) - number + 1))
    }
    found = get_close_matches(part, by_words, n=1)
    return f" (the nearest is “{by_words[found[0]]}”)" if found else ""
