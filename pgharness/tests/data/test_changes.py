"""Changed rows are counted by table: inserted, updated and deleted."""

from typing import Final

import psycopg
import pytest

from pgharness.data.differences import RowChanges, changes
from pgharness.data.fingerprints import LONGEST_KEPT, MOST_KEPT, Ownership, fingerprint

OWNERS: Final = Ownership(columns=("owner_id",), own={"accounts": "id"})

SCHEMA: Final = """
    CREATE TABLE accounts (name text, id int PRIMARY KEY);
    CREATE TABLE tasks (owner_id int, title text, id int PRIMARY KEY);
    CREATE TABLE steps (task int, state text, step text, PRIMARY KEY (step, task) INCLUDE (state));
    CREATE TABLE readings (sensor int, value float);
    CREATE TABLE people (id int PRIMARY KEY, name text);
    CREATE TABLE employees (salary int) INHERITS (people);
    INSERT INTO accounts VALUES ('Ada', 1), ('Bram', 2);
    INSERT INTO tasks VALUES (1, 'Import', 1), (1, 'Export', 2), (2, 'Audit', 3), (NULL, 'Pay', 4);
    INSERT INTO steps VALUES (1, 'open', 'read'), (1, 'open', 'write'), (2, 'open', 'read');
    INSERT INTO steps VALUES (3, 'open', 'a,"b');
    INSERT INTO readings VALUES (1, 0.5), (1, 0.5), (2, 1.5);
    INSERT INTO people VALUES (1, 'Ada');
    INSERT INTO employees VALUES (1, 'Bram', 10);
"""

CHANGES: Final[dict[str, tuple[str, dict[str, RowChanges]]]] = {
    "no change": ("UPDATE tasks SET title = title", {}),
    "rows inserted": (
        "INSERT INTO tasks VALUES (1, 'Sort', 5), (3, 'Count', 6)",
        {"tasks": RowChanges(inserted=2)},
    ),
    "rows deleted": ("DELETE FROM tasks WHERE owner_id = 1", {"tasks": RowChanges(deleted=2)}),
    "rows updated": ("UPDATE tasks SET title = 'Wait'", {"tasks": RowChanges(updated=4)}),
    "all at once": (
        """
        DELETE FROM tasks WHERE id = 1;
        UPDATE tasks SET title = 'Wait' WHERE id IN (2, 3);
        INSERT INTO tasks VALUES (1, 'Import', 7);
        """,
        {"tasks": RowChanges(inserted=1, updated=2, deleted=1)},
    ),
    "an owner updated": (
        "UPDATE tasks SET owner_id = 2 WHERE id = 1",
        {"tasks": RowChanges(updated=1)},
    ),
    "an owner set, and another removed": (
        "UPDATE tasks SET owner_id = CASE id WHEN 4 THEN 1 END WHERE id IN (3, 4)",
        {"tasks": RowChanges(updated=2)},
    ),
    "rows of two owners exchanged": (
        "UPDATE tasks SET owner_id = 3 - owner_id",
        {"tasks": RowChanges(updated=3)},
    ),
    "a primary key updated": (
        "UPDATE accounts SET id = 3 WHERE id = 2",
        {"accounts": RowChanges(inserted=1, deleted=1)},
    ),
    "rows with a key of two columns": (
        """
        UPDATE steps SET state = 'done' WHERE task = 1;
        DELETE FROM steps WHERE task = 2;
        INSERT INTO steps VALUES (4, 'open', 'read');
        """,
        {"steps": RowChanges(inserted=1, updated=2, deleted=1)},
    ),
    "a key with characters that delimit values": (
        "UPDATE steps SET state = 'done' WHERE task = 3",
        {"steps": RowChanges(updated=1)},
    ),
    "rows without a primary key": (
        "UPDATE readings SET value = 2 WHERE sensor = 1",
        {"readings": RowChanges(inserted=2, deleted=2)},
    ),
    "one of two equal rows": (
        "DELETE FROM readings WHERE ctid = (SELECT min(ctid) FROM readings)",
        {"readings": RowChanges(deleted=1)},
    ),
    "rows of a table and of one that inherits from it": (
        "UPDATE people SET name = 'Chen' WHERE id = 1",
        {
            "people": RowChanges(updated=2),
            "employees": RowChanges(inserted=1, deleted=1),
        },
    ),
    "several tables": (
        "DELETE FROM readings; INSERT INTO accounts VALUES ('Chen', 3)",
        {"accounts": RowChanges(inserted=1), "readings": RowChanges(deleted=3)},
    ),
}


@pytest.mark.parametrize(("statements", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_changed_rows_are_counted_by_table(
    statements: str, expected: dict[str, RowChanges], undone: psycopg.Connection
) -> None:
    undone.execute(SCHEMA)
    before = fingerprint(undone, OWNERS)
    undone.execute(statements.encode())
    assert changes(before, fingerprint(undone, OWNERS)) == expected


@pytest.mark.parametrize("number", [MOST_KEPT - 1, MOST_KEPT, MOST_KEPT + 1, 3 * MOST_KEPT])
def test_many_rows_are_counted_exactly(number: int, undone: psycopg.Connection) -> None:
    undone.execute(SCHEMA)
    undone.execute(
        "INSERT INTO tasks SELECT 1, 'Import', n FROM generate_series(11, %s) AS n", [number + 8]
    )
    before = fingerprint(undone, OWNERS)
    undone.execute(
        b"""
        DELETE FROM tasks WHERE id = 20;
        UPDATE tasks SET title = 'Wait' WHERE id BETWEEN 30 AND 49;
        UPDATE tasks SET owner_id = 2 WHERE id = 50;
        INSERT INTO tasks SELECT 1, 'Sort', n FROM generate_series(1001, 1003) AS n;
        """
    )
    expected = {"tasks": RowChanges(inserted=3, updated=21, deleted=1)}
    assert changes(before, fingerprint(undone, OWNERS)) == expected


def test_a_row_too_long_to_keep_is_counted(undone: psycopg.Connection) -> None:
    undone.execute(SCHEMA)
    before = fingerprint(undone, OWNERS)
    undone.execute("UPDATE tasks SET title = repeat('a', %s) WHERE id = 1", [LONGEST_KEPT])
    assert changes(before, fingerprint(undone, OWNERS)) == {"tasks": RowChanges(updated=1)}


def test_rows_of_a_table_dropped_or_created_are_counted(undone: psycopg.Connection) -> None:
    undone.execute(SCHEMA)
    before = fingerprint(undone, OWNERS)
    undone.execute("DROP TABLE tasks; CREATE TABLE notes AS SELECT 1")
    after = fingerprint(undone, OWNERS)
    assert changes(before, after) == {
        "notes": RowChanges(inserted=1),
        "tasks": RowChanges(deleted=4),
    }
