"""What differs between two fingerprints is told by table, owner and row, value by value."""

from textwrap import dedent
from typing import Final

import psycopg
import pytest

import schemas
from pgharness.data.fingerprints import LONGEST_KEPT, Ownership, differences, fingerprint, told
from test_fingerprints import Pair, samples

TOLD: Final[dict[str, tuple[list[Pair], list[Pair], str]]] = {
    "a row that is gone, and one that is new": (
        [("a", "b"), ("c", None)],
        [("a", "b"), ("d", "e")],
        """
        samples
          left c is gone: left "c"
          left d is new: left "d", right "e"
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
          left 9 is new: left "9"
          left 10 is new: left "10"
        """,
    ),
    "one of two equal rows": (
        [("a", "b"), ("a", "b")],
        [("a", "b")],
        """
        samples
          left a is gone: left "a", right "b"
        """,
    ),
    "values with signs that part values": (
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
    "one of more rows, of which a digest each is kept": (
        [(str(number), "a") for number in range(101)],
        [(str(number), "b" if number == 7 else "a") for number in range(101)],
        """
        samples
          left 7: it is not what it was
        """,
    ),
    "rows that become too many to keep each": (
        [(str(number), "a") for number in range(1, 101)],
        [*((str(number), "a") for number in range(1, 101)), ("101", None), ("102", None)],
        """
        samples
          left 101 is new: left "101"
          left 102 is new: left "102"
        """,
    ),
    "one of a few rows that are too long to keep": (
        [("1", "a" * LONGEST_KEPT), ("2", "a")],
        [("1", "a" * LONGEST_KEPT), ("2", "b")],
        """
        samples
          left 2: it is not what it was
        """,
    ),
}

OWNERS: Final = Ownership(columns=("owner_id",), own={"accounts": "id"})


SHOP: Final = """
    CREATE TABLE accounts (id {key} PRIMARY KEY, name text);
    CREATE TABLE orders (id int PRIMARY KEY, owner_id {key}, title text, version int);
    CREATE TABLE countries (code text, name text);
"""


@pytest.mark.parametrize(("before", "after", "lines"), TOLD.values(), ids=TOLD.keys())
def test_it_is_told_how_the_first_rows_differ(
    before: list[Pair], after: list[Pair], lines: str, undone: psycopg.Connection
) -> None:
    first = samples(undone, "text", before)
    second = samples(undone, "text", after)
    assert told(first, second, undone) == dedent(lines).strip()


def test_nothing_is_told_of_what_is_the_same(undone: psycopg.Connection) -> None:
    first = samples(undone, "text", [("a", "b")])
    assert told(first, samples(undone, "text", [("a", "b")]), undone) == ""
    assert differences(first, first) == []


@pytest.mark.parametrize(
    ("key", "ada", "bram"),
    [
        ("int", "1", "2"),
        ("text", "ada", "bram"),
        ("uuid", "6fa459ea-ee8a-3ca4-894e-db77e160355e", "886313e1-3b8a-5372-9b90-0c9aee199e5d"),
    ],
)
def test_it_is_told_whose_a_row_is(
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
    assert told(before, after, undone).splitlines() == [
        f"accounts of {bram}",
        f'  id {bram}: name was "Bram", is "Bram King"',
        "countries",
        '  code NL is new: code "NL"',
        f"orders of {ada}",
        '  id 1: title was "Import", is "Import Q3"; version was "1", is "2"',
        "orders",
        '  id 3: title was "Audit", is "Audit Q3"',
    ]


@pytest.mark.parametrize("name", schemas.ALL)
def test_rows_of_any_schema_are_told(name: str, connection: psycopg.Connection) -> None:
    connection.execute(schemas.ALL[name])
    before = fingerprint(connection)
    lines = told(before, {}, connection).splitlines()
    assert any(" is gone: " in line for line in lines)
