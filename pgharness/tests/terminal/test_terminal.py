"""What a run shows on a real pseudo-terminal, in a pipe and in CI, while it goes on."""

import io
import os
import re
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

import breaking
import sample_runs as samples
from pgharness.core import exits
from pgharness.core.attachments import TABLE_DIFFERENCE
from pgharness.core.exits import Interruptions, Output
from pgharness.data.data_tables import Mismatch, compare
from pgharness.results.changes import Change, Changes
from pgharness.results.history import case_key
from pgharness.results.model import Attachment, Hook, Problem, Run, Status
from pgharness.results.terminal import Look, Terminal, differences
from pseudo_terminals import TERM, ManualClock, Player, PseudoTerminal, planned

FAILED, SKIPPED, NOT_RUN = Status.FAILED, Status.SKIPPED, Status.NOT_RUN
LIVE: Final = re.compile(r"\d/\d+ .*\d:\d\d")
"""The line that moves."""
COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
LONG: Final = "A very long title " * 20


def player(tty: PseudoTerminal, environment: Mapping[str, str] = TERM, **given: Any) -> Player:
    """Return a player on this terminal; its line moves only when asked."""
    clock = ManualClock()
    look = Look(environment=environment, clock=clock, refresh=None)
    return Player(tty.users.enter_context(Terminal(tty.stream, look=look, **given)), clock)


def shown(run: Run, environment: Mapping[str, str] = {}, encoding: str = "utf-8") -> str:
    """Return what a run writes into a pipe."""
    ours, theirs = os.pipe()
    with (
        ThreadPoolExecutor(1) as pool,
        open(ours, encoding=encoding) as pipe,  # noqa: PTH123
        open(theirs, "w", encoding=encoding) as stream,  # noqa: PTH123
    ):
        received = pool.submit(pipe.read)
        clock = ManualClock()
        look = Look(environment=environment, clock=clock, refresh=None)
        terminal = Terminal(stream, look=look)
        terminal.environment("PostgreSQL 18.6, embedded")
        Player(terminal, clock).play(run)
        terminal.end(run)
        stream.close()
        return received.result()


def suite(*statuses: Status, **given: Any) -> Run:
    """Return a run of two capabilities; the first has cases of these statuses."""
    cases = [samples.case(f"Case {line}", one, line) for line, one in enumerate(statuses, 11)]
    uri = "features/tasks/claiming.feature"
    other = samples.feature(samples.case("Claimed", line=5, uri=uri), uri=uri, name="Claiming")
    return samples.run(samples.feature(*cases), other, **given)


# The line that moves.


def test_the_line_that_moves_shows_what_is_done_and_what_fails(tty: PseudoTerminal) -> None:
    run = suite(Status.PASSED, FAILED, Status.PASSED)
    playing = player(tty, durations={case.key: 2.0 for case in planned(run)})
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
    playing = player(narrow, durations={case.key: 700.0 for case in planned(run)})
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


# What is printed while the run goes on.


def test_a_line_a_capability_on_a_terminal(tty: PseudoTerminal) -> None:
    playing = player(tty)
    playing.play(suite(Status.PASSED, SKIPPED, *[Status.PASSED] * 30))
    playing.terminal.close()
    assert tty.lines == [
        "33 examples in 2 features",
        "✓ accounts       8.0 s  31 held, 1 skipped",
        "✓ tasks         0.25 s  1 held",
    ]


def test_a_line_a_feature_in_a_pipe_and_in_ci(tty: PseudoTerminal) -> None:
    run = suite(Status.PASSED, SKIPPED)
    lines = [
        "3 examples in 2 features",
        "ok      Listing accounts (features/accounts/listing.feature): 1 held, 1 skipped, 0.50 s",
        "ok      Claiming (features/tasks/claiming.feature): 1 held, 0.25 s",
        "",
    ]
    assert shown(run).splitlines()[1:5] == lines
    tty.resize(200)
    playing = player(tty, {**TERM, "CI": "true"})
    playing.play(run)
    assert COLOUR.sub("", tty.raw).splitlines() == lines[:3]


