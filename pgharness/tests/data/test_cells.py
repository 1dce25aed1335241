"""A cell of a data table is read by the type of its column, and written so that it can be read."""

from datetime import UTC, date, datetime, timedelta, timezone
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Final
from uuid import UUID

import pytest
from behave.model import Table

from orders import Order, Status
from pgharness.data import cells, data_tables

DAY: Final = date(2026, 3, 2)
NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
REFERENCE: Final = "6fa459ea-ee8a-3ca4-894e-db77e160355e"

READ: Final[dict[str, tuple[str, str, Any]]] = {
    "text as it is": ("title", "Import Q3", "Import Q3"),
    "text in quotes": ("title", r'" a\n"', " a\n"),
    "text repeated and joined": ("title", '"x" × 3 + "y"', "xxxy"),
    "quotes within text": ("title", 'the "big" one', 'the "big" one'),
    "empty text": ("title", '""', ""),
    "a word that has a meaning": ("title", '"nothing"', "nothing"),
    "NULL": ("title", "nothing", None),
    "digits in a column of text": ("title", "7", "7"),
    "a whole number": ("priority", "-7", -7),
    "NULL in a column of numbers": ("priority", "nothing", None),
    "one of a closed set": ("status", "paid", Status.PAID),
    "JSON": ("details", '{"a": [1, null, "1"]}', {"a": [1, None, "1"]}),
    "the null of JSON": ("details", "null", None),
    "JSON that is stored as text": ("settings", '{"a": 1}', {"a": 1}),
    "a time in another zone": ("placed_at", "2026-03-02 14:00:00+02:00", NOON),
    "an hour of the day": ("placed_at", "12:30", NOON + timedelta(minutes=30)),
    "an hour with seconds": ("placed_at", "12:00:01", NOON + timedelta(seconds=1)),
    "the end of time": ("placed_at", "infinity", "infinity"),
    "the beginning of time": ("placed_at", "-infinity", "-infinity"),
    "a time without a zone": ("opens_at", "2026-03-02 12:00", NOON.replace(tzinfo=None)),
    "an hour without a zone": ("opens_at", "12:00", NOON.replace(tzinfo=None)),
    "a list": ("labels", '["cheaply", "now"]', ["cheaply", "now"]),
    "an empty list": ("labels", "[]", []),
    "a list that is NULL": ("labels", "nothing", None),
    "text in a list is what JSON says": ("labels", r'["nothing", "\"a\""]', ["nothing", '"a"']),
    "an element that is NULL": ("labels", '["a", null]', ["a", None]),
    "a list of times": ("reminders", '["2026-03-02 12:00+00:00"]', [NOON]),
    "yes": ("gift", "yes", True),
    "no": ("gift", "no", False),
    "an address": ("ip", "192.0.2.7", IPv4Address("192.0.2.7")),
    "an address of IPv6": ("ip", "2001:db8::7", IPv6Address("2001:db8::7")),
    "a UUID": ("reference", REFERENCE, UUID(REFERENCE)),
    "text of a type of one's own": ("own_text", '"a"', "a"),
    "one of a closed set of a type of one's own": ("own_status", "paid", Status.PAID),
    "JSON of a type of one's own": ("own_details", '{"a": 1}', {"a": 1}),
    "a list of a type of one's own": ("own_labels", '["a"]', ["a"]),
    "a time of a type of one's own": ("own_time", "12:00", NOON),
}

REFUSED: Final = {
    "a word for a number": ("priority", "two", "two is not a whole number"),
    "a fraction for a whole number": ("priority", "1.5", "1.5 is not a whole number"),
    "no member of a closed set": ("status", "done", "done is not one of open, paid"),
    "JSON without quotes": ("details", "{rows: 1}", "{rows: 1} is not JSON"),
    "a word for a time": ("placed at", "noon", "noon is not a time"),
    "no zone": ("placed at", "2026-03-02", "2026-03-02 has no zone"),
    "no zone in a type of one's own": ("own time", "2026-03-02", "2026-03-02 has no zone"),
    "a zone too many": ("opens at", "2026-03-02 12:00Z", "2026-03-02 12:00Z has a zone"),
    "an array as PostgreSQL has it": ("labels", "{cheaply}", "{cheaply} is not a JSON array"),
    "JSON that is no array": ("labels", '{"a": 1}', '{"a": 1} is not a JSON array'),
    "no zone in a list": ("reminders", '["2026-03-02"]', "2026-03-02 has no zone"),
    "an address that is too short": ("ip", "192.0.2", "192.0.2 is not an address"),
    "neither yes nor no": ("gift", "perhaps", "perhaps is not yes or no"),
    "a UUID that is too short": ("reference", "6fa459ea", "6fa459ea is not a UUID"),
}

