"""What `-D sql=on` writes: statements that can be read, without what they spell out."""

import pytest

from pgharness.observe.sql_log import readable


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("SELECT *\n  FROM users", "SELECT * FROM users"),
        ("UPDATE users SET email = 'a@b', n = 1", "UPDATE users SET email = '…', n = 1"),
        ("SELECT 'C:\\', 'x'", "SELECT '…', '…'"),
        ("SELECT E'it\\'s', e'x'", "SELECT '…', '…'"),
        ("SELECT $$secret$$, $a$a $b$ secret$a$", "SELECT '…', '…'"),
        ("WHERE a = %(a)s::VARCHAR AND b = %(b_1)s", "WHERE a = :a AND b = :b_1"),
        ("%(at)s::TIMESTAMP WITH TIME ZONE AND", ":at AND"),
        ("%(status)s::task_status, %(ids)s::BIGINT[]", ":status, :ids"),
    ],
)
def test_a_statement_is_readable(statement: str, shown: str) -> None:
    assert readable(statement) == shown