def test_a_failure_is_printed_in_full_when_it_happens(tty: PseudoTerminal) -> None:
    difference = Problem(
        "AssertionError",
        "these accounts are stored:\n    | email |\n  - | ada   |\n  + | Ada   |\na note",
        "Traceback: of no use",
    )
    broken = samples.step(FAILED, text="these accounts are stored", problem=difference)
    case = samples.case("Names are kept", FAILED, 12, steps=(samples.step(), broken))
    run = samples.run(samples.feature(case, samples.case("Later", line=20)))
    playing = player(tty)
    playing.terminal.begin(planned(run))
    playing.terminal.case_finished(case, "Listing accounts", "Lists hold all", "accounts-10")
    assert tty.lines[1:] == [
        "",
        "✗ FAILED  features/accounts/listing.feature:12",
        "  Feature   Listing accounts",
        "  Rule      accounts-10: Lists hold all",
        "  Scenario  Names are kept",
        "  Step      Given these accounts are stored",
        "            features/accounts/listing.feature:13",
        "            features/steps/accounts.py:5",
        "",
        "    these accounts are stored:",
        "        | email |",
        "      - | ada   |",
        "      + | Ada   |",
        "    a note",
    ]
    assert {"red", "green"} <= tty.colours


@pytest.mark.parametrize(
    ("status", "kind", "has_trace"),
    [
        (Status.ERROR, "OperationalError", True),
        (Status.ERROR, "HarnessError", False),
        (FAILED, "AssertionError", False),
    ],
)
def test_only_an_error_that_is_no_assertion_has_a_traceback(
    status: Status, kind: str, *, has_trace: bool
) -> None:
    trace = f'Traceback (most recent call last):\n  File "a.py", line 7\n{kind}: it is gone'
    step = samples.step(status, problem=Problem(kind, "it is gone", trace))
    output = shown(samples.run(samples.feature(samples.case("A", status, steps=(step,)))))
    assert ("Traceback" in output) == has_trace
    assert output.count("it is gone") == 1


def test_a_row_shows_its_values() -> None:
    row = samples.case("A row", FAILED, outline=9, row=(("size", "201"), ("unit", "cm")))
    row = replace(row, keyword="Scenario Outline")
    output = shown(samples.run(samples.feature(row)))
    assert "  Example   A row\n  Row       size: 201, unit: cm\n" in output


def test_what_was_attached_is_shown_if_it_is_text() -> None:
    many = "\n".join(f"SELECT {number};" for number in range(1, 61))
    attached = (samples.SQL, samples.PICTURE, Attachment("text/plain", many))
    step = samples.step(FAILED, problem=samples.DIFFERS, attachments=attached)
    output = shown(samples.run(samples.feature(samples.case("A", FAILED, steps=(step,)))))
    assert "\n    statements.sql\n    SELECT id FROM account;\n" in output
    assert "SELECT 40;\n    and 20 more lines, which the report has\n" in output
    assert samples.PICTURE.body not in output


def test_what_a_message_has_is_not_shown_again() -> None:
    problem = Problem("AssertionError", "two are listed:\n  | a |\n+ | b |\na note")
    attached = Attachment("text/plain", "two are listed:\n  | a |\n+ | b |")
    server = Attachment("text/x.pgharness.server+plain", "PostgreSQL 7")
    step = samples.step(FAILED, problem=problem, attachments=(attached, server))
    output = shown(samples.run(samples.feature(samples.case("A", FAILED, steps=(step,)))))
    assert output.count("two are listed") == 1
    assert "PostgreSQL 7" not in output


