"""What the tests of resets share: a reset that must work, and one that must be refused."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

import inventory
from pgharness.core.errors import HarnessError
from pgharness.reset.execute import ResetReport


def done(resetting: Callable[[], ResetReport]) -> ResetReport:
    """Return what a reset did; fail if it was refused."""
    try:
        return resetting()
    except HarnessError as refusal:
        pytest.fail(f"it was refused: {refusal}")


def emptied(connection: psycopg.Connection, resetting: Callable[[], ResetReport]) -> set[str]:
    """Return the tables whose rows are gone after a reset; fail if a table lost only some."""
    before = inventory.rows_of(connection)
    done(resetting)
    after = inventory.rows_of(connection)
    changed = {table: after[table] for table in before if after[table] != before[table]}
    assert not any(changed.values()), f"a table has lost only some of its rows: {changed}"
    return {table.removeprefix("public.") for table in changed}


def assert_initial(connection: psycopg.Connection) -> None:
    """Fail if a table has a row, or if a sequence is not at its start."""
    left = {table: found for table, found in inventory.rows_of(connection).items() if found}
    assert not left, f"there are rows: {left}"
    moved = inventory.moved(connection)
    assert not moved, f"not at their start: {moved}"


@contextmanager
def refused(connection: psycopg.Connection, reason: str) -> Iterator[None]:
    """Fail unless a reset is refused for this reason, and every row and number is as it was."""
    before = inventory.contents(connection)
    assert any(inventory.rows_of(connection).values()), "the reset would have nothing to delete"
    with pytest.raises(HarnessError) as refusal:
        yield
    said = str(refusal.value)
    assert f"the database {connection.info.dbname} is not reset, and as it was: " in said, said
    assert reason in said, f"it was refused, but for another reason: {said}"
    after = inventory.contents(connection)
    assert after == before, f"{after} instead of {before}"


def rows(connection: psycopg.Connection, table: str) -> int:
    """Return how many rows a table in the schema `public` has."""
    return inventory.number_of_rows(connection, ("public", table))
