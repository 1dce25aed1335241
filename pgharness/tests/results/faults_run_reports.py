"""Faults of the reports of runs that meet obstacles."""

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace

from _pytest.monkeypatch import MonkeyPatch

import test_run_reports as runs
import test_writing as writings
from breaking import fault
from pgharness.adapters.behave.reporting import run_reports
from pgharness.results.files import rerun, whole


@fault(
    "a fork of a step keeps the folder of the reports locked",
    noticed_by=runs.test_a_process_that_a_step_leaves_keeps_no_later_run_from_its_reports,
)
def forks_keep_locks(patch: MonkeyPatch) -> None:
    kept = SimpleNamespace(**{**vars(fcntl), "LOCK_UN": fcntl.LOCK_EX})
    patch.setattr(run_reports, "fcntl", kept)


@fault(
    "the list for a rerun is relative to where the last step went",
    noticed_by=runs.test_a_step_that_changes_the_folder_changes_no_place,
)
def lists_follow_steps(patch: MonkeyPatch) -> None:
    write = rerun.write
    patch.setattr(rerun, "write", lambda run, file, _: write(run, file))


@fault(
    "after a report that could not be made, no other one is made",
    noticed_by=runs.test_a_stream_that_cannot_be_written_leaves_no_other_report_out,
)
def a_closed_stream_hides_the_rest(patch: MonkeyPatch) -> None:
    patch.setattr(run_reports.RunReports, "_write", lambda *_: None)


@fault(
    "a run without a place for JUnit files leaves the page of the former run",
    noticed_by=runs.test_a_run_that_cannot_write_its_reports_leaves_none_of_the_former,
    name="junit",
)
def former_pages_stay(patch: MonkeyPatch) -> None:
    take = run_reports.RunReports._take_junit

    def taken(self: run_reports.RunReports, opened: ExitStack) -> None:
        if (refusal := take(self, opened)) is not None:
            raise refusal

    patch.setattr(run_reports.RunReports, "_take_junit", taken)


@fault(
    "a full disk leaves half of a report",
    noticed_by=writings.test_a_report_that_does_not_fit_leaves_the_former_one,
)
def files_are_written_in_place(patch: MonkeyPatch) -> None:
    @contextmanager
    def in_place(file: Path) -> Iterator[Path]:
        yield file

    patch.setattr(whole, "replacing", in_place)