def test_a_wide_difference_has_expected_and_actual_rows_one_above_the_other(
    tty: PseudoTerminal,
) -> None:
    wide = ["ada@example.org", "Ada Łovelace", "yes, she is"]
    there = [*wide[:2], "no, she is not"]
    with pytest.raises(Mismatch) as raised:
        compare(["email", "name", "active"], [wide, wide], [wide, there])
    attached = tuple(Attachment(*one) for one in raised.value.attachments)
    message = f"{raised.value}\na note"
    step = samples.step(FAILED, problem=Problem("AssertionError", message), attachments=attached)
    run = samples.run(samples.feature(samples.case("A", FAILED, steps=(step,))))
    playing = player(tty)
    playing.play(run)
    begin, _, end = tty.text.partition("    what was expected (-), and what is there (+):\n")
    assert "Step" in begin
    assert end.splitlines()[:5] == [
        "        | email           | name         | active           |",
        "        | ada@example.org | Ada Łovelace | yes, she is      |",
        "      - | ada@example.org | Ada Łovelace | »yes, she is«    |",
        "      + | ada@example.org | Ada Łovelace | »no, she is not« |",
        "    a note",
    ]
    assert "(≠ another" not in tty.text
    assert str(raised.value).splitlines()[-1] in shown(run), "side by side where there is room"


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"headings": 1, "rows": []}', '{"headings": ["a"], "rows": [{}]}',
     '{"headings": ["a"], "rows": [{"sign": "-", "expected": ["a", "b"], "actual": null}]}'],
)  # fmt: skip
def test_a_difference_of_another_form_is_left_as_it_is(body: str) -> None:
    drawn = "expected | actual " * 9
    attached = [Attachment(TABLE_DIFFERENCE, body), Attachment("text/plain", drawn)]
    assert differences.fitted(drawn, attached, 40) == drawn


def test_an_undefined_step_shows_how_to_define_it() -> None:
    case = samples.case("A", Status.UNDEFINED, steps=(samples.UNDEFINED,))
    output = shown(samples.run(samples.feature(case)))
    assert '    no step definition matches\n\n    @given("there is none")\n' in output


def test_a_hook_that_fails_is_printed_and_named_again_at_the_end(tty: PseudoTerminal) -> None:
    hook = Hook(name="after_all", status=Status.ERROR, problem=samples.LOST)
    run = suite(Status.PASSED, hooks=(hook,), success=False)
    playing = player(tty)
    playing.play(run)
    playing.terminal.run_hook_failed(hook)
    playing.terminal.end(run)
    assert "✗ ERROR  after_all\n\n    server closed the connection" in tty.text
    assert "\nFailed:\n  hook  after_all\n" in tty.text
    assert "To repeat" not in tty.text
    assert tty.lines[-1].endswith("2 examples: 2 held; 1 hook failed: after_all")


# The end.


def test_the_end_names_each_failure_in_a_line_and_how_to_repeat_them(
    tty: PseudoTerminal,
) -> None:
    run = suite(FAILED, Status.PASSED, Status.ERROR)
    playing = player(tty, repeat="uv run behave @reports/rerun.txt")
    playing.play(run)
    new = Change("Case 13", "features/accounts/listing.feature:13", "", "passed", "error")
    slow = Change("A slow one", "features/tasks/x.feature:3", "tasks-4", "0.42 s", "1.90 s")
    playing.terminal.end(run, Changes(samples.BEGAN - timedelta(1), (new,), (), (slow,)))
    end = tty.text.partition("\nFailed:\n")[2]
    assert end.splitlines() == [
        "  features/accounts/listing.feature:11  accounts-10  Case 11",
        "  features/accounts/listing.feature:13  (new)  accounts-10  Case 13",
        "To repeat: uv run behave @reports/rerun.txt",
        "",
        "Since 2026-11-28 20:15 UTC: 1 newly failing, 1 slower",
        "  slower  0.42 s → 1.90 s  tasks-4  A slow one",
        "",
        "1 min 1 s on PostgreSQL 18.6, embedded",
        "2 features, 2 rules, 4 examples: 2 held, 1 failed, 1 with errors; 1 rule does",
        "not hold: accounts-10",
    ]


def test_without_a_list_of_what_failed_there_is_no_line_to_repeat_it(tty: PseudoTerminal) -> None:
    run = suite(FAILED)
    playing = player(tty, repeat="")
    playing.play(run)
    playing.terminal.end(run)
    assert "\nFailed:\n  features/accounts/listing.feature:11" in tty.text
    assert "To repeat" not in tty.text


def test_nothing_is_said_of_failures_if_there_are_none(tty: PseudoTerminal) -> None:
    run = suite(Status.PASSED)
    playing = player(tty)
    playing.play(run)
    playing.terminal.end(run)
    assert tty.lines[-3:] == [
        "",
        "1 min 1 s on PostgreSQL 18.6, embedded",
        "2 features, 2 rules, 2 examples: all hold",
    ]


