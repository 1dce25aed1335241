"""The results as bars, as an SVG that is readable in light and in dark.

Each comparison has a scale of its own, from nothing to its greatest median; a thin line shows the
quartiles.
"""

from collections.abc import Iterator
from typing import Final

from benchmarks.model import Measured, Row, shown
from benchmarks.output.results import Results
from checks.drawings import svg

WIDTH: Final = 960.0
MARGIN: Final = 24.0
NAMES: Final = 330.0
"""The width of the names of the ways."""
LABELS: Final = 150.0
"""The width kept for the labels after the bars."""
BAR: Final = 14.0
STEP: Final = 20.0
HEAD: Final = 26.0
GAP: Final = 16.0
TOP: Final = 84.0
LONGEST: Final = 52
"""Characters of a name."""
TITLE: Final = "Benchmarks"


def plot(results: Results) -> str:
    """Return the drawing."""
    parts: list[str] = [
        svg.text(MARGIN, 34, TITLE, "big bold"),
        svg.text(MARGIN, 54, results.where, "soft"),
        svg.text(MARGIN, 70, "Medians and quartiles; × is to the first of each group.", "soft"),
    ]
    y = TOP
    for measured in results.comparisons:
        drawn = [row for row in measured.rows if row.samples]
        if drawn:
            parts += _group(measured, drawn, y)
            y += HEAD + STEP * len(drawn) + GAP
    return svg.document("benchmarks", TITLE, _said(results), (WIDTH, y), parts)


def _group(measured: Measured, rows: list[Row], top: float) -> Iterator[str]:
    yield svg.text(MARGIN, top + 14, measured.comparison.title, "bold")
    greatest = max(max(row.median, row.spread[1]) for row in rows)
    scale = (WIDTH - 2 * MARGIN - NAMES - LABELS) / greatest
    for number, row in enumerate(rows):
        yield _bar(measured, row, top + HEAD + number * STEP, scale)


def _bar(measured: Measured, row: Row, y: float, scale: float) -> str:
    left = MARGIN + NAMES
    low, high = row.spread
    colour = {True: "green", False: "red", None: "blue"}[measured.verdict(row)]
    middle = y + BAR / 2
    end = left + scale * max(row.median, high) + 8
    label = f"{shown(row.median)} {measured.comparison.unit}, {shown(measured.ratio(row))} ×"
    return svg.group(
        svg.text(left - 8, middle + 4, _short(row.way.name), "soft end"),
        svg.box(left, y, max(1.0, scale * row.median), BAR, colour),
        svg.line([(left + scale * low, middle), (left + scale * high, middle)], "line edge"),
        svg.text(end, middle + 4, label),
        hint=f"{row.way.name}: {label}; quartiles {shown(low)} to {shown(high)}",
    )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _said(results: Results) -> str:
    sentences = []
    for measured in results.comparisons:
        bars = ", ".join(
            f"{row.way.name} {shown(row.median)} {measured.comparison.unit}"
            for row in measured.rows
            if row.samples
        )
        sentences.append(f"{measured.comparison.title}: {bars}.")
    return " ".join(sentences)