VALUES: Final[dict[str, list[Any]]] = {
    "title": [
        *("Import", "", " a ", "nothing", '"', '"a"', "a|b", "a\\nb", "\n\t", "Žluť 🐘"),
        *("\u200b", "e\u0301", "x" * 100, "d" * 99 + " " + "e" * 99, "\n" * 50, "null", "yes"),
    ],
    "priority": [0, -7],
    "gift": [True, False],
    "status": [*Status],
    "details": [{"b": [1, None, "1"], "a": {}}, [], "nothing", "text", 7, 0.1, False],
    "settings": [{"a": 1}, "nothing"],
    "labels": [[], ["nothing", '"a"', ""], ["a", None], ["12:00", "a,b", "{}"]],
    "reminders": [[NOON, None], []],
    "placed_at": [NOON, NOON.astimezone(timezone(timedelta(hours=2))), "infinity", "-infinity"],
    "opens_at": [NOON.replace(tzinfo=None)],
    "ip": [IPv4Address("192.0.2.7"), IPv6Address("2001:db8::7")],
    "reference": [UUID(REFERENCE)],
    "own_text": ["a", "nothing"],
    "own_status": [*Status],
    "own_details": [{"a": [1, None]}, "nothing"],
    "own_labels": [["nothing", '"a"']],
    "own_time": [NOON + timedelta(microseconds=1)],
}
"""What columns may hold, besides nothing at all."""


def read(heading: str, cell: str) -> dict[str, Any]:
    """Return what a table of one row and one column is read as."""
    (row,) = data_tables.rows(Table([heading], rows=[[cell]]), Order, DAY)
    return row


@pytest.mark.parametrize(("column", "cell", "value"), READ.values(), ids=READ.keys())
def test_a_cell_is_read_by_the_type_of_its_column(column: str, cell: str, value: object) -> None:
    found = read(column, cell)
    assert found == {column: value}
    assert type(found[column]) is type(value)


@pytest.mark.parametrize("column", ["details", "settings", "own_details"])
def test_a_column_of_json_that_is_nothing_is_left_out(column: str) -> None:
    assert read(column, "nothing") == {}


def test_an_hour_needs_a_day() -> None:
    with pytest.raises(AssertionError) as refusal:
        data_tables.rows(Table(["placed at"], rows=[["12:00"]]), Order)
    assert str(refusal.value) == "row 1, placed_at: 12:00 is not a time"


@pytest.mark.parametrize(("heading", "cell", "complaint"), REFUSED.values(), ids=REFUSED.keys())
def test_a_cell_that_its_column_cannot_hold_is_refused(
    heading: str, cell: str, complaint: str
) -> None:
    with pytest.raises(AssertionError) as refusal:
        read(heading, cell)
    assert str(refusal.value) == f"row 1, {heading.replace(' ', '_')}: {complaint}"


@pytest.mark.parametrize("column", VALUES)
def test_what_is_written_is_read_again(column: str) -> None:
    rows = [{column: value} for value in (*VALUES[column], None)]
    found = data_tables.rows(data_tables.table(rows, Order), Order, DAY)
    assert [row.get(column) for row in found] == [row[column] for row in rows]


def test_values_of_every_column_are_written_and_read() -> None:
    assert VALUES.keys() == set(Order.__table__.columns.keys()) - {"id", "customer_id"}


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("Import", "Import"),
        ("Žluť\u200b 🐘\n", r'"Žluť\u200b 🐘\n"'),
        ("d" * 99 + " " + "e" * 99, '"d" × 99 + " " + "e" × 99'),
        ("x" * 39, "x" * 39),
        ("", '""'),
        (None, "nothing"),
        ("nothing", '"nothing"'),
    ],
)
def test_text_is_written_so_that_a_person_can_tell_what_it_is(value: str | None, cell: str) -> None:
    assert cells.write(value, Order.__table__.c.title.type) == cell


def test_equal_times_look_alike() -> None:
    kind = Order.__table__.c.placed_at.type
    east = NOON.astimezone(timezone(timedelta(hours=2)))
    assert cells.write(NOON, kind) == cells.write(east, kind) == "2026-03-02 12:00:00+00:00"