def test_after_stop_a_capability_that_was_begun_says_what_is_missing(tty: PseudoTerminal) -> None:
    run = suite(Status.PASSED, FAILED, NOT_RUN, NOT_RUN)
    other = run.features[1]
    cases = tuple(replace(case, status=NOT_RUN) for case in other.cases)
    rules = (replace(other.rules[0], cases=cases),)
    run = replace(run, features=(run.features[0], replace(other, rules=rules)))
    playing = player(tty)
    playing.play(run)
    assert "✗ accounts" not in tty.text
    playing.terminal.end(run)
    assert "✗ accounts      0.50 s  1 held, 1 failed, 2 not run" in tty.lines
    assert "tasks" not in tty.text
    assert "3 not run" in tty.text


def test_a_run_that_could_not_start_says_why() -> None:
    why = "no server was found: set TEST_DATABASE_URL."
    run = suite(NOT_RUN, NOT_RUN, message=why, success=False)
    rules = (replace(run.features[0].rules[0]),)
    run = replace(run, features=(replace(run.features[0], rules=rules),))
    assert shown(run).splitlines()[-1] == (
        f"1 feature, 1 rule, 2 examples: none was executed; 2 not run; {why}"
    )


def test_a_dry_run_shows_no_results(tty: PseudoTerminal) -> None:
    run = suite(SKIPPED, Status.UNDEFINED)
    playing = player(tty, dry_run=True)
    playing.play(run)
    playing.terminal.end(run)
    assert "UNDEFINED  features/accounts/listing.feature:12" in tty.text
    assert "accounts  " not in tty.text
    assert "To repeat" not in tty.text
    assert not LIVE.search(tty.raw)
    assert "nothing was executed (dry run)" in tty.text


def test_of_many_failures_fifty_are_listed() -> None:
    end = shown(suite(*[FAILED] * 300)).split("\nFailed:\n")[1].splitlines()
    assert end[49] == "  features/accounts/listing.feature:60  accounts-10  Case 60"
    assert end[50:52] == ["  and 250 more", "To repeat: behave @reports/rerun.txt"]


# Text, colours, encodings and widths.


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_long_titles_are_cut_or_wrapped_at_words(columns: int) -> None:
    tty = PseudoTerminal(columns)
    case = samples.case(LONG, FAILED)
    feature = samples.feature(case, name=LONG, uri=f"features/{'long/' * 30}a.feature")
    run = samples.run(feature, samples.feature(samples.case("A", line=70)))
    playing = player(tty)
    playing.play(run)
    playing.terminal.end(run)
    lines = tty.lines
    tty.close()
    (group,) = (line for line in lines if line.startswith("✗ long/"))
    assert "…" in group
    words = {"A", "very", "long", "title"}
    begin = next(number for number, line in enumerate(lines) if "Feature " in line)
    wrapped = [line.removeprefix("  Feature ").split() for line in lines[begin : begin + 2]]
    assert all(set(line) <= words for line in wrapped), "no word is cut"
    listed = lines[lines.index("Failed:") + 1]
    assert listed.startswith("  features/accounts/listing.feature:12"[:columns])


def test_the_text_of_a_failure_does_not_control_the_terminal(tty: PseudoTerminal) -> None:
    playing = player(tty, {**TERM, "NO_COLOR": "1"})
    run = samples.hostile()
    playing.play(run)
    playing.terminal.end(run)
    received = tty.raw
    for own in ("\r\x1b[K", "\x1b[K", "\x1b[?7l", "\x1b[?7h", "\r", "\n"):
        received = received.replace(own, "")
    assert received.isprintable()
    assert r"a\x00\x1b[31mred\x1b[0m\x07\ud800" in received
    assert tty.colours == {"default"}


def test_a_failure_may_look_like_markup() -> None:
    text = "[red]not a style[/red] :smile: [/nothing"
    step = samples.step(FAILED, problem=Problem("AssertionError", f"{text}\x9b31m\u202e"))
    output = shown(
        samples.run(samples.feature(samples.case(text, FAILED, steps=(step,)), name=text))
    )
    assert output.count(text) == 5, "feature, scenario, message, list, line of the feature"
    assert rf"{text}\x9b31m\u202e" in output


