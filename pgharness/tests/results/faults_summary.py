"""Faults of the summary and of GitHub's annotations."""

from _pytest.monkeypatch import MonkeyPatch

import test_summary as tests
from breaking import fault
from pgharness.results.files import github, summary
from pgharness.results.text import in_one_line


@fault(
    "the list of failures has no end", noticed_by=tests.test_a_summary_is_short_with_300_failures
)
def lists_are_endless(patch: MonkeyPatch) -> None:
    patch.setattr(summary, "LONGEST_LIST", 10**9)


@fault("markup in a text is markup in the summary", noticed_by=tests.test_text_is_text_in_markdown)
def markup_stays(patch: MonkeyPatch) -> None:
    patch.setattr(summary, "escaped", in_one_line)


@fault("an unfinished run holds", noticed_by=tests.test_the_verdict_is_that_of_the_run)
def unfinished_runs_hold(patch: MonkeyPatch) -> None:
    patch.setattr(summary, "verdict", lambda _: "The run holds")


@fault(
    "reasons of skipped cases are not told",
    noticed_by=tests.test_a_summary_tells_the_result_in_numbers_and_what_to_repeat,
)
def reasons_are_lost(patch: MonkeyPatch) -> None:
    patch.setattr(summary, "reason", lambda _: "")


@fault(
    "all failures are annotated",
    noticed_by=tests.test_ten_failures_are_annotated_and_the_others_counted,
)
def all_are_annotated(patch: MonkeyPatch) -> None:
    patch.setattr(github, "MOST", 1000)


@fault("a text can end an annotation's title", noticed_by=tests.test_text_is_text_in_annotations)
def properties_are_not_escaped(patch: MonkeyPatch) -> None:
    patch.setattr(github, "_property", lambda text: text)


@fault(
    "annotations are at the scenario only", noticed_by=tests.test_annotations_are_at_the_failed_step
)
def steps_are_not_annotated(patch: MonkeyPatch) -> None:
    patch.setattr(github, "Step", str)


@fault(
    "a summary replaces those of other steps",
    noticed_by=tests.test_a_job_of_github_gets_the_summary,
)
def summaries_replace(patch: MonkeyPatch) -> None:
    patch.setattr(github, "APPEND", "w")
