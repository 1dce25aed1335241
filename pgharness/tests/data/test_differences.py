"""Differences of two fingerprints are described by table, owner and row, value by value."""

from textwrap import dedent
from typing import Final

import psycopg
import pytest

import schemas
from pgharness.data.differences import RowChanges, changes, describe, differences
from pgharness.data.fingerprints import LONGEST_KEPT, Ownership, fingerprint
from test_fingerprints import Pair, samples

DESCRIPTIONS: Final[dict[str, tuple[list[Pair], list[Pair], str]]] = {
    "a row deleted, and one inserted": (
        [("a", "b"), ("c", None)],
        [("a", "b"), ("d", "e")],
        """
        samples
          left c was deleted: left "c"
          left d was inserted: left "d", right "e"
        """,
    ),
    "the first of many rows": (
        [(str(number), "a") for number in range(1, 6)],
        [*((str(number), "b") for number in range(1, 5)), ("5", None)],
        """
        samples
          left 1: right was "a", is "b"
          left 2: right was "a", is "b"
          left 3: right was "a", is "b"
          and 2 more
        """,
    ),
    "rows in the order of their numbers": (
        [],
        [("10", None), ("9", None)],
        """
        samples
          left 9 was inserted: left "9"
          left 10 was inserted: left "10"
        """,
    ),
    "one of two equal rows": (
        [("a", "b"), ("a", "b")],
        [("a", "b")],
        """
        samples
          left a was deleted: left "a", right "b"
        """,
    ),
    "values with characters that delimit values": (
        [("1", 'a,"b')],
        [("1", "(a\\\n)")],
        r"""
        samples
          left 1: right was "a,\"b", is "(a\\\n)"
        """,
    ),
    "one of a hundred rows, each of which is kept": (
        [(str(number), "a") for number in range(100)],
        [(str(number), "b" if number == 7 else "a") for number in range(100)],
        """
        samples
          left 7: right was "a", is "b"
        """,
    ),
    "one of more rows, of which labels and digests are kept": (
        [(str(number), "a") for number in range(101)],
        [(str(number), "b" if number == 7 else "a") for number in range(101)],
        """
        samples
          left 7 was updated
        """,
    ),
    "rows that become too many to keep each": (
        [(str(number), "a") for number in range(1, 101)],
        [*((str(number), "a") for number in range(1, 101)), ("101", None), ("102", None)],
        """
        samples
          left 101 was inserted
          left 102 was inserted
        """,
    ),
    "one of two rows that are too long to keep": (
        [("1", "a" * LONGEST_KEPT), ("2", "a")],
        [("1", "a" * LONGEST_KEPT), ("2", "b")],
        """
        samples
          left 2 was updated
        """,
    ),
}

OWNERS: Final = Ownership(columns=("owner_id",), own={"accounts": "id"})


SHOP: Final = """
    CREATE TABLE accounts (id {key} PRIMARY KEY, name text);
    CREATE TABLE orders (id int PRIMARY KEY, owner_id {key}, title text, version int);
    CREATE TABLE countries (code text, name text);
"""


@pytest.mark.parametrize(
    ("before", "after", "lines"), DESCRIPTIONS.values(), ids=DESCRIPTIONS.keys()
)
def test_the_first_rows_that_differ_are_described(
    before: list[Pair], after: list[Pair], lines: str, undone: psycopg.Connection
) -> None:
    first = samples(undone, "text", before)
    second = samples(undone, "text", after)
    assert describe(first, second) == dedent(lines).strip()


def test_equal_fingerprints_have_no_description(undone: psycopg.Connection) -> None:
    first = samples(undone, "text", [("a", "b")])
    assert describe(first, samples(undone, "text", [("a", "b")])) == ""
    assert differences(first, first) == []


@pytest.mark.parametrize(
    ("key", "ada", "bram"),
    [
        ("int", "1", "2"),
        ("text", "ada", "bram"),
        ("uuid", "6fa459ea-ee8a-3ca4-894e-db77e160355e", "886313e1-3b8a-5372-9b90-0c9aee199e5d"),
    ],
)
def test_the_owner_of_a_row_is_named(
    key: str, ada: str, bram: str, undone: psycopg.Connection
) -> None:
    ownership = Ownership(columns=("owner_id",), own={"accounts": "id"})
    undone.execute(
        SHOP.replace("{key}", key).encode()
        + f"""
        INSERT INTO accounts VALUES ('{ada}', 'Ada'), ('{bram}', 'Bram');
        INSERT INTO orders VALUES (1, '{ada}', 'Import', 1), (2, '{bram}', 'Export', 1);
        INSERT INTO orders VALUES (3, NULL, 'Audit', 1);
        """.encode()
    )
    before = fingerprint(undone, ownership)
    undone.execute(
        b"""
        UPDATE orders SET title = 'Import Q3', version = 2 WHERE id = 1;
        UPDATE orders SET title = 'Audit Q3' WHERE id = 3;
        UPDATE accounts SET name = 'Bram King' WHERE name = 'Bram';
        INSERT INTO countries VALUES ('NL', NULL);
        """
    )
    after = fingerprint(undone, ownership)
    assert describe(before, after).splitlines() == [
        f"accounts of {bram}",
        f'  id {bram}: name was "Bram", is "Bram King"',
        "countries",
        '  code NL was inserted: code "NL"',
        f"orders of {ada}",
        '  id 1: title was "Import", is "Import Q3"; version was "1", is "2"',
        "orders",
        '  id 3: title was "Audit", is "Audit Q3"',
    ]


@pytest.mark.parametrize("name", schemas.ALL)
def test_rows_of_any_schema_are_described(name: str, connection: psycopg.Connection) -> None:
    connection.execute(schemas.ALL[name])
    before = fingerprint(connection)
    lines = describe(before, {}).splitlines()
    assert any(" was deleted: " in line for line in lines)


def test_a_row_is_named_by_its_primary_key(undone: psycopg.Connection) -> None:
    undone.execute(
        b"CREATE TABLE seats (taken bool, number int, hall text, PRIMARY KEY (hall, number))"
    )
    undone.execute(b"INSERT INTO seats VALUES (false, 1, 'A'), (false, 1, 'B'), (false, 10, 'A')")
    before = fingerprint(undone)
    undone.execute(b"UPDATE seats SET taken = true WHERE number = 1 AND hall = 'B'")
    undone.execute(b"DELETE FROM seats WHERE number = 10")
    assert describe(before, fingerprint(undone)).splitlines() == [
        "seats",
        '  hall A, number 10 was deleted: taken "f", number "10", hall "A"',
        '  hall B, number 1: taken was "f", is "t"',
    ]


@pytest.mark.parametrize("number", [1, 200])
def test_rows_of_a_table_without_columns_are_described(
    number: int, undone: psycopg.Connection
) -> None:
    undone.execute(b"CREATE TABLE marks ()")
    before = fingerprint(undone)
    undone.execute("INSERT INTO marks SELECT FROM generate_series(1, %s)", [number])
    lines = describe(before, fingerprint(undone)).splitlines()
    assert lines[:2] == ["marks", "  a row without columns was inserted"]
    assert changes(before, fingerprint(undone)) == {"marks": RowChanges(inserted=number)}
