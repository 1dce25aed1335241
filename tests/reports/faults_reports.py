"""What can be wrong with what a run reports."""

import signal
from datetime import UTC, datetime
from pathlib import Path

from _pytest.monkeypatch import MonkeyPatch
from behave.log_capture import RecordFilter
from behave.runner import Runner as BehaveRunner

from breaking import fault
from pgharness.adapters.behave import runner, step_lookup
from pgharness.adapters.behave.reporting import summary
from pgharness.adapters.behave.runner import Runner
from pgharness.results.files import junit, junit_cases
from pgharness.results.files.junit import JUnitDirectory
from pgharness.results.model import Case
from pgharness.results.stream import building
from tests.reports import test_junit, test_summary


@fault(
    "JUnit files of one name overwrite each other",
    noticed_by=test_junit.test_each_feature_has_a_file_with_the_cases_that_ran,
    selection="folders",
)
def names_without_folders(patch: MonkeyPatch) -> None:
    patch.setattr(junit, "name_of", lambda uri, _: Path(uri).stem)


@fault(
    "of a feature that is named twice, JUnit has what ran last",
    noticed_by=test_junit.test_each_feature_has_a_file_with_the_cases_that_ran,
    selection="the parts of a file, apart",
)
def a_feature_twice(patch: MonkeyPatch) -> None:
    patch.setattr(Runner, "feature_locations", BehaveRunner.feature_locations)


@fault(
    "what was not run has passed in JUnit",
    noticed_by=test_junit.test_what_a_stopped_run_had_not_come_to_is_skipped,
)
def unrun_passes(patch: MonkeyPatch) -> None:
    patch.setattr(junit_cases, "_result", lambda case: None)


@fault(
    "an outline that was not run has passed in the summary",
    noticed_by=test_junit.test_a_dry_run_reports_no_results,
)
def unrun_outlines_pass(patch: MonkeyPatch) -> None:
    patch.setattr(summary, "_status", lambda element: element.status)


@fault(
    "a run that is killed leaves the files of successes alone",
    noticed_by=test_junit.test_a_run_that_is_broken_off_has_failed_in_junit_too,
    by=signal.SIGKILL,
)
def killed_is_green(patch: MonkeyPatch) -> None:
    patch.setattr(JUnitDirectory, "_write_run", lambda *_: None)


@fault(
    "an interrupted run leaves the files of successes alone",
    noticed_by=test_junit.test_a_run_that_is_broken_off_has_failed_in_junit_too,
    by=signal.SIGTERM,
)
def interrupted_is_green(patch: MonkeyPatch) -> None:
    patch.setattr(junit, "own_problem", lambda _: "")


@fault("a suite takes no time", noticed_by=test_junit.test_times_are_those_of_the_cases)
def no_time(patch: MonkeyPatch) -> None:
    patch.setattr(Case, "duration", 0.0, raising=False)
    patch.setattr(building, "instant", lambda _: datetime.fromtimestamp(0, UTC))


@fault(
    "an ambiguous step is told as behave does",
    noticed_by=test_junit.test_two_definitions_of_one_step_are_refused,
)
def ambiguous_raised(patch: MonkeyPatch) -> None:
    patch.setattr(step_lookup, "ambiguous", lambda error: error)


@fault(
    "an undefined step has no reason",
    noticed_by=test_summary.test_an_undefined_step_says_what_is_near_and_how_to_define_it,
)
def undefined_untold(patch: MonkeyPatch) -> None:
    patch.setattr(step_lookup.UndefinedSteps, "append", list.append)


@fault(
    "there are headings of what was not selected",
    noticed_by=test_summary.test_what_was_not_selected_has_no_heading,
)
def headings_of_all(patch: MonkeyPatch) -> None:
    patch.setattr(runner, "_skip_what_is_not_run", lambda *_: None)


@fault(
    "the summary has the first line of a table that differs",
    noticed_by=test_summary.test_the_summary_shows_the_rows_that_differ,
)
def first_line_only(patch: MonkeyPatch) -> None:
    patch.setattr(summary, "_gist", lambda error: str(error).splitlines()[:1])


@fault(
    "the log of the reset is told as the scenario's",
    noticed_by=test_summary.test_a_failure_carries_nothing_of_the_reset,
)
def log_of_the_reset(patch: MonkeyPatch) -> None:
    patch.setattr(RecordFilter, "filter", lambda *_: True)
