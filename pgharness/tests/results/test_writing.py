"""All reports of a run are written, whatever one of them meets."""

import io
import resource
from pathlib import Path

import pytest

from pgharness.core.errors import HarnessError
from pgharness.results import writing
from pgharness.results.files import github, summary, whole
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


def test_a_report_that_cannot_be_made_leaves_no_other_report_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "markdown", lambda *_: "text".index("x"))
    with pytest.raises(HarnessError, match="one could not be made"):
        write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {*ALL, "history"} - {"summary.md"}


def test_a_report_that_does_not_fit_leaves_the_former_one(tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    file.write_text("former", "utf-8")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(OSError, match="File too large") as raised:
            whole.write_whole(file, "x" * 1_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert raised.value.filename == str(file)
    assert file.read_text("utf-8") == "former"
    assert [path.name for path in tmp_path.iterdir()] == ["summary.md"]
