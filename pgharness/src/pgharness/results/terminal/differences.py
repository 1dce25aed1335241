"""Tables that differ, in half the width: expected and actual rows one above the other."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from rich.cells import cell_len

from pgharness.core.attachments import TABLE_DIFFERENCE, TEXT
from pgharness.results.model import Attachment
from pgharness.results.terminal.wording import in_one_line, padded, safe

HEADLINE: Final = "what was expected (-), and what is there (+):"
Row = tuple[str, Sequence[str]]
"""A sign and the cells."""


def fitted(text: str, attachments: Iterable[Attachment], width: int) -> str:
    """Return the text with its tables stacked, if they are wider than so many columns.

    The tables are among the attachments: each as a text that is a part of this one, and as data.
    """
    attached = list(attachments)
    tables = (one.body for one in attached if one.media_type == TABLE_DIFFERENCE)
    texts = (one.body for one in attached if one.media_type == TEXT)
    for table, drawn in zip(tables, texts, strict=False):
        if drawn in text and max(map(cell_len, safe(drawn).split("\n"))) > width:
            text = text.replace(drawn, stacked(table) or drawn)
    return text


def stacked(table: str) -> str:
    """Return a difference, see `TABLE_DIFFERENCE`, as text; empty if it is none."""
    try:
        difference = json.loads(table)
        rows = [(" ", difference["headings"])]
        rows += [row for one in difference["rows"] for row in _rows(one)]
        written = [(sign, [*map(in_one_line, cells)]) for sign, cells in rows]
        widths = [
            max(map(cell_len, column)) for column in zip(*(r for _, r in written), strict=True)
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    return "\n".join([HEADLINE, *(_line(sign, cells, widths) for sign, cells in written)])


def _rows(one: Any) -> Iterator[Row]:
    """Yield the rows of a pair; cells that differ are marked."""
    expected, actual = one["expected"], one["actual"]
    if one["sign"] == " ":
        yield " ", expected
        return
    if expected is not None:
        yield "-", _marked(expected, actual)
    if actual is not None:
        yield "+", _marked(actual, expected)


def _marked(cells: Sequence[str], other: Sequence[str] | None) -> Sequence[str]:
    if other is None:
        return cells
    pairs = zip(cells, other, strict=True)
    return [cell if cell == there else f"»{cell}«" for cell, there in pairs]


def _line(sign: str, cells: Sequence[str], widths: Sequence[int]) -> str:
    row = " | ".join(padded(cell, width) for cell, width in zip(cells, widths, strict=True))
    return f"  {sign} | {row} |"
