"""Faults of the failures that a run shows: too much, too little, or lost text."""

from _pytest.monkeypatch import MonkeyPatch
from rich.text import Text

import test_terminal_report as report
import test_terminal_text as text
from breaking import fault
from pgharness.results.model import Status
from pgharness.results.terminal import failures, reporting, wording
from pgharness.results.terminal.screen import Screen
from pgharness.results.terminal.wording import Signs


@fault(
    "an assertion has a traceback",
    noticed_by=report.test_only_an_error_that_is_no_assertion_has_a_traceback,
    status=Status.ERROR,
    kind="HarnessError",
    has_trace=False,
)
def user_errors_have_traces(patch: MonkeyPatch) -> None:
    patch.setattr(failures, "HARNESS_ERROR", "")


@fault(
    "a table is shown twice: in the message and as an attachment",
    noticed_by=report.test_what_a_message_has_is_not_shown_again,
)
def attachments_are_always_shown(patch: MonkeyPatch) -> None:
    patch.setattr(failures, "_is_said", lambda *_: False)


@fault(
    "a wide difference is wrapped",
    noticed_by=report.test_a_wide_difference_has_expected_and_actual_rows_one_above_the_other,
)
def differences_are_wide(patch: MonkeyPatch) -> None:
    patch.setattr(failures, "fitted", lambda text, *_: text)


@fault(
    "the end does not name what failed",
    noticed_by=report.test_the_end_names_each_failure_in_a_line_and_how_to_repeat_them,
)
def end_lists_nothing(patch: MonkeyPatch) -> None:
    patch.setattr(failures, "listed", lambda *_: iter(()))


@fault(
    "a line repeats nothing",
    noticed_by=report.test_without_a_list_of_what_failed_there_is_no_line_to_repeat_it,
)
def line_repeats_nothing(patch: MonkeyPatch) -> None:
    original = reporting.Terminal.__init__
    patch.setattr(
        reporting.Terminal,
        "__init__",
        lambda self, stream, **given: original(
            self, stream, **{**given, "repeat": given.get("repeat") or " "}
        ),
    )


@fault(
    "the text of a failure controls the terminal",
    noticed_by=text.test_the_text_of_a_failure_does_not_control_the_terminal,
)
@fault(
    "8-bit control characters and changes of direction pass",
    noticed_by=text.test_a_failure_may_look_like_markup,
)
def control_characters_pass(patch: MonkeyPatch) -> None:
    for module in (failures, wording):
        patch.setattr(module, "safe", lambda text: text.replace("\ud800", "?"))


@fault(
    "the text of a failure is read as markup",
    noticed_by=text.test_a_failure_may_look_like_markup,
)
def failures_are_markup(patch: MonkeyPatch) -> None:
    def render(of: Screen, line: Text) -> str:
        return rendered(of, Text.from_markup(line.plain.replace("[/nothing", "")))

    rendered = Screen._rendered
    patch.setattr(Screen, "_rendered", render)


@fault(
    "passwords are shown",
    noticed_by=text.test_passwords_are_masked,
)
def passwords_are_shown(patch: MonkeyPatch) -> None:
    patch.setattr(wording, "masked", lambda text: text)


@fault(
    "signs that the encoding lacks are escapes",
    noticed_by=text.test_an_encoding_that_lacks_characters_is_enough,
)
def signs_are_always_the_same(patch: MonkeyPatch) -> None:
    patch.setattr(Signs, "of", lambda _: Signs())


@fault(
    "words are cut at the edge",
    noticed_by=text.test_long_titles_are_cut_or_wrapped_at_words,
    columns=40,
)
def words_are_cut(patch: MonkeyPatch) -> None:
    patch.setattr(failures, "wrapped", lambda text, _: iter([text]))


@fault(
    "300 failures fill the end",
    noticed_by=report.test_of_many_failures_fifty_are_listed,
)
def all_failures_are_listed(patch: MonkeyPatch) -> None:
    patch.setattr(failures, "MOST_LISTED", 10_000)
