"""Faults of the JUnit files."""

import fcntl

from _pytest.monkeypatch import MonkeyPatch

import test_junit as tests
import test_junit_files as files
from breaking import fault
from pgharness.results import text, wording
from pgharness.results.files import junit, junit_cases
from pgharness.results.files.junit_cases import Document
from pgharness.results.model import Case, Hook
from pgharness.results.stream import written


@fault(
    "what was never run counts as passed",
    noticed_by=tests.test_each_status_is_a_result_with_a_reason,
)
def not_run_is_passed(patch: MonkeyPatch) -> None:
    patch.setattr(junit_cases, "_result", lambda _: None)


@fault(
    "a failed cleanup is not told",
    noticed_by=tests.test_each_status_is_a_result_with_a_reason,
)
def cleanups_are_silent(patch: MonkeyPatch) -> None:
    patch.setattr(Case, "executed", property(lambda case: iter((*case.before, *case.steps))))


@fault(
    "failed hooks of a feature are left out",
    noticed_by=tests.test_each_status_is_a_result_with_a_reason,
)
def hooks_of_features_are_lost(patch: MonkeyPatch) -> None:
    real = junit_cases.hook_entry
    patch.setattr(junit, "hook_entry", real)
    patch.setattr(junit_cases, "hook_entry", lambda hook, _: real(Hook(name=hook.name)))


@fault(
    "characters that XML lacks are written as they are",
    noticed_by=tests.test_files_are_well_formed_for_every_character,
)
def everything_is_printable(patch: MonkeyPatch) -> None:
    patch.setattr(text, "printable", lambda text: text.encode("utf-8", "replace").decode())


@fault(
    "cases of one title share a name",
    noticed_by=tests.test_cases_of_one_title_have_names_of_their_own,
)
def names_repeat(patch: MonkeyPatch) -> None:
    patch.setattr(Document, "_unique", lambda _self, _group, title, _number=1: title)


@fault(
    "names count what was selected only",
    noticed_by=tests.test_a_name_does_not_depend_on_what_was_selected,
)
def names_depend_on_the_selection(patch: MonkeyPatch) -> None:
    real = Document._unique
    patch.setattr(Document, "_unique", lambda self, group, title, _=1: real(self, group, title))


@fault(
    "numbers count what was selected only",
    noticed_by=tests.test_cases_that_were_not_selected_are_counted,
)
def numbers_depend_on_the_selection(patch: MonkeyPatch) -> None:
    patch.setattr(written, "numbers", lambda _: {})


@fault("a dot in a file's name separates folders", noticed_by=files.test_no_two_files_have_one_name)
def names_of_files_collide(patch: MonkeyPatch) -> None:
    patch.setattr(junit, "name_of", lambda uri: uri[9:-8].replace("/", "."))


@fault(
    "a run that is killed leaves no error",
    noticed_by=files.test_until_it_is_finished_a_run_is_an_error,
)
def unfinished_runs_are_silent(patch: MonkeyPatch) -> None:
    patch.setattr(junit.JUnitDirectory, "_write_run", lambda *_: None)


@fault(
    "a run that failed by itself looks as if it had held",
    noticed_by=files.test_a_run_that_failed_by_itself_has_a_file_of_its_own,
)
def runs_hold(patch: MonkeyPatch) -> None:
    patch.setattr(junit, "own_problem", lambda _: "")


@fault(
    "two runs write to one directory",
    noticed_by=files.test_a_directory_belongs_to_one_run_at_a_time,
)
def directories_are_shared(patch: MonkeyPatch) -> None:
    patch.setattr(fcntl, "flock", lambda *_: None)


@fault(
    "files of other programs are removed",
    noticed_by=files.test_the_files_of_the_last_run_are_removed_and_no_others,
)
def foreign_files_are_removed(patch: MonkeyPatch) -> None:
    real = junit._take
    patch.setattr(
        junit,
        "_take",
        lambda where: [file.unlink() for file in where.glob("*.xml")] and real(where),
    )


@fault(
    "attachments are left out of a failure",
    noticed_by=tests.test_a_failure_tells_step_place_trace_and_attachments,
)
def attachments_are_lost(patch: MonkeyPatch) -> None:
    patch.setattr(wording, "attached", lambda _: "")


@fault(
    "a property in each case, which no schema allows, is written unasked",
    noticed_by=tests.test_files_are_valid_for_both_schemas,
    which="every status",
)
def properties_are_in_cases(patch: MonkeyPatch) -> None:
    patch.setattr(junit, "Document", lambda name, _: Document(name, in_cases=True))
