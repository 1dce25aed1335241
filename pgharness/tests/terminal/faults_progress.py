"""Faults of what a run counts and how it ends: time left, capabilities, the verdict."""

from _pytest.monkeypatch import MonkeyPatch

import test_progress
import test_terminal_report as report
import test_verdict
from breaking import fault
from pgharness.results.model import Case
from pgharness.results.terminal import progress, verdict
from pgharness.results.terminal.progress import Group, Progress


@fault(
    "an unknown case takes no time",
    noticed_by=test_progress.test_an_unknown_case_counts_as_the_median_of_those_known,
)
def unknown_cases_take_no_time(patch: MonkeyPatch) -> None:
    patch.setattr(progress, "median", lambda _: 0.0)


@fault(
    "a slow machine is not seen",
    noticed_by=test_progress.test_a_slower_run_takes_longer,
)
def pace_is_that_of_earlier_runs(patch: MonkeyPatch) -> None:
    patch.setattr(progress, "PACE", (1.0, 1.0))


@fault(
    "one case tells the pace",
    noticed_by=test_progress.test_the_pace_is_not_taken_from_the_first_moment,
)
def first_case_tells_the_pace(patch: MonkeyPatch) -> None:
    patch.setattr(progress, "TRUSTED", 0.0)


@fault(
    "a capability is complete at its first case",
    noticed_by=report.test_a_line_a_capability_on_a_terminal,
)
@fault(
    "a case counts twice",
    noticed_by=test_progress.test_a_case_counts_once_and_only_if_it_was_selected,
)
def groups_are_always_complete(patch: MonkeyPatch) -> None:
    def finish(of: Progress, case: Case) -> Group | None:
        finished(of, case)
        return next(iter(of.groups.values()))

    finished = Progress.finished
    patch.setattr(Progress, "finished", finish)


@fault(
    "what is missing in a capability is not told after --stop",
    noticed_by=report.test_after_stop_a_capability_that_was_begun_says_what_is_missing,
)
def incomplete_groups_are_silent(patch: MonkeyPatch) -> None:
    patch.setattr(Progress, "begun", lambda _: [])


@fault(
    "an interrupted run holds",
    noticed_by=test_verdict.test_the_verdict_says_in_words_what_the_run_showed,
    given=test_verdict.SENTENCES["interrupted"][0],
    said=test_verdict.SENTENCES["interrupted"][1],
)
@fault(
    "a run of which a hook failed holds",
    noticed_by=test_verdict.test_the_verdict_says_in_words_what_the_run_showed,
    given=test_verdict.SENTENCES["hook failed"][0],
    said=test_verdict.SENTENCES["hook failed"][1],
)
@fault(
    "a run in which all was skipped holds",
    noticed_by=test_verdict.test_the_verdict_says_in_words_what_the_run_showed,
    given=test_verdict.SENTENCES["all skipped"][0],
    said=test_verdict.SENTENCES["all skipped"][1],
)
def only_failures_count(patch: MonkeyPatch) -> None:
    patch.setattr(verdict, "is_good", lambda run: not any(one.is_failure for one in run.counts))


@fault(
    "the reason of a run that could not start is lost",
    noticed_by=report.test_a_run_that_could_not_start_says_why,
)
def message_is_lost(patch: MonkeyPatch) -> None:
    patch.setattr(verdict, "_message", lambda _: "")


@fault(
    "a dry run says that all holds",
    noticed_by=test_verdict.test_a_dry_run_has_no_results,
)
def dry_run_is_a_run(patch: MonkeyPatch) -> None:
    patch.setattr(verdict, "_dry", verdict._parts)
