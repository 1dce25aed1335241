"""Faults of the line that moves: it is left, wrapped, drawn too often, or drawn in CI."""

import atexit
from collections.abc import Mapping
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from rich.text import Text

import test_terminal_line as line
import test_terminal_report as report
import test_terminal_text as text
from breaking import fault
from pgharness.core import exits
from pgharness.results.terminal import reporting, screen
from pgharness.results.terminal.screen import Screen


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
