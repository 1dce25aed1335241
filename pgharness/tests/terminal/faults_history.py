"""Faults of the results that are kept: wrong comparisons, and files that harm a later run."""

import json
from pathlib import Path

from _pytest.monkeypatch import MonkeyPatch

import test_history
from breaking import fault
from pgharness.results import history
from pgharness.results.model import Case, Rule, Status


@fault(
    "a case is known by its line",
    noticed_by=test_history.test_another_line_is_the_same_case,
)
def keys_have_lines(patch: MonkeyPatch) -> None:
    def by_line(rule: Rule, case: Case) -> str:
        return f"{case.place} {rule.id}"

    patch.setattr(history, "case_key", by_line)


@fault(
    "a case that was skipped counts as one that did not fail",
    noticed_by=test_history.test_only_cases_with_a_result_are_kept,
)
def skipped_cases_are_kept(patch: MonkeyPatch) -> None:
    patch.setattr(history, "RESULTS", frozenset(Status))


@fault(
    "a run of one file displaces the results of all other files",
    noticed_by=test_history.test_runs_of_one_file_do_not_displace_the_run_of_all,
)
def largest_is_removed(patch: MonkeyPatch) -> None:
    patch.setattr(history, "_size", lambda _: 0)


@fault(
    "nothing is ever removed",
    noticed_by=test_history.test_the_last_twenty_runs_stay,
)
def history_grows(patch: MonkeyPatch) -> None:
    patch.setattr(history, "_remove_old", lambda _: None)


@fault(
    "a slower machine makes every case slower",
    noticed_by=test_history.test_on_a_slower_machine_no_case_is_slower_by_itself,
)
def machines_are_equal(patch: MonkeyPatch) -> None:
    patch.setattr(history, "FEWEST_CASES", 10**6)


@fault(
    "one duration is a measure",
    noticed_by=test_history.test_slower_means_clearly_slower,
    before=[1.0, 1.0],
    now=9.0,
    slower=False,
)
def few_durations_are_a_measure(patch: MonkeyPatch) -> None:
    patch.setattr(history, "FEWEST_DURATIONS", 1)


@fault(
    "a short case is slower by what the operating system does",
    noticed_by=test_history.test_slower_means_clearly_slower,
    before=[0.1, 0.1, 0.1],
    now=0.59,
    slower=False,
)
def short_cases_are_slower(patch: MonkeyPatch) -> None:
    patch.setattr(history, "SECONDS_SLOWER", 0.0)


@fault(
    "a reader sees a file while it is being written",
    noticed_by=test_history.test_a_file_is_never_seen_half_written,
)
def files_are_written_in_place(patch: MonkeyPatch) -> None:
    patch.setattr(history, "PARTIAL", ".json")


@fault(
    "a duration may be anything that JSON allows",
    noticed_by=test_history.test_a_damaged_file_is_ignored_with_a_note,
    content=test_history.DAMAGED["not a number"],
)
def durations_are_not_checked(patch: MonkeyPatch) -> None:
    patch.setattr(
        history, "_parsed_outcome", lambda given: history.Outcome(Status(given[0]), given[1])
    )


@fault(
    "files of other origin are removed",
    noticed_by=test_history.test_files_of_other_origin_are_ignored_with_a_note_and_stay,
)
def all_files_are_runs(patch: MonkeyPatch) -> None:
    def remove(folder: Path) -> None:
        for path in sorted(folder.glob("*.json"))[: -history.MOST_RUNS]:
            if path.is_file():
                path.unlink()
        (folder / "my\x1bnotes.json").unlink(missing_ok=True)

    patch.setattr(history, "_remove_old", remove)


@fault(
    "the names of cases, with the values in them, are kept",
    noticed_by=test_history.test_a_file_has_neither_names_nor_values,
)
def keys_are_names(patch: MonkeyPatch) -> None:
    patch.setattr(history, "case_key", lambda rule, case: json.dumps([rule.name, case.name]))
