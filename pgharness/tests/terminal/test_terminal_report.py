"""What a run prints of capabilities and failures, and at its end."""

from dataclasses import replace
from datetime import timedelta

import pytest

import sample_runs as samples
from pgharness.core.attachments import TABLE_DIFFERENCE
from pgharness.data.data_tables import Mismatch, compare
from pgharness.results.changes import Change, Changes
from pgharness.results.model import Attachment, Hook, Problem, Status
from pgharness.results.terminal import differences
from pseudo_terminals import TERM, PseudoTerminal, planned
from shown_runs import COLOUR, FAILED, LIVE, NOT_RUN, SKIPPED, player, shown, suite

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
