"""Data tables: the rows that a feature expects, beside the rows that are there."""

from collections.abc import Iterable, Mapping

from behave.model import Table


def expect(table: Table, found: Iterable[Mapping[str, str]]) -> None:
    """Fail unless `found` has exactly the table's rows, in their order, in the table's columns."""
    headings = list(table.headings)
    expected = [list(row.cells) for row in table]
    actual = []
    for row in found:
        unknown = set(headings) - set(row)
        assert not unknown, f"no such column: {', '.join(sorted(unknown))}; there are {list(row)}"
        actual.append([row[heading] for heading in headings])
    assert actual == expected, (
        f"expected:\n{_drawn(headings, expected)}\nfound:\n{_drawn(headings, actual)}"
    )


def _drawn(headings: list[str], rows: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    lines = (
        "  | "
        + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        + " |"
        for row in [headings, *rows]
    )
    return "\n".join(lines)
