"""Text and tables in GitHub's Markdown."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|~&])")
_LONGEST_RUN: Final = re.compile(r"`+")
_UNTOLD: Final = re.compile(r"\\\||[\x00-\x1f\x7f]")
"""Text that a code span in a table cannot contain: a pipe after a backslash, control characters."""


def escaped(text: str) -> str:
    """Escape text for Markdown, also in a cell of a table."""
    return _SPECIAL.sub(r"\\\1", text)


def code(text: str) -> str:
    """Return a code span that shows this text in a cell of a table.

    GitHub ends a cell at each pipe without a backslash, also in a code span, and removes that
    backslash. Text with a backslash before a pipe is therefore written as HTML.
    """
    if _UNTOLD.search(text):
        return f"<code>{re.sub(_SPECIAL, _entity, html.escape(text, quote=False))}</code>"
    longest = max(map(len, _LONGEST_RUN.findall(text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{space}{text}{space}{fence}".replace("|", r"\|")


def _entity(found: re.Match[str]) -> str:
    return found[0] if found[0] == "&" else f"&#{ord(found[0])};"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table whose cells are Markdown already."""
    yield _row(headings)
    yield _row(["---"] * len(headings))
    yield from map(_row, rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def between(page: str, begin: str, text: str, end: str) -> str:
    """Return the page with this text between two marks, which must be in it."""
    before, found, rest = page.partition(begin)
    _, ended, after = rest.partition(end)
    assert found, f"the page has no mark {begin!r}"
    assert ended, f"the page has no mark {end!r}"
    return before + begin + text + end + after
