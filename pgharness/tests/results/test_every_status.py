"""A run with every kind of status is right in the stream and in each report made from it."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import every_status_reports as reports
from every_status_table import (
    FAILED_HOOKS,
    REPEATED_TOO,
    STATUSES,
    Done,
    copied,
    counts,
    run,
    run_on_terminal,
)
from pgharness.results.model import Status
from pgharness.results.stream.reading import read
from pgharness.results.terminal.wording import numbers
from pgharness.results.text import in_one_line

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SHARES_BROWSER = True
"""No test here needs an event loop of its own."""

EXECUTED = {one: n for one, n in counts(STATUSES).items() if one is Status.PASSED or one.is_failure}


@pytest.fixture(scope="module")
def piped(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """The run, its output in a pipe."""
    return run(copied(tmp_path_factory.mktemp("piped") / "suite"))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """The run on a terminal."""
    return run_on_terminal(copied(tmp_path_factory.mktemp("shown") / "suite"))


def test_the_run_has_failed(piped: Done, shown: Done) -> None:
    assert (piped.code, shown.code) == (1, 1), piped.output
    made = read(piped.folder / "reports/messages.ndjson")
    assert (made.success, made.message, made.holds) == (False, "", False)


def test_the_table_has_every_status() -> None:
    assert {*counts(STATUSES)} == {*Status} - {Status.AMBIGUOUS}, "behave refuses ambiguous steps"


def test_the_stream(piped: Done) -> None:
    expected = {key: (one.status.value, one.why) for key, one in STATUSES.items()}
    assert reports.in_stream(piped) == expected
    made = read(piped.folder / "reports/messages.ndjson")
    hooks = [hook for feature in made.features for hook in feature.hooks]
    assert {hook.name for hook in hooks} == FAILED_HOOKS
    assert {hook.status for hook in hooks} == {Status.ERROR}
    assert all(hook.place for hook in hooks)


def test_junit(piped: Done) -> None:
    cases, hooks = reports.in_junit(piped)
    assert cases == reports.expected_in_junit(STATUSES)
    assert hooks.keys() == FAILED_HOOKS
    assert {kind for kind, _ in hooks.values()} == {"Error"}


def test_the_page(piped: Done, browser: "Browser") -> None:
    page = reports.in_page(piped, browser)
    total, failed = len(STATUSES), sum(one.status.is_failure for one in STATUSES.values())
    assert page.sentence == f"{failed} of {total} examples failed."
    told = {(in_one_line(name), number): one for (name, number), one in STATUSES.items()}
    assert page.cases.keys() == told.keys()
    for key, expected in told.items():
        status, reason, kinds = page.cases[key]
        assert status == expected.status.value, key
        if expected.status.is_failure:
            assert expected.why in kinds, key
        else:
            assert (reason, kinds) == (reports.reason_on_page(expected), []), key
    assert all(hook in page.text for hook in FAILED_HOOKS)


def test_the_summary(piped: Done) -> None:
    listed = reports.in_summary(piped)
    names = {name.replace("\\", "") for name, _ in listed[: len(FAILED_HOOKS)]}
    assert names == FAILED_HOOKS
    assert Counter(listed[len(FAILED_HOOKS) :]) == Counter(reports.expected_in_summary(STATUSES))
    text = (piped.folder / "reports/summary.md").read_text("utf-8")
    assert text.startswith("## The run does not hold\n")
    all_statuses = counts(STATUSES)
    failed = sum(n for status, n in all_statuses.items() if status.is_failure)
    cells = [all_statuses[Status.PASSED], failed]
    cells += [all_statuses[Status.SKIPPED], all_statuses[Status.NOT_RUN]]
    assert f" | {' | '.join(map(str, cells))} |\n" in text


def test_cucumber_json(piped: Done) -> None:
    assert reports.in_cucumber_json(piped) == reports.expected_in_cucumber_json(STATUSES)


def test_the_list_for_a_rerun(piped: Done) -> None:
    assert reports.in_rerun(piped) == reports.expected_in_rerun(STATUSES) | REPEATED_TOO


def test_reports_have_one_word_for_an_example(piped: Done, shown: Done, browser: "Browser") -> None:
    texts = {
        "page": reports.in_page(piped, browser).text,
        "summary": (piped.folder / "reports/summary.md").read_text("utf-8"),
        "pipe": piped.output,
        "terminal": shown.output,
    }
    for name, text in texts.items():
        assert not re.findall(r"\b(?:no|[\d,]+|each|all|the) scenarios?\b", text), name
        assert re.search(rf"\b{len(STATUSES)} examples\b", text), name


@pytest.mark.parametrize("where", ["piped", "shown"])
def test_the_terminal(where: str, request: pytest.FixtureRequest) -> None:
    done = request.getfixturevalue(where)
    hooks = {(name, "error") for name in FAILED_HOOKS}
    assert reports.in_terminal(done) == reports.expected_in_terminal(STATUSES) | hooks
    ending = " ".join(done.output.rpartition("Failed:\n")[2].split())
    assert f", {len(STATUSES)} examples: {numbers(EXECUTED)};" in ending
    assert f"{len(FAILED_HOOKS)} hooks failed" in ending
    for one in STATUSES.values():
        if one.status in {Status.SKIPPED, Status.NOT_RUN}:
            assert one.why.removeprefix("not run: ") in ending
        else:
            assert (f" features/{one.place} " in ending) == one.status.is_failure
    assert "\x1b" not in done.output


def test_a_rerun_repeats_what_did_not_pass(piped: Done, tmp_path: Path) -> None:
    folder = copied(tmp_path / "suite")
    (folder / "reports").mkdir()
    listed = (piped.folder / "reports/rerun.txt").read_text("utf-8")
    (folder / "reports/rerun.txt").write_text(listed, "utf-8")
    again = run(folder, "@reports/rerun.txt")
    assert again.code == 1, again.output
    found = reports.in_stream(again)
    bad = {k for k, one in STATUSES.items() if one.status.is_failure or one.why[:3] == "not"}
    assert found.keys() >= {key for key in bad if STATUSES[key].status is not Status.SKIPPED}
    assert reports.in_rerun(again) == reports.in_rerun(piped)


def test_the_history_has_what_was_executed_to_its_end(piped: Done) -> None:
    [kept] = (piped.folder / "reports/history").glob("*.json")
    found = Counter(status for status, _ in json.loads(kept.read_text("utf-8"))["cases"].values())
    of_distinct = {
        Status(status): number for status, number in found.items()
    }  # the rows of the outline differ in their cells, two of them in nothing
    assert of_distinct == {**EXECUTED, Status.PASSED: EXECUTED[Status.PASSED] - 1}
