"""The table of the results, for the terminal and as Markdown."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from benchmarks.model import Measured, Row, shown
from benchmarks.output.results import Results

HEAD: Final = ("", "median", "quartiles", "ratio", "goal")


class Line(NamedTuple):
    """A row of the table, as text."""

    what: str
    median: str
    spread: str
    ratio: str
    goal: str


def text_table(results: Results) -> str:
    """Return the table for a terminal."""
    lines: list[Line | str] = []
    for measured in results.comparisons:
        lines += [f"{measured.comparison.title}", *_lines(measured)]
    table = [line for line in lines if isinstance(line, Line)]
    widths = [max(len(cell) for cell in column) for column in zip(HEAD, *table, strict=True)]
    written = [results.where, "", _aligned(HEAD, widths)]
    written += [_aligned(line, widths) if isinstance(line, Line) else f"\n{line}" for line in lines]
    return "\n".join([*written, "", _summary(results)])


def markdown_table(results: Results) -> str:
    """Return the table as Markdown, with a sentence on the machine before it."""
    written = [f"Measured on {results.where}.", ""]
    written += ["| | median | quartiles | ratio | goal |", "|---|--:|--:|--:|---|"]
    for measured in results.comparisons:
        written.append(f"| **{measured.comparison.title}** | | | | |")
        written += [f"| {' | '.join(line)} |" for line in _lines(measured)]
    return "\n".join([*written, "", _summary(results), ""])


def _aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    first, *numbers, goal = zip(cells, widths, strict=True)
    aligned = [f"{first[0]:<{first[1]}}", *(f"{cell:>{width}}" for cell, width in numbers)]
    return "  ".join([*aligned, goal[0]]).rstrip()


def _lines(measured: Measured) -> Iterator[Line]:
    for row in measured.rows:
        name = f"{row.way.name} ({row.note})" if row.note else row.way.name
        if row.samples:
            low, high = (shown(value) for value in row.spread)
            unit = measured.comparison.unit
            ratio = f"{shown(measured.ratio(row))} ×"
            yield Line(
                name, f"{shown(row.median)} {unit}", f"{low} – {high}", ratio, _goal(measured, row)
            )
        else:
            yield Line(name, "–", "", "", row.left_out)


def _goal(measured: Measured, row: Row) -> str:
    if row.way.goal is None:
        return ""
    words = row.way.goal.words(measured.comparison.unit)
    verdict = {True: ": met", False: ": MISSED", None: ""}[measured.verdict(row)]
    return words + verdict


def _summary(results: Results) -> str:
    """Return how many goals are met; of a quick run only that it is one."""
    took = f"took {results.seconds:.0f} s"
    if results.quick:
        return f"--quick {took}; sizes are smaller than the titles say, and nothing is judged"
    verdicts = [
        measured.verdict(row)
        for measured in results.comparisons
        for row in measured.rows
        if row.samples
    ]
    met, missed = verdicts.count(True), verdicts.count(False)
    return f"{met} goals are met, {missed} are missed; the run {took}"
