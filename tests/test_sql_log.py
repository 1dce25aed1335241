"""What `-D sql=on` writes: statements that can be read, without what they spell out."""

from pathlib import Path

import pytest

from features.support.sql_log import readable
from tests.forked import Preloaded


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


def test_a_run_writes_what_its_scenarios_send(loaded: Preloaded, tmp_path: Path) -> None:
    feature = "features/accounts/changing.feature:15"
    ended = loaded.run("-D", "sql=on", feature, reports=tmp_path / "run")
    assert ended.exit_code == 0, ended.output
    assert f"\n--- {feature} A new display name\ndomain   BEGIN\n" in ended.output
    assert ended.output.count("\n--- ") == 1, "the migrations of the template are no scenario's"
    assert "domain   UPDATE users SET display_name=:display_name" in ended.output


def test_otherwise_a_run_writes_none(loaded: Preloaded, tmp_path: Path) -> None:
    ended = loaded.run("features/accounts/changing.feature:15", reports=tmp_path / "run")
    assert "UPDATE users" not in ended.output
