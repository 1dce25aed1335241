"""All reports of a run are written, whatever one of them meets."""

import io
from pathlib import Path

import pytest

from pgharness.core.errors import HarnessError
from pgharness.results import writing
from pgharness.results.files import github
from pgharness.results.settings import ReportSettings
from sample_runs import EVERY_STATUS

ALL = {"acceptance.html", "cucumber.json", "rerun.txt", "summary.md"}


def write(folder: Path) -> str:
    """Write all reports, and return what is said of it."""
    out = io.StringIO()
    writing.write_all(EVERY_STATUS, folder, ReportSettings(), folder, out)
    return out.getvalue()


def test_what_cannot_be_kept_leaves_no_other_report_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(github.SUMMARY, str(tmp_path / "job.md"))
    (tmp_path / "history").write_text("no folder", "utf-8")
    (tmp_path / "acceptance.html").mkdir()
    with pytest.raises(HarnessError) as raised:
        write(tmp_path)
    assert str(raised.value) == (
        "reports are missing: acceptance.html cannot be written (Is a directory). the results of"
        " this run cannot be kept in 'history' (File exists): later runs are not compared with it."
    )
    assert {path.name for path in tmp_path.iterdir()} == {*ALL, "history", "job.md"}


def test_damaged_files_of_the_history_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(github.SUMMARY, raising=False)
    monkeypatch.delenv(github.ACTIONS, raising=False)
    (tmp_path / "history").mkdir()
    (tmp_path / "history" / "notes.json").write_text("{}", "utf-8")
    assert write(tmp_path) == "history/notes.json is ignored: it was not written by a run\n"
