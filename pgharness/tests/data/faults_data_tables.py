"""Faults of data tables: what cells are read as, and which differences are seen and shown."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date
from typing import Any

from _pytest.monkeypatch import MonkeyPatch

from breaking import fault
from orders import Customer
from pgharness.data import cells, data_tables
from test_cells import (
    READ,
    REFUSED,
    test_a_cell_is_read_by_the_type_of_its_column,
    test_a_cell_that_its_column_cannot_hold_is_refused,
    test_text_is_written_so_that_a_person_can_tell_what_it_is,
    test_what_is_written_is_read_again,
)
from test_data_tables import (
    DIFFERENCES,
    HEADINGS,
    test_a_difference_is_attached_as_a_table_and_as_text,
    test_a_heading_that_is_no_column_of_its_own_is_refused,
    test_a_password_in_a_cell_is_not_attached,
    test_rows_that_are_as_expected_pass_however_their_values_are_written,
    test_what_differs_is_shown_side_by_side,
)

Line = list[str]


def reading(name: str) -> dict[str, Any]:
    """Return the parameters of the test that reads a cell."""
    return dict(zip(("column", "cell", "value"), READ[name], strict=True))


def refusing(name: str) -> dict[str, Any]:
    """Return the parameters of the test that is refused a cell."""
    return dict(zip(("heading", "cell", "complaint"), REFUSED[name], strict=True))


def differing(name: str) -> dict[str, Any]:
    """Return the parameters of the test that shows a difference."""
    return dict(zip(("expected", "shown"), DIFFERENCES[name], strict=True))


def comparing(
    patch: MonkeyPatch, change: Callable[[list[Line], list[Line]], tuple[list[Line], list[Line]]]
) -> None:
    """Let other lines be compared than those that are expected and there."""
    given = data_tables.compare
    patch.setattr(
        data_tables,
        "compare",
        lambda headings, expected, actual: given(headings, *change(expected, actual)),
    )


@fault(
    "rows that are too many are not seen",
    noticed_by=test_what_differs_is_shown_side_by_side,
    **differing("a row is surplus"),
)
def surplus_unseen(patch: MonkeyPatch) -> None:
    comparing(patch, lambda expected, actual: (expected, [a for a in actual if a in expected]))


@fault(
    "rows that are missing are not seen",
    noticed_by=test_what_differs_is_shown_side_by_side,
    **differing("a row is missing"),
)
def missing_unseen(patch: MonkeyPatch) -> None:
    comparing(patch, lambda expected, actual: ([e for e in expected if e in actual], actual))


@fault(
    "the order of rows is not looked at",
    noticed_by=test_what_differs_is_shown_side_by_side,
    **differing("rows are in another order"),
)
def order_unseen(patch: MonkeyPatch) -> None:
    comparing(patch, lambda expected, actual: (sorted(expected), sorted(actual)))


@fault(
    "the last column is not looked at",
    noticed_by=test_what_differs_is_shown_side_by_side,
    **differing("another value"),
)
def last_column_unseen(patch: MonkeyPatch) -> None:
    comparing(
        patch,
        lambda expected, actual: (
            expected,
            [there[:-1] + wanted[-1:] for there, wanted in zip(actual, expected, strict=True)],
        ),
    )


@fault(
    "headings are not looked at",
    noticed_by=test_a_heading_that_is_no_column_of_its_own_is_refused,
    headings=HEADINGS["a slip"][0],
    complaint=HEADINGS["a slip"][1],
    use=lambda given: data_tables.rows(given, Customer),
)
def headings_unseen(patch: MonkeyPatch) -> None:
    patch.setattr(data_tables, "check_columns", lambda *_: None)


@fault(
    "a cell that differs is not marked",
    noticed_by=test_what_differs_is_shown_side_by_side,
    **differing("another value"),
)
def unmarked(patch: MonkeyPatch) -> None:
    patch.setattr(data_tables, "_marked", lambda wanted, there: (wanted, there))


@fault(
    "rows are compared as they are written",
    noticed_by=test_rows_that_are_as_expected_pass_however_their_values_are_written,
)
def written_compared(patch: MonkeyPatch) -> None:
    def expect_rows(table: Any, _: object, found: Any, __: object) -> None:
        names = data_tables.column_names(table)
        there = [[str(row[name]) for name in names] for row in found]
        data_tables.compare(names, [list(row.cells) for row in table], there)

    patch.setattr(data_tables, "expect_rows", expect_rows)


@fault(
    "every cell is text",
    noticed_by=test_a_cell_is_read_by_the_type_of_its_column,
    **reading("a whole number"),
)
def everything_is_text(patch: MonkeyPatch) -> None:
    patch.setattr(cells, "READERS", cells.READERS[1:])


@fault(
    "a time without a zone is one",
    noticed_by=test_a_cell_that_its_column_cannot_hold_is_refused,
    **refusing("no zone"),
)
def zone_made_up(patch: MonkeyPatch) -> None:
    given = cells._converted

    def converted(convert: Callable[[str], Any], cell: str, what: str) -> Any:
        found = given(convert, cell, what)
        return found.replace(tzinfo=found.tzinfo or UTC) if what == "a time" else found

    patch.setattr(cells, "_converted", converted)


@fault(
    "text in a list is read like a cell",
    noticed_by=test_a_cell_is_read_by_the_type_of_its_column,
    **reading("text in a list is what JSON says"),
)
def cells_in_a_list(patch: MonkeyPatch) -> None:
    given = cells._array

    def array(cell: str, kind: Any, day: date | None) -> list[Any]:
        return [cells.read(each, kind.item_type) for each in given(cell, kind, day)]

    patch.setattr(
        cells,
        "READERS",
        tuple((kind, array if read is given else read) for kind, read in cells.READERS),
    )


@fault(
    "what cannot be seen is not escaped",
    noticed_by=test_text_is_written_so_that_a_person_can_tell_what_it_is,
    value="Žluť\u200b 🐘\n",
    cell=r'"Žluť\u200b 🐘\n"',
)
def unescaped(patch: MonkeyPatch) -> None:
    patch.setattr(cells, "_literal", lambda text: json.dumps(text, ensure_ascii=False))


@fault(
    "a text is shown in its whole length",
    noticed_by=test_what_differs_is_shown_side_by_side,
    **differing("text as it can be written"),
)
def whole_length(patch: MonkeyPatch) -> None:
    patch.setattr(cells, "LONG_RUN", re.compile("(?!)"))


@fault(
    "nothing is empty text",
    noticed_by=test_a_cell_is_read_by_the_type_of_its_column,
    **reading("NULL"),
)
def nothing_is_empty(patch: MonkeyPatch) -> None:
    given = cells.read
    patch.setattr(
        cells, "read", lambda cell, *more: "" if cell == cells.NOTHING else given(cell, *more)
    )


@fault(
    "text that looks like nothing is written as it is",
    noticed_by=test_what_is_written_is_read_again,
    column="title",
)
def nothing_without_quotes(patch: MonkeyPatch) -> None:
    given = cells.write
    patch.setattr(
        cells,
        "write",
        lambda value, kind: value if value == cells.NOTHING else given(value, kind),
    )


@fault(
    "a type of the project's own is text",
    noticed_by=test_a_cell_is_read_by_the_type_of_its_column,
    **reading("a time of a type of one's own"),
)
def own_types_are_text(patch: MonkeyPatch) -> None:
    patch.setattr(cells, "behind", lambda kind: kind)


@fault(
    "cells are attached as they are marked",
    noticed_by=test_a_difference_is_attached_as_a_table_and_as_text,
)
def marked_cells(patch: MonkeyPatch) -> None:
    given = data_tables._pairs
    patch.setattr(
        data_tables,
        "_pairs",
        lambda *both: [
            (sign, *data_tables._marked(wanted, there)) for sign, wanted, there in given(*both)
        ],
    )


@fault(
    "a password in a cell is attached",
    noticed_by=test_a_password_in_a_cell_is_not_attached,
)
def passwords_attached(patch: MonkeyPatch) -> None:
    patch.setattr(data_tables, "masked_all", lambda body: body)
