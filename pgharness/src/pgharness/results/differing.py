"""Why a step or a hook failed, in a line: of tables, what differs in them."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pgharness.core.attachments import TABLE_DIFFERENCE
from pgharness.results.model import Executed
from pgharness.results.text import in_one_line, shortened

LONGEST: Final = 240
"""Characters of such a line."""

_VERBS: Final = {
    "≠": ("row differs", "rows differ"),
    "-": ("row is missing", "rows are missing"),
    "+": ("row is not expected", "rows are not expected"),
}


def in_short(executed: Executed) -> str:
    """Return in a line why a step or hook failed; empty if it does not say."""
    for attachment in executed.attachments:
        if attachment.media_type == TABLE_DIFFERENCE and (said := in_words(attachment.body)):
            return shortened(said, LONGEST)
    lines = executed.problem.message.strip().splitlines() if executed.problem is not None else []
    return shortened(in_one_line(lines[0]), LONGEST) if lines else ""


def in_words(table: str) -> str:
    """Return what a difference, see `TABLE_DIFFERENCE`, is; empty if it is none.

    `2 rows differ: version is 1 instead of 2` for example: numbers, and the first of the rows.
    """
    try:
        data = json.loads(table)
        rows = [row for row in data["rows"] if row["sign"] in _VERBS]
        first = ", ".join(_first(rows[0], data["headings"])) if rows else ""
        signs = Counter(row["sign"] for row in rows)
    except (ValueError, TypeError, KeyError, AttributeError):
        return ""
    found = [(signs[sign], verbs) for sign, verbs in _VERBS.items() if signs[sign]]
    numbers = ", ".join(f"{number:,} {verbs[number > 1]}" for number, verbs in found)
    return in_one_line(f"{numbers}: {first}" if first else numbers)


def _first(row: Mapping[str, Any], headings: list[str]) -> Iterator[str]:
    """Yield the cells of a row that differ, or the cells of one that stands alone."""
    expected, actual = row["expected"], row["actual"]
    if expected is None or actual is None:
        yield from (str(cell) for cell in expected or actual or () if str(cell))
        return
    for heading, there, wanted in zip(headings, actual, expected, strict=False):
        if there != wanted:
            yield f"{heading} is {there or 'empty'} instead of {wanted or 'empty'}"
