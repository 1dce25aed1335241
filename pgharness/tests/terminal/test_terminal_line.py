"""The line that moves: on a real pseudo-terminal, and what is left of it."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

import breaking
import sample_runs as samples
from pgharness.core import exits
from pgharness.results.durations import Durations
from pgharness.results.model import Status
from pgharness.results.terminal import Look, Terminal
from pseudo_terminals import TERM, PseudoTerminal, planned
from shown_runs import FAILED, LIVE, LONG, player, suite

PATIENCE: Final = 60
"""Seconds after which a process counts as hanging."""


def test_the_line_that_moves_shows_what_is_done_and_what_fails(tty: PseudoTerminal) -> None:
    run = suite(Status.PASSED, FAILED, Status.PASSED)
    playing = player(tty, durations=Durations({case.key: 2.0 for case in planned(run)}))
    playing.terminal.begin(planned(run))
    playing.terminal.redraw()
    assert tty.lines[-1] == "0/4  0 %  0:00  0:08 left"
    playing.play_feature(replace(run.features[0], rules=run.features[0].rules[:1]))
    playing.clock.now += 61
    playing.terminal.redraw()
    assert tty.lines[-1].startswith("3/4  75 %  1 failed  1:01  0:")


def test_a_case_that_takes_long_is_named(tty: PseudoTerminal) -> None:
    run = samples.run(samples.feature(samples.case(LONG)))
    playing = player(tty)
    playing.terminal.begin(planned(run))
    playing.terminal.case_started(planned(run)[0].place, LONG)
    playing.clock.now += 3
    playing.terminal.redraw()
    assert tty.lines[-1] == "0/1  0 %  0:03"
    playing.clock.now += 1
    playing.terminal.redraw()
    last = tty.lines[-1]
    assert last.startswith("0/1  0 %  0:04  ▸ A very long title")
    assert last.endswith("… (4 s)")
    assert len(last) <= 79
    assert len(last) >= 78


def test_it_fits_into_a_narrow_terminal(narrow: PseudoTerminal) -> None:
    run = suite(*[FAILED] * 12)
    playing = player(narrow)
    playing.terminal.begin(planned(run))
    playing.terminal.case_started(planned(run)[0].place, "文🇩🇪👍🏽👍🏽👍🏽👍🏽 " * 40)
    playing.clock.now += 12
    before = len(narrow.lines)
    playing.terminal.redraw()
    assert narrow.lines[-1].startswith("0/13  0:12  ▸ 文")
    assert len(narrow.lines) == before + 1
    assert narrow.wraps
    playing.terminal.close()
    assert len(narrow.lines) == before


def test_the_time_left_is_not_cut_by_the_name(narrow: PseudoTerminal) -> None:
    run = suite(*[FAILED] * 12)
    playing = player(narrow, durations=Durations({case.key: 700.0 for case in planned(run)}))
    playing.terminal.begin(planned(run))
    playing.terminal.case_started(planned(run)[0].place, LONG)
    playing.clock.now += 12
    playing.terminal.redraw()
    assert narrow.lines[-1] == "0/13  0:12  2:31:28 left  ▸ A v… (12 s)"


def test_nothing_is_written_again_while_nothing_changes(tty: PseudoTerminal) -> None:
    playing = player(tty)
    playing.terminal.begin(planned(samples.HELD))
    playing.terminal.redraw()
    written = len(tty.raw)
    playing.terminal.redraw()
    assert len(tty.raw) == written


def test_a_line_is_replaced_in_one_write_without_being_empty_between(tty: PseudoTerminal) -> None:
    playing = player(tty)
    playing.terminal.begin(planned(samples.HELD))
    writes: list[str] = []
    stream = tty.stream

    class Recording:
        def write(self, text: str) -> int:
            writes.append(text)
            return stream.write(text)

        def __getattr__(self, name: str) -> Any:
            return getattr(stream, name)

    playing.terminal._screen._stream = Recording()
    playing.terminal.redraw()
    playing.clock.now += 1
    playing.terminal.redraw()
    (case,) = samples.HELD.cases
    playing.terminal.case_finished(case, "Listing accounts")
    assert ["0:00" in writes[0], "0:01" in writes[1], "held" in writes[2]] == [True] * 3
    assert not any("\x1b[K" in text.partition("0:0")[0] for text in writes[:2])
    assert "0:01" in writes[2].partition("held")[2], "it stays below the lines that are printed"


def test_the_line_moves_by_itself(tty: PseudoTerminal) -> None:
    look = Look(environment=TERM, refresh=0.001)
    with Terminal(tty.stream, look=look) as terminal:
        terminal.begin(planned(samples.HELD))
        while not LIVE.search(tty.text):
            pass
    assert not LIVE.search(tty.text)
    assert tty.lines == ["1 example in 1 feature"]


def test_the_terminal_is_left_as_it_was(tty: PseudoTerminal) -> None:
    playing = player(tty)
    playing.play(samples.EVERY_STATUS)
    playing.terminal.redraw()
    assert LIVE.search(tty.text)
    playing.terminal.end(samples.EVERY_STATUS)
    playing.terminal.redraw()
    assert not LIVE.search(tty.text)
    assert tty.cursor == (0, False)
    assert tty.wraps
    assert not exits.before_output


def run_in_process(ending: str, tty: PseudoTerminal) -> int:
    """Run `terminal_run` on the terminal; return its exit code, or minus the signal's number."""
    folder = str(Path(__file__).parent)
    environment = {**os.environ, **TERM, "PYTHONPATH": folder}
    for name in ("CI", "NO_COLOR", "COLUMNS"):
        environment.pop(name, None)
    return subprocess.run(
        [*breaking.program("terminal_run"), ending],
        env=environment,
        stdout=tty.theirs,
        stderr=tty.theirs,
        check=False,
        timeout=PATIENCE,
    ).returncode


@pytest.mark.parametrize(("signal", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_no_line_is_left_when_a_run_is_interrupted(
    signal: str, code: int, tty: PseudoTerminal
) -> None:
    assert run_in_process(signal, tty) == code
    assert tty.lines == [
        "1 example in 1 feature",
        "",
        f"Interrupted: cleaning up … ({signal})",
    ]
    assert "0/1" in tty.raw, "the line was drawn"


@pytest.mark.parametrize(("ending", "code"), [("error", 1), ("exit", 3)])
def test_no_line_is_left_by_an_error(ending: str, code: int, tty: PseudoTerminal) -> None:
    assert run_in_process(ending, tty) == code
    assert not LIVE.search(tty.text)
    assert "0/1" in tty.raw, "the line was drawn"


def test_what_others_print_is_not_mixed_with_the_line(tty: PseudoTerminal) -> None:
    assert run_in_process("print", tty) == 0
    assert tty.lines == [
        "1 example in 1 feature",
        "a step prints this",
        "and this on standard error",
    ]
