"""The links of pages in Markdown."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

FENCED: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
"""A block of code: its language, and its text."""

_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")


def broken_links(file: Path) -> Iterator[str]:
    """Yield the links of a page that lead nowhere in this repository."""
    for link in _LINK.findall(FENCED.sub("", file.read_text("utf-8"))):
        if link.startswith("https:"):
            continue
        target, _, anchor = link.partition("#")
        place = (file.parent / target).resolve() if target else file
        if not place.exists() or (anchor and anchor not in _anchors(place)):
            yield link


def _anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
