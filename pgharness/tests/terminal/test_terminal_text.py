"""Long and hostile texts, colours, and streams that can do less than a terminal."""

import io
from collections.abc import Mapping
from contextlib import redirect_stdout

import pytest

import sample_runs as samples
from pgharness.core.exits import Interruptions, Output
from pgharness.results.history import case_key
from pgharness.results.model import Problem, Status
from pgharness.results.terminal import Look, Terminal
from pseudo_terminals import TERM, ManualClock, Player, PseudoTerminal, planned
from shown_runs import COLOUR, FAILED, LIVE, LONG, SKIPPED, player, shown, suite


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
