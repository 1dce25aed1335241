"""Data tables of features: read rows from them, and compare them with stored rows."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import partial
from itertools import zip_longest
from typing import Any, Final, Protocol

from sqlalchemy import JSON, inspect
from sqlalchemy.orm import DeclarativeBase

from pgharness.core import attachments
from pgharness.core.attachments import Attachment
from pgharness.core.masking import masked_all
from pgharness.data import cells

Line = list[str]
Pair = tuple[str, Line | None, Line | None]
"""A sign, the expected row and the actual row; None for a row that the other side lacks."""

EQUAL: Final = " "
"""The mark of a row that is as expected."""

LEFT_OUT: Final = object()
"""The value of a column that a row does not set."""


class Row(Protocol):
    """A row of a data table."""

    @property
    def cells(self) -> Sequence[str]:
        """Its values, as written."""
        ...


class Table(Protocol):
    """A data table; that of a step in behave conforms."""

    @property
    def headings(self) -> Sequence[str]:
        """The names of its columns, as written."""
        ...

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the rows."""
        ...


@dataclass(frozen=True)
class Cells:
    """A row of a `DataTable`."""

    cells: list[str]


@dataclass(frozen=True)
class DataTable:
    """A data table created from values."""

    headings: list[str]
    rows: list[Cells]

    def __iter__(self) -> Iterator[Cells]:
        return iter(self.rows)


def rows(
    table: Table, model: type[DeclarativeBase], day: date | None = None
) -> list[dict[str, Any]]:
    """Convert a table's rows to values of a model's columns, as `values` does.

    A time of day is one of `day`, in UTC.
    """
    return [
        {name: value for name, value in row.items() if value is not LEFT_OUT}
        for row in values(table, _kinds(model), partial(_value, day=day))
    ]


def values(
    table: Table, kinds: Mapping[str, cells.Type], read: cells.Reader
) -> list[dict[str, Any]]:
    """Convert a table's rows to values of columns of these types: `due date` is `due_date`.

    Fails for a heading that is no column, and for a cell without a value of its column's type.
    """
    names = column_names(table)
    check_columns(names, list(kinds))
    found: list[dict[str, Any]] = []
    for number, row in enumerate(table, start=1):
        found.append({})
        for name, cell in zip(names, row.cells, strict=True):
            try:
                found[-1][name] = read(cell, kinds[name])
            except cells.Unreadable as problem:
                raise AssertionError(f"row {number}, {name}: {problem}") from None
    return found


def table(rows: Iterable[Mapping[str, Any]], model: type[DeclarativeBase]) -> DataTable:
    """Return a table of all columns of a model, from which `rows` reads these rows again."""
    kinds = _kinds(model)
    written = [[cells.write(row.get(name), kind) for name, kind in kinds.items()] for row in rows]
    return DataTable(list(kinds), [Cells(line) for line in written])


def expect_rows(
    table: Table,
    model: type[DeclarativeBase],
    found: Iterable[Mapping[str, Any]],
    day: date | None = None,
) -> None:
    """Fail unless `found` has exactly the table's rows, in their order, in the table's columns.

    Values are compared, not their notation. (The driver returns None for NULL and for JSON null.)
    """
    kinds = _kinds(model)
    names = column_names(table)
    expected = rows(table, model, day)

    def written(rows: Iterable[Mapping[str, Any]]) -> list[Line]:
        return [[cells.write(row.get(name), kinds[name]) for name in names] for row in rows]

    compare(list(table.headings), written(expected), written(found))


def expect(table: Table, found: Iterable[Mapping[str, str]]) -> None:
    """Fail unless `found` has exactly the table's rows, in their order, in the table's columns."""
    headings = list(table.headings)
    actual = []
    for row in found:
        check_columns(headings, list(row))
        actual.append([row[heading] for heading in headings])
    compare(headings, [list(row.cells) for row in table], actual)


