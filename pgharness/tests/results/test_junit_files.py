"""JUnit files of a directory: their names, the run's own, and whose the directory is."""

import fcntl
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from junit_reading import own_problem, results, written
from pgharness.core.errors import HarnessError
from pgharness.results.files import junit
from pgharness.results.files.junit import JUnitDirectory
from pgharness.results.model import Status
from pgharness.results.wording import FAILED, UNFINISHED
from sample_runs import EVERY_STATUS, HELD, case, feature, run


def test_no_two_files_have_one_name() -> None:
    files = ["a/b.feature", "a.b.feature", "a%2Eb.feature", "../a/b.feature", ".run.feature"]
    names = {junit.name_of(f"features/{file}") for file in files}
    assert len(names) == len(files)
    assert junit.RUN not in names


def test_a_long_path_has_a_file(tmp_path: Path) -> None:
    uris = [f"features/{'long/' * 50}{name}.feature" for name in "ab"]
    features = [feature(case("All are listed"), uri=uri) for uri in uris]
    assert len(written(run(*features), tmp_path)) == 2


def test_hooks_of_the_run_are_errors_of_the_run(tmp_path: Path) -> None:
    told = results(written(EVERY_STATUS, tmp_path)[".run"])
    assert told == {"after_all": ("error", "OperationalError", "server closed the connection")}


def test_a_run_that_held_leaves_no_file_of_its_own(tmp_path: Path) -> None:
    assert set(written(HELD, tmp_path)) == {"accounts.listing"}


def test_a_run_that_failed_by_itself_has_a_file_of_its_own(tmp_path: Path) -> None:
    not_run = run(feature(case("Never", Status.NOT_RUN)), success=False)
    cases = {
        FAILED: replace(HELD, success=False),
        UNFINISHED: replace(HELD, finished=None),
        "no server": run(message="no server", success=False),
        "The run was broken off: 1 example was not run.": not_run,
        "": replace(EVERY_STATUS, hooks=()),  # its cases say it
    }
    for said, made in cases.items():
        junit.write(made, tmp_path)
        assert own_problem(tmp_path) == said


def test_until_it_is_finished_a_run_is_an_error(tmp_path: Path) -> None:
    with JUnitDirectory(tmp_path) as reports:
        assert own_problem(tmp_path) == UNFINISHED
        reports.finish(HELD)
        assert not own_problem(tmp_path)


def test_an_exception_is_the_error_of_the_run(tmp_path: Path) -> None:
    for error, said in {
        ValueError("wrong"): "The run broke off: ValueError: wrong",
        HarnessError("no server answers"): "no server answers",
    }.items():
        with pytest.raises(type(error)), JUnitDirectory(tmp_path):
            raise error
        assert own_problem(tmp_path) == said


def test_a_run_that_broke_off_has_the_time_of_its_start(tmp_path: Path) -> None:
    before = datetime.now(UTC)
    with pytest.raises(ValueError, match="wrong"), JUnitDirectory(tmp_path):
        raise ValueError("wrong")
    suite = ET.parse(tmp_path / "TESTS-.run.xml").getroot().find("testsuite")  # noqa: S314
    assert suite is not None
    [started] = [
        datetime.fromisoformat(one.get("value", ""))
        for one in suite.iter("property")
        if one.get("name") == "started"
    ]
    assert before - timedelta(milliseconds=1) <= started <= datetime.now(UTC)
    assert suite.get("timestamp") == f"{started:%Y-%m-%dT%H:%M:%S}"


def test_the_files_of_the_last_run_are_removed_and_no_others(tmp_path: Path) -> None:
    (tmp_path / "TESTS-foreign.xml").write_text("", "utf-8")
    junit.write(EVERY_STATUS, tmp_path)
    junit.write(HELD, tmp_path)
    names = {file.name for file in tmp_path.glob("*.xml")}
    assert names == {"TESTS-foreign.xml", "TESTS-accounts.listing.xml"}


def test_a_directory_belongs_to_one_run_at_a_time(tmp_path: Path) -> None:
    junit.write(HELD, tmp_path)
    with (tmp_path / junit.LIST).open("a", encoding="utf-8") as taken:
        fcntl.flock(taken, fcntl.LOCK_EX)
        with pytest.raises(HarnessError, match=r"another run is writing there.*--junit-directory"):
            junit.write(EVERY_STATUS, tmp_path)
    assert not own_problem(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(HarnessError, match="no reports can be written"):
        junit.write(HELD, tmp_path / "file")
