"""Faults of what a run shows while it goes on: lines that are left, wrong counts, lost text."""

import atexit
from collections.abc import Mapping
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from rich.text import Text

import test_progress
import test_terminal_line as line
import test_terminal_report as report
import test_terminal_text as text
import test_verdict
from breaking import fault
from pgharness.core import exits
from pgharness.results.model import Case, Status
from pgharness.results.terminal import failures, progress, reporting, screen, verdict, wording
from pgharness.results.terminal.progress import Group, Progress
from pgharness.results.terminal.screen import Screen
from pgharness.results.terminal.wording import Signs

# The line that moves.


@fault(
    "the line stays when the run has ended",
    noticed_by=line.test_the_terminal_is_left_as_it_was,
)
def line_stays(patch: MonkeyPatch) -> None:
    patch.setattr(Screen, "erase", lambda _: None)


@fault(
    "the line stays when the run is interrupted",
    noticed_by=line.test_no_line_is_left_when_a_run_is_interrupted,
    signal="SIGINT",
    code=130,
)
@fault(
    "a step prints into the line",
    noticed_by=line.test_what_others_print_is_not_mixed_with_the_line,
)
def others_do_not_erase_it(patch: MonkeyPatch) -> None:
    patch.setattr(exits, "_prepare_output", lambda: None)


@fault(
    "the line stays after an exit",
    noticed_by=line.test_no_line_is_left_by_an_error,
    ending="exit",
    code=3,
)
def exit_does_not_close(patch: MonkeyPatch) -> None:
    patch.setattr(atexit, "register", lambda _: None)


@fault(
    "the line moves only when a case ends",
    noticed_by=line.test_the_line_that_moves_shows_what_is_done_and_what_fails,
)
def clock_stands(patch: MonkeyPatch) -> None:
    patch.setattr(reporting, "clock", lambda _: "0:00")


@fault(
    "the line is drawn although nothing has changed",
    noticed_by=line.test_nothing_is_written_again_while_nothing_changes,
)
def line_is_always_drawn(patch: MonkeyPatch) -> None:
    def draw(of: Screen, line: Text) -> None:
        of._line = ""
        drawn(of, line)

    drawn = Screen.draw
    patch.setattr(Screen, "draw", draw)


@fault(
    "the line is empty between two drawings",
    noticed_by=line.test_a_line_is_replaced_in_one_write_without_being_empty_between,
)
def line_flickers(patch: MonkeyPatch) -> None:
    def draw(of: Screen, line: Text) -> None:
        of._stream.write(screen.ERASE)
        drawn(of, line)

    drawn = Screen.draw
    patch.setattr(Screen, "draw", draw)


@fault(
    "wide characters wrap the line",
    noticed_by=line.test_it_fits_into_a_narrow_terminal,
)
def line_wraps(patch: MonkeyPatch) -> None:
    patch.setattr(screen, "NO_WRAP", "")


@fault(
    "long lines are lost after the run",
    noticed_by=line.test_the_terminal_is_left_as_it_was,
)
def wrapping_stays_off(patch: MonkeyPatch) -> None:
    patch.setattr(screen, "WRAP", "")


@fault(
    "a short case is named",
    noticed_by=line.test_a_case_that_takes_long_is_named,
)
def short_cases_are_named(patch: MonkeyPatch) -> None:
    patch.setattr(reporting, "LONG", 0.0)


@fault(
    "CI gets a line that moves",
    noticed_by=report.test_a_line_a_feature_in_a_pipe_and_in_ci,
)
@fault(
    "FORCE_COLOR=0 means colours",
    noticed_by=text.test_colours_follow_the_conventions,
    environment={"FORCE_COLOR": "0"},
    on_terminal=True,
    in_pipe=False,
)
def ci_is_not_known(patch: MonkeyPatch) -> None:
    patch.setattr(screen, "_is_on", lambda value: value == "0")


@fault(
    "a dumb terminal gets escape sequences",
    noticed_by=text.test_a_dumb_terminal_has_no_line_that_moves,
)
def terminals_are_able(patch: MonkeyPatch) -> None:
    patch.setattr(screen, "UNABLE", ())


@fault(
    "a terminal that was resized has its former width",
    noticed_by=text.test_the_resized_terminal_is_used,
)
def width_is_fixed(patch: MonkeyPatch) -> None:
    patch.setattr(Screen, "width", 80)


@fault(
    "NO_COLOR does nothing",
    noticed_by=text.test_colours_follow_the_conventions,
    environment={"NO_COLOR": "1"},
    on_terminal=False,
    in_pipe=False,
)
def colours_are_always_used(patch: MonkeyPatch) -> None:
    def screen_in_colour(of: Screen, stream: Any, look: screen.Look) -> None:
        environment: Mapping[str, str] = {**look.environment, "NO_COLOR": ""}
        made(of, stream, screen.Look(environment, clock=look.clock, refresh=look.refresh))

    made = Screen.__init__
    patch.setattr(Screen, "__init__", screen_in_colour)


# Counts and time.


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


# Failures.


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
