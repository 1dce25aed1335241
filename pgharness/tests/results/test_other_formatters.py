"""behave's own formatters still work when they are asked for, and no report depends on them."""

from pathlib import Path

import pytest
from behave.formatter._registry import format_iter

import every_status_reports as reports
from every_status_table import STATUSES, copied, run

BROKEN = {"captured"}
"""Formatters that raise an error of their own in this suite, as with behave's own runner."""


@pytest.mark.parametrize("name", sorted(set(format_iter()) - {"help"}))
def test_the_reports_are_those_of_any_run(name: str, tmp_path: Path) -> None:
    done = run(copied(tmp_path / "suite"), "-f", name)
    assert done.code == 1, done.output
    if name in BROKEN:
        assert reports.in_junit(done)[1]["The run"] == ("Error", "failed")
        return
    expected = {key: (one.status.value, one.why) for key, one in STATUSES.items()}
    assert reports.in_stream(done) == expected
    assert reports.in_junit(done)[0] == reports.expected_in_junit(STATUSES)
