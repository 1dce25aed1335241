"""The function that empties a database takes its time by the number of tables, not its square."""

import re

import psycopg
import pytest
from sqlalchemy import URL

from pgharness.reset import reset
from pgharness.reset.execute import Execution
from pgharness.reset.plan import Choice

TABLES = 12


@pytest.fixture
def lines(marked: URL, connection: psycopg.Connection) -> list[str]:
    """The lines of the function for tables that have a sequence each."""
    for number in range(TABLES):
        connection.execute(f"CREATE TABLE t{number} (id serial PRIMARY KEY)".encode())
    with reset.connect(marked) as emptier:
        execution = Execution(emptier, Choice())
        execution.make()
        return execution.sql.splitlines()


def test_statements_for_a_table_or_a_sequence_are_on_one_line(lines: list[str]) -> None:
    repeated = [
        line for line in lines if re.search(rf"\b(dirty|stand|positions)\[{TABLES}\]", line)
    ]
    assert len(repeated) == 6, "to count, in three places; to delete; to restart; to restore"
    for line in repeated:
        assert len(re.findall(r"\bIF\b", line)) == 2 * len(re.findall(r"\bEND IF\b", line)) > 0
