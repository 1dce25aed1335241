"""Text that XML, a terminal and a table can show."""

import re
from typing import Final

from pgharness.core.masking import masked

NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""The characters that XML 1.0 does not allow."""

STYLE: Final = re.compile("\x1b\\[[0-9;:]*m")
"""A terminal's sequence for a colour or a style."""


def printable(text: str) -> str:
    """Escape characters that XML or a terminal cannot show, and mask known passwords."""
    return NOT_IN_XML.sub(lambda match: ascii(match.group())[1:-1], masked(text))


def plain(text: str) -> str:
    """Return the text without colours and styles, and `printable`."""
    return printable(STYLE.sub("", text))


def in_one_line(text: str) -> str:
    """Return the text, `plain`, with each whitespace as one space."""
    return " ".join(plain(text).split())


def shortened(text: str, length: int) -> str:
    """Return at most this many characters, the last of them `…` if any were left out."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def counted(number: int, noun: str) -> str:
    """Return `1 case`, `2 cases`, `2,690 cases`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