class Mismatch(AssertionError):
    """A table is not as expected; the message shows both side by side."""

    def __init__(self, headings: Line, expected: list[Line], actual: list[Line]) -> None:
        self._headings = headings
        self._pairs = list(_pairs(expected, actual))
        drawn = _side_by_side(headings, self._pairs)
        what = "what was expected, and what is there (≠ another, - missing, + surplus):"
        super().__init__("\n".join([what, *drawn]))
        heading, *rows = drawn
        differing = [row for row in rows if not row.startswith(f"  {EQUAL}")]
        self.gist = "\n".join([what, heading, *differing])
        """The message without the equal rows."""

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The difference for a report: as JSON for a page that draws it, and as text."""
        rows = [
            {"sign": sign, "expected": wanted, "actual": there}
            for sign, wanted, there in self._pairs
        ]
        body = masked_all({"headings": self._headings, "rows": rows})
        return (
            (attachments.TABLE_DIFFERENCE, json.dumps(body, ensure_ascii=False)),
            (attachments.TEXT, str(self)),
        )


def compare(headings: Line, expected: list[Line], actual: list[Line]) -> None:
    """Raise `Mismatch` unless the lines are equal."""
    if actual != expected:
        raise Mismatch(headings, expected, actual)


def column_names(table: Table) -> Line:
    """Return the columns for a table's headings, which may have spaces for underscores."""
    return [heading.replace(" ", "_") for heading in table.headings]


def check_columns(asked: Line, there: Line) -> None:
    """Fail for an unknown column, or one that is named twice."""
    unknown = [name for name in asked if name not in there]
    assert not unknown, f"no such column: {', '.join(unknown)}; there are {', '.join(there)}"
    twice = sorted({name for name in asked if asked.count(name) > 1})
    assert not twice, f"more than one column is called {', '.join(twice)}"


def drawn(headings: Line, lines: Sequence[Line]) -> list[str]:
    """Return rows as the lines of a table."""
    widths = [max(map(len, column)) for column in zip(headings, *lines, strict=True)]
    return [
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in [headings, *lines]
    ]


def _kinds(model: type[DeclarativeBase]) -> dict[str, cells.Type]:
    return {column.key: column.type for column in inspect(model).columns}


def _value(cell: str, kind: cells.Type, day: date | None) -> Any:
    # None would be stored as JSON null: a column that is to be NULL is left out.
    if cell == cells.NOTHING and isinstance(cells.behind(kind), JSON):
        return LEFT_OUT
    return cells.read(cell, kind, day)


def _side_by_side(headings: Line, pairs: list[Pair]) -> list[str]:
    """Return the lines of both tables; a cell that differs is »marked« on both sides."""
    marked = [_marked(wanted, there) for _, wanted, there in pairs]
    empty = [""] * len(headings)
    left = drawn(headings, [wanted or empty for wanted, _ in marked])
    right = drawn(headings, [there or empty for _, there in marked])
    signs = [EQUAL, *(sign for sign, *_ in pairs)]
    return [
        f"  {sign} {one}   {other}" for sign, one, other in zip(signs, left, right, strict=True)
    ]


def _pairs(expected: list[Line], actual: list[Line]) -> Iterator[Pair]:
    wants, finds = ([tuple(line) for line in each] for each in (expected, actual))
    matcher = SequenceMatcher(a=wants, b=finds, autojunk=False)
    for what, first, last, start, end in matcher.get_opcodes():
        for wanted, there in zip_longest(expected[first:last], actual[start:end]):
            sign = EQUAL if what == "equal" else "≠"
            yield "-" if there is None else "+" if wanted is None else sign, wanted, there


def _marked(wanted: Line | None, there: Line | None) -> tuple[Line | None, Line | None]:
    if wanted is None or there is None:
        return wanted, there
    both = list(zip(wanted, there, strict=True))
    return (
        [one if one == other else f"»{one}«" for one, other in both],
        [other if one == other else f"»{other}«" for one, other in both],
    )
