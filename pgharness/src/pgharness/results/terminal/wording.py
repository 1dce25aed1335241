"""Text for a terminal: without control characters, in its width, with characters that it has."""

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from typing import Final, Self

from rich.cells import cell_len, set_cell_size

from pgharness.core.masking import masked
from pgharness.results.model import WORST_FIRST, Status

JOINER: Final = "\u200d"
"""Joins two emoji into one; harmless, but not printable."""
WORDS: Final = {Status.PASSED: "held", Status.ERROR: "with errors"}
"""What a case did; for other statuses their name says it."""
ORDER: Final = (Status.PASSED, Status.FAILED, *WORST_FIRST)
"""The order in which numbers of cases are told."""


@dataclass(frozen=True)
class Signs:
    """Signs of one column each, which the encoding of the terminal has."""

    passed: str = "✓"
    failed: str = "✗"
    skipped: str = "–"
    running: str = "▸"
    arrow: str = "→"
    cut: str = "…"

    @classmethod
    def of(cls, encoding: str) -> Self:
        """Return signs in this encoding."""
        try:
            "".join(astuple(cls())).encode(encoding)
        except UnicodeEncodeError:
            return cls("+", "x", "-", ">", ">", "~")
        return cls()


@dataclass(frozen=True)
class Layout:
    """What text is laid out for."""

    width: int
    """Columns."""
    signs: Signs


def safe(text: str) -> str:
    r"""Return the text with escapes such as `\x1b` for all that could control a terminal.

    Lines remain; so do other characters that are printable in Unicode.
    """
    return "".join(
        one if one.isprintable() or one in f"\n{JOINER}" else one.encode("unicode_escape").decode()
        for one in masked(text).expandtabs(8)
    )


def in_one_line(text: str) -> str:
    """Return the text, `safe`, with each whitespace as one space."""
    return safe(" ".join(text.split()))


def cut(text: str, width: int, sign: str) -> str:
    """Return at most this many columns of a text, the last of them `sign` if it was cut."""
    if cell_len(text) <= width:
        return text
    return f"{set_cell_size(text, width - 1).rstrip()}{sign}" if width > 0 else ""


def padded(text: str, width: int) -> str:
    """Return the text with spaces after it, to this many columns."""
    return text + " " * (width - cell_len(text))


def clock(seconds: float) -> str:
    """Return `0:07`, `12:03` or `1:00:05`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def duration(seconds: float) -> str:
    """Return `0.12 s`, `7.5 s` or `2 min 5 s`."""
    if seconds < 1:
        return f"{seconds:.2f} s"
    if seconds < 59.95:  # noqa: PLR2004 (what is rounded to 60.0)
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes:,} min {rest} s"


def numbers(counts: Mapping[Status, int]) -> str:
    """Return `24 held, 1 failed, 2 skipped`."""
    found = [one for one in dict.fromkeys(ORDER) if counts.get(one)]
    return ", ".join(f"{counts[one]:,} {WORDS.get(one, one.value)}" for one in found)


def wrapped(text: str, width: int) -> Iterator[str]:
    """Yield lines of at most this many columns; a longer word has a line of its own, uncut."""
    line = ""
    for word in in_one_line(text).split(" "):
        if line and cell_len(line) + 1 + cell_len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line
