"""Faults of Cucumber JSON and of the rerun list: what did not pass is lost."""

import glob
from pathlib import Path

from _pytest.monkeypatch import MonkeyPatch

import test_cucumber_json as tests
import test_rerun
from breaking import fault
from pgharness.results.files import cucumber_json, rerun
from pgharness.results.model import FAILURES, Status


@fault(
    "a case that was not run looks passed",
    noticed_by=tests.test_a_case_without_steps_is_not_taken_for_passed,
)
def all_cases_show(patch: MonkeyPatch) -> None:
    patch.setattr(cucumber_json, "_shows", lambda _: True)


@fault(
    "an ambiguous step has passed",
    noticed_by=tests.test_readers_see_the_status_of_each_case,
)
def ambiguous_is_passed(patch: MonkeyPatch) -> None:
    patch.setitem(cucumber_json.STATUSES, Status.AMBIGUOUS, "passed")


@fault(
    "the run's own failure is lost",
    noticed_by=tests.test_a_run_that_failed_by_itself_is_a_failed_scenario,
)
def runs_hold(patch: MonkeyPatch) -> None:
    patch.setattr(cucumber_json, "_own", lambda _: iter(()))


@fault(
    "a status is one that readers do not know",
    noticed_by=tests.test_it_is_valid,
    which="every status",
)
def statuses_are_ours(patch: MonkeyPatch) -> None:
    patch.setattr(cucumber_json, "STATUSES", {status: status.value for status in Status})


@fault(
    "durations are in seconds",
    noticed_by=tests.test_a_step_has_its_place_time_arguments_and_attachments,
)
def durations_are_in_seconds(patch: MonkeyPatch) -> None:
    patch.setattr(cucumber_json, "NANOSECONDS", 1)


@fault(
    "the list leaves out what was not run",
    noticed_by=test_rerun.test_it_lists_what_failed_or_was_not_run,
)
def not_run_is_left_out(patch: MonkeyPatch) -> None:
    patch.setattr(rerun, "REPEATED", FAILURES)


@fault(
    "wildcards in a path are not escaped",
    noticed_by=test_rerun.test_behave_repeats_the_list,
    folder="features/[1]",
)
def wildcards_stay(patch: MonkeyPatch) -> None:
    patch.setattr(glob, "escape", lambda path: path)


@fault(
    "the list of an earlier run stays",
    noticed_by=test_rerun.test_without_a_failure_there_is_no_list,
)
def lists_stay(patch: MonkeyPatch) -> None:
    patch.setattr(Path, "unlink", lambda *_, **__: None)