@pytest.mark.parametrize(
    ("environment", "on_terminal", "in_pipe"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"CI": "1"}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
    ],
    ids=str,
)
def test_colours_follow_the_conventions(
    environment: Mapping[str, str], *, on_terminal: bool, in_pipe: bool, tty: PseudoTerminal
) -> None:
    run = suite(FAILED, SKIPPED)
    playing = player(tty, {**TERM, **environment})
    playing.play(run)
    playing.terminal.end(run)
    assert bool(COLOUR.search(tty.raw)) == on_terminal
    assert ("\x1b" in shown(run, environment)) == in_pipe


def test_a_dumb_terminal_has_no_line_that_moves(tty: PseudoTerminal) -> None:
    playing = player(tty, {"TERM": "dumb"})
    playing.play(samples.EVERY_STATUS)
    playing.terminal.end(samples.EVERY_STATUS)
    assert "\x1b" not in tty.raw


def test_an_encoding_that_lacks_characters_is_enough() -> None:
    output = shown(suite(FAILED, SKIPPED), encoding="ascii")
    assert "\nx FAILED  features/accounts/listing.feature:11\n" in output
    case = samples.case("Łovelace … 🦉", FAILED)
    output = shown(samples.run(samples.feature(case)), encoding="latin-1")
    assert r"  Scenario  \u0141ovelace \u2026 \U0001f989" in output


def test_a_terminal_may_lack_characters_too() -> None:
    tty = PseudoTerminal(40, encoding="ascii")
    run = suite(Status.PASSED)
    playing = player(tty)
    playing.terminal.begin(planned(run))
    playing.terminal.case_started(planned(run)[0].place, LONG)
    playing.clock.now += 9
    playing.terminal.redraw()
    last = tty.lines[-1]
    playing.play_feature(run.features[0])
    playing.terminal.close()
    lines = tty.lines
    tty.close()
    assert last.startswith("0/2  0:09  > A very")
    assert last.endswith("~ (9 s)")
    assert lines[1] == "+ accounts      0.25 s  1 held"


def test_a_wrapped_stream_is_enough(tty: PseudoTerminal) -> None:
    output = Output(tty.stream, Interruptions())
    clock = ManualClock()
    look = Look(environment=TERM, clock=clock, refresh=None)
    terminal = tty.users.enter_context(Terminal(output, look=look))
    playing = Player(terminal, clock)
    playing.play(samples.HELD)
    playing.terminal.redraw()
    assert LIVE.search(tty.text)
    output.write("printed by a step\n")
    assert tty.lines[-1] == "printed by a step"
    playing.terminal.end(samples.HELD)
    assert not LIVE.search(tty.text)


def test_the_output_is_not_captured_with_that_of_steps() -> None:
    stream = io.StringIO()
    terminal = Terminal(stream, look=Look(environment={}, refresh=None))
    with redirect_stdout(io.StringIO()) as captured:
        Player(terminal).play(samples.EVERY_STATUS)
        terminal.end(samples.EVERY_STATUS)
    assert not captured.getvalue()
    assert "✗ FAILED" in stream.getvalue()


def test_passwords_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgharness.core.masking._known", {"s3cret-of-ada"})
    step = samples.step(FAILED, problem=Problem("AssertionError", "password=s3cret-of-ada is"))
    output = shown(samples.run(samples.feature(samples.case("A", FAILED, steps=(step,)))))
    assert "s3cret" not in output
    assert "password=*** is" in output


def test_the_resized_terminal_is_used(tty: PseudoTerminal) -> None:
    run = suite(Status.PASSED)
    playing = player(tty)
    playing.terminal.begin(planned(run))
    playing.terminal.case_started(planned(run)[0].place, LONG)
    playing.clock.now += 9
    tty.resize(50)
    playing.terminal.redraw()
    assert len(tty.lines[-1]) in {48, 49}
    playing.terminal.close()


def test_the_case_of_a_plan_is_that_of_history() -> None:
    keys = [case.key for case in planned(samples.EVERY_STATUS)]
    assert keys == [
        case_key(rule, case) for _, rule in samples.EVERY_STATUS.rules for case in rule.cases
    ]
    assert len(set(keys)) == len(keys) - 1, "two have one name"
