"""Tables of rows become values of a model's columns, and differences are shown side by side."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from textwrap import dedent
from typing import Any, Final

import psycopg
import pytest
from behave.parser import parse_steps
from sqlalchemy import Engine, insert

from orders import Customer, Order, Status
from pgharness.core import masking
from pgharness.data import data_tables, fingerprints

DAY: Final = date(2026, 3, 2)

Row = dict[str, Any]


def table(text: str) -> Any:
    """Return the data table of a step, as behave reads it."""
    (step,) = parse_steps(f"Given these rows\n{text}")
    return step.table


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, minute, tzinfo=UTC)


IMPORT: Final[Row] = {"title": "Import", "status": Status.PAID, "placed_at": at(12)}
EXPORT: Final[Row] = {"title": "Export", "status": Status.OPEN, "placed_at": at(12, 30)}
AUDIT: Final[Row] = {"title": "Audit", "status": Status.OPEN, "placed_at": at(13)}
FOUND: Final = [IMPORT, EXPORT, AUDIT]

AS_EXPECTED: Final = """
    | placed at                 | title         | status |
    | 2026-03-02 13:00:00+01:00 | Import        | paid   |
    | 12:30                     | "Ex" + "port" | open   |
    | 13:00                     | Audit         | open   |
"""

DIFFERENCES: Final = {
    "another value": (
        """
        | title  | status |
        | Import | paid   |
        | Export | paid   |
        | Audit  | open   |
        """,
        """
            | title  | status |   | title  | status |
            | Import | paid   |   | Import | paid   |
          ≠ | Export | »paid« |   | Export | »open« |
            | Audit  | open   |   | Audit  | open   |
        """,
    ),
    "another value in the first of two columns": (
        """
        | title  | status |
        | Import | paid   |
        | Report | open   |
        | Audit  | open   |
        """,
        """
            | title    | status |   | title    | status |
            | Import   | paid   |   | Import   | paid   |
          ≠ | »Report« | open   |   | »Export« | open   |
            | Audit    | open   |   | Audit    | open   |
        """,
    ),
    "text as it can be written": (
        r"""
        | title                     |
        | Import                    |
        | "Žluť\u200b 🐘\n"         |
        | "d" × 99 + " " + "e" × 99 |
        """,
        r"""
            | title                       |   | title    |
            | Import                      |   | Import   |
          ≠ | »"Žluť\u200b 🐘\n"«          |   | »Export« |
          ≠ | »"d" × 99 + " " + "e" × 99« |   | »Audit«  |
        """,
    ),
    "a row is missing": (
        """
        | title  |
        | Import |
        | Export |
        | Report |
        | Audit  |
        """,
        """
            | title  |   | title  |
            | Import |   | Import |
            | Export |   | Export |
          - | Report |   |        |
            | Audit  |   | Audit  |
        """,
    ),
    "a row is surplus": (
        """
        | title  |
        | Import |
        | Audit  |
        """,
        """
            | title  |   | title  |
            | Import |   | Import |
          + |        |   | Export |
            | Audit  |   | Audit  |
        """,
    ),
    "all rows are surplus": (
        "| title |",
        """
            | title |   | title  |
          + |       |   | Import |
          + |       |   | Export |
          + |       |   | Audit  |
        """,
    ),
    "rows are in another order": (
        """
        | title  |
        | Export |
        | Import |
        | Audit  |
        """,
        """
            | title  |   | title  |
          + |        |   | Import |
            | Export |   | Export |
          - | Import |   |        |
            | Audit  |   | Audit  |
        """,
    ),
}

HEADINGS: Final = {
    "a slip": (
        "| slugg |",
        "no such column: slugg; there are id, email, country, joined_at, metadata",
    ),
    "two slips": (
        "| mail | id | at |",
        "no such column: mail, at; there are id, email, country, joined_at, metadata",
    ),
    "one column twice": (
        "| joined at | id | joined_at |",
        "more than one column is called joined_at",
    ),
}


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def test_rows_have_the_values_of_their_columns() -> None:
    given = table(
        r"""
        | title        | placed at | details     |
        | "a\|b"       | 12:00     | {"rows": 1} |
        | " Import Q3" | nothing   | nothing     |
        """
    )
    assert data_tables.rows(given, Order, DAY) == [
        {"title": "a|b", "placed_at": at(12), "details": {"rows": 1}},
        {"title": " Import Q3", "placed_at": None},
    ]


@pytest.mark.parametrize(("headings", "complaint"), HEADINGS.values(), ids=HEADINGS.keys())
@pytest.mark.parametrize(
    "use",
    [
        lambda given: data_tables.rows(given, Customer),
        lambda given: data_tables.expect_rows(given, Customer, []),
    ],
    ids=["read", "compared"],
)
def test_a_heading_that_is_no_column_of_its_own_is_refused(
    headings: str, complaint: str, use: Callable[[Any], object]
) -> None:
    with pytest.raises(AssertionError) as refusal:
        use(table(headings))
    assert str(refusal.value) == complaint


def test_a_complaint_names_the_row() -> None:
    with pytest.raises(AssertionError) as refusal:
        data_tables.rows(table("| title | priority |\n| a | 1 |\n| b | two |"), Order)
    assert str(refusal.value) == "row 2, priority: two is not a whole number"


def test_rows_that_are_as_expected_pass_however_their_values_are_written() -> None:
    data_tables.expect_rows(table(AS_EXPECTED), Order, FOUND, DAY)


@pytest.mark.parametrize(("expected", "shown"), DIFFERENCES.values(), ids=DIFFERENCES.keys())
def test_what_differs_is_shown_side_by_side(expected: str, shown: str) -> None:
    with pytest.raises(data_tables.Mismatch) as mismatch:
        data_tables.expect_rows(table(expected), Order, FOUND, DAY)
    what, *drawn = lines(str(mismatch.value))
    assert what == "what was expected, and what is there (≠ another, - missing, + surplus):"
    assert drawn == lines(shown)


@pytest.mark.parametrize(("cell", "value"), [('""', None), ("nothing", ""), ("a", "A")])
def test_values_that_look_alike_differ(cell: str, value: str | None) -> None:
    with pytest.raises(data_tables.Mismatch):
        data_tables.expect_rows(table(f"| title |\n| {cell} |"), Order, [{"title": value}])


def test_the_gist_of_a_difference_is_without_the_rows_that_are_equal() -> None:
    expected = "| title |\n| Import |\n| Report |\n| Audit |"
    with pytest.raises(data_tables.Mismatch) as mismatch:
        data_tables.expect_rows(table(expected), Order, FOUND)
    assert lines(mismatch.value.gist)[1:] == lines(
        """
            | title    |   | title    |
          ≠ | »Report« |   | »Export« |
        """
    )


def test_texts_are_compared_as_they_are() -> None:
    given = table("| what | number |\n| a | 01 |")
    data_tables.expect(given, [{"what": "a", "number": "01", "more": "x"}])
    with pytest.raises(data_tables.Mismatch) as mismatch:
        data_tables.expect(given, [{"what": "a", "number": "1"}])
    assert "≠ | a    | »01«   |   | a    | »1«    |" in str(mismatch.value)
    with pytest.raises(AssertionError) as refusal:
        data_tables.expect(given, [{"what": "a"}])
    assert str(refusal.value) == "no such column: number; there are what"


def test_rows_of_a_table_are_stored_and_found_as_expected(
    connection: psycopg.Connection, shop: Engine
) -> None:
    given = table(
        dedent(r"""
        | id | title       | status | details             | labels     | placed at         | ip  |
        | 1  | "nothing"   | paid   | {"a": [1.5, null]}  | ["a", "b"] | 12:00             | ::1 |
        | 2  | " \u200b"   | open   | []                  | []         | 2026-03-02 01:00Z | ::2 |
        """)
    )
    with shop.begin() as service:
        service.execute(insert(Customer).values(id=1, email="", joined_at=at(12)))
        rows = [{"customer_id": 1, **row} for row in data_tables.rows(given, Order, DAY)]
        service.execute(insert(Order), rows)
    data_tables.expect_rows(given, Order, fingerprints.rows(connection, "orders"), DAY)


def test_a_difference_is_attached_as_a_table_and_as_text() -> None:
    expected = table("| title | status |\n| Import | open |\n| Report | open |")
    found = [{"title": "Export", "status": "open"}, {"title": "Report", "status": "open"}] * 2
    with pytest.raises(data_tables.Mismatch) as mismatch:
        data_tables.expect(expected, found)
    (kind, body), (other, text) = mismatch.value.attachments
    assert kind == "application/vnd.pgharness.table-difference+json"
    assert json.loads(body) == {
        "headings": ["title", "status"],
        "rows": [
            {"sign": "≠", "expected": ["Import", "open"], "actual": ["Export", "open"]},
            {"sign": " ", "expected": ["Report", "open"], "actual": ["Report", "open"]},
            {"sign": "+", "expected": None, "actual": ["Export", "open"]},
            {"sign": "+", "expected": None, "actual": ["Report", "open"]},
        ],
    }
    assert (other, text) == ("text/plain", str(mismatch.value))


def test_what_is_missing_has_no_actual_row() -> None:
    with pytest.raises(data_tables.Mismatch) as mismatch:
        data_tables.expect(table("| title |\n| Import |"), [])
    assert json.loads(mismatch.value.attachments[0][1])["rows"] == [
        {"sign": "-", "expected": ["Import"], "actual": None}
    ]


def test_a_password_in_a_cell_is_not_attached() -> None:
    masking.know_passwords(['a "long" pass\\word'])
    with pytest.raises(data_tables.Mismatch) as mismatch:
        data_tables.compare(["url"], [['x:a "long" pass\\word@']], [["none"]])
    (_, body), _ = mismatch.value.attachments
    assert json.loads(body)["rows"][0]["expected"] == ["x:***@"]
