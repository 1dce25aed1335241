"""The page of a run as a document: verdicts, text, anchors, size."""

import gzip
import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import page_runs
from large_runs import large
from pgharness.core.attachments import TABLE_DIFFERENCE
from pgharness.results import page
from pgharness.results.differing import in_short
from pgharness.results.model import Attachment, Feature, Hook, Problem, Rule, Run, Status
from pgharness.results.page.anchors import Anchors
from pgharness.results.page.attachments import shown
from pgharness.results.page.evidence import evidence
from pgharness.results.page.verdicts import verdict
from pgharness.results.page.words import duration, moment, verdict_of
from pgharness.results.settings import ReportSettings
from pgharness.results.unfinished import replace_former
from pgharness.results.wording import UNFINISHED

LIMIT = 1_500_000
"""Bytes of the page of a whole suite, compressed."""


def run_of(*statuses: Status, rules: bool = True, **more: Any) -> Run:
    """A run with a rule for each status."""
    write = page_runs.Writer("features/a/b.feature")
    cases = [write.case(f"case {number}", status=each) for number, each in enumerate(statuses)]
    groups = [
        Rule(name=f"rule {number}" if rules else "", line=number, cases=(case,))
        for number, case in enumerate(cases)
    ]
    base = Run(
        started=page_runs.STARTED,
        finished=page_runs.STARTED,
        success=not any(each.is_failure for each in statuses),
        features=(Feature(uri="features/a/b.feature", name="b", rules=tuple(groups)),),
    )
    return replace(base, **more)


PASSED, FAILED, SKIPPED, NOT_RUN = Status.PASSED, Status.FAILED, Status.SKIPPED, Status.NOT_RUN


@pytest.mark.parametrize(
    ("run", "kind", "sentence"),
    [
        (run_of(PASSED, PASSED), "good", "All 2 rules hold."),
        (run_of(PASSED), "good", "The only rule holds."),
        (run_of(PASSED, SKIPPED, PASSED), "good", "2 rules hold; 1 was skipped."),
        (run_of(SKIPPED), "none", "No rule was judged: every example was skipped."),
        (run_of(FAILED), "bad", "The only rule does not hold."),
        (run_of(PASSED, FAILED), "bad", "1 of 2 rules does not hold."),
        (run_of(Status.ERROR, Status.UNDEFINED), "bad", "2 of 2 rules do not hold."),
        (run_of(PASSED, FAILED, rules=False), "bad", "1 of 2 examples failed."),
        (
            run_of(PASSED, NOT_RUN),
            "bad",
            "The run ended early: 1 of 2 rules holds, 1 was not fully run.",
        ),
        (
            run_of(PASSED, NOT_RUN, finished=None),
            "bad",
            "The run did not finish: 1 of 2 rules holds, 1 was not fully run.",
        ),
        (run_of(PASSED, success=False), "bad", "The run failed, although no rule did."),
        (run_of(), "bad", "No example was selected, so no rule was judged."),
        (run_of(finished=None), "bad", "The run did not finish, and no rule was judged."),
        (run_of(message="no server"), "bad", "The run could not start, so no rule was judged."),
        (
            run_of(hooks=(Hook(name="before_all", status=Status.ERROR),)),
            "bad",
            "The run could not start, so no rule was judged.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_verdict_is_a_sentence(run: Run, kind: str, sentence: str) -> None:
    assert (verdict(run).kind, verdict(run).sentence) == (kind, sentence)
    assert sentence in unescape(page.render(run))


def test_why_a_run_could_not_start_is_on_the_page() -> None:
    assert "No server was found: start PostgreSQL" in page.render(page_runs.not_started())


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        ((PASSED, SKIPPED), "holds"),
        ((PASSED, FAILED), "does not hold"),
        ((PASSED, Status.UNDEFINED), "does not hold: undefined"),
        ((PASSED, NOT_RUN), "partly run"),
        ((NOT_RUN, SKIPPED), "not run"),
        ((SKIPPED,), "skipped"),
    ],
)
def test_the_verdict_on_a_rule(statuses: tuple[Status, ...], words: str) -> None:
    write = page_runs.Writer("features/a/b.feature")
    rule = Rule(cases=tuple(write.case("x", status=status) for status in statuses))
    assert verdict_of(rule) == words


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *((0, "0 ms"), (0.0124, "12 ms"), (0.9996, "1.0 s"), (1.26, "1.3 s"), (59.4, "59 s")),
        *((59.6, "1 min 0 s"), (312, "5 min 12 s"), (3600, "1 h 0 min"), (7325, "2 h 2 min")),
    ],
)
def test_durations_have_a_fitting_unit(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_moment_is_in_utc() -> None:
    assert moment(page_runs.STARTED) == "29 November 2026, 20:21 UTC"


def test_text_of_the_run_is_never_markup() -> None:
    text = page.render(page_runs.every_status(), title='<script>"&')
    assert "&lt;script&gt;&#34;&amp;" in text
    assert "Statuses &lt;script&gt;" in text
    assert text.count("<script>") == text.count("</script>") == 1
    assert "&lt;b&gt;it&lt;/b&gt;" in text, "a doc string"
    assert "onerror" not in text


def test_characters_that_html_refuses_are_shown_as_escapes() -> None:
    text = page.render(page_runs.every_status())
    assert "the clock stopped \\x00" in text, "without the colour"
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", text)
    text.encode()


def test_each_id_is_on_the_page_once() -> None:
    run = page_runs.every_status()
    twice = replace(run, features=(*run.features, *run.features))
    ids = re.findall(r'\sid="([^"]*)"', page.render(twice))
    assert len(ids) == len(set(ids))
    assert {"accounts-8", "tasks-1", "accounts-8~2"} <= set(ids)


def test_an_anchor_that_is_not_a_rules_gives_way_to_the_rule() -> None:
    anchors = Anchors()
    anchors.reserve(["a-1"])
    assert anchors.of("a-1") == "a-1~"
    assert anchors.of_rule("a-1") == "a-1"
    assert anchors.of("b c.feature:3") == "b_c.feature:3"


def test_every_link_of_the_page_leads_somewhere() -> None:
    text = unescape(page.render(page_runs.every_status()))
    targets = set(re.findall(r'href="#([^"]+)"', text))
    assert targets <= set(re.findall(r'\sid="([^"]*)"', text))


def test_the_page_of_a_whole_suite_is_small() -> None:
    compressed = gzip.compress(page.render(large(failures=300)).encode())
    assert len(compressed) < LIMIT


def test_the_page_is_written_with_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "reports" / "acceptance.html"
    page.write(file, page_runs.every_status(), title="Title")
    assert file.read_bytes().decode() == page.render(page_runs.every_status(), title="Title")


def test_an_address_that_is_no_web_address_is_no_link() -> None:
    run = page_runs.every_status()
    environment = replace(run.environment, build_url="javascript:alert(1)")
    text = page.render(replace(run, environment=environment))
    assert "javascript:alert(1)" in text
    assert 'href="javascript' not in text


@pytest.mark.parametrize(
    "body", ["no JSON", "[]", "{}", '{"headings": ["a"], "rows": [{"sign": "?"}]}']
)
def test_a_malformed_table_difference_is_shown_as_text(body: str) -> None:
    assert (shown(Attachment(TABLE_DIFFERENCE, body)).kind, body) == ("text", body)


def test_rows_of_unequal_length_are_compared_cell_by_cell() -> None:
    rows = [{"sign": "≠", "expected": ["1", "2"], "actual": ["1"]}]
    body = json.dumps({"headings": ["a", "b"], "rows": rows})
    [row] = shown(Attachment(TABLE_DIFFERENCE, body)).rows
    assert row.expected == (("1", False), ("2", True))
    assert row.actual == (("1", False),)


@pytest.mark.parametrize(
    ("media_type", "body", "kind"),
    [
        ("text/plain; charset=utf-8", "aGVsbG8=", "text"),
        ("image/png", "/////w==", "image"),
        ("image/tiff", "/////w==", "other"),
        ("application/pdf", "/////w==", "other"),
    ],
)
def test_attachments_are_shown_by_their_media_type(media_type: str, body: str, kind: str) -> None:
    assert shown(Attachment(media_type, body, is_base64=True)).kind == kind


def test_a_failure_is_shown_by_its_message_and_how_to_repeat_it() -> None:
    write = page_runs.Writer("features/a b/c.feature")
    failed = replace(
        page_runs.step("Then", "it works", FAILED), problem=Problem("AssertionError", "2 is not 3")
    )
    rule = Rule(name="A rule", cases=(write.case("x", failed, status=FAILED),))
    run = run_of(features=(Feature(uri=write.uri, name="f", rules=(rule,)),))
    text = unescape(page.render(run, command="uv run behave"))
    assert "2 is not 3" in text
    assert "uv run behave 'features/a b/c.feature:20'" in text


def test_what_the_message_says_is_not_shown_again() -> None:
    text = "expected:\n  | a |  b |"
    failed = Hook(
        name="x",
        status=FAILED,
        problem=Problem("AssertionError", f"The table differs.\n{text}"),
        attachments=(
            Attachment("text/plain", "expected:\n| a | b |"),
            Attachment("text/plain", "more"),
            page_runs.DIFFERING,
        ),
    )
    found = evidence(failed)
    assert [view.text for view in found.others] == ["more"]
    assert len(found.differences) == 1


def test_a_failure_in_short_is_what_differs_or_the_first_line() -> None:
    problem = Problem("AssertionError", "\nfirst\nsecond")
    failed = Hook(name="x", status=FAILED, problem=problem)
    assert in_short(failed) == "first"
    differing = replace(failed, attachments=(page_runs.DIFFERING,))
    assert in_short(differing) == (
        "1 row differs, 1 row is missing, 1 row is not expected: display name is Ada Byron"
        " instead of Ada King, version is 3 instead of 2"
    )
    assert not in_short(replace(failed, problem=None))


def test_an_interrupted_or_killed_run_says_so_in_sentences() -> None:
    interrupted = run_of(PASSED, NOT_RUN, message="interrupted (SIGINT)")
    assert verdict(interrupted).details[-1] == "It was interrupted (SIGINT)."
    killed = run_of(PASSED, NOT_RUN, finished=None)
    assert verdict(killed).details[-1] == "It is going on, or was killed."
    failed = run_of(PASSED, FAILED, NOT_RUN, finished=None)
    assert verdict(failed).details[-1] == UNFINISHED


def test_every_word_for_a_verdict_has_a_meaning() -> None:
    text = page.render(page_runs.every_status())
    words = {*map(str, Status), "holds", "does not hold", "partly run", "open", "not in this run"}
    assert [word for word in words if f"<dt>{word}</dt>" not in text] == []


def test_the_page_of_an_unfinished_run_allows_its_own_style_only(tmp_path: Path) -> None:
    settings = ReportSettings(title="<Criteria>", command="uv run behave")
    replace_former(tmp_path, settings)
    text = (tmp_path / "acceptance.html").read_text("utf-8")
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"\"default-src 'none'; style-src 'sha256-{digest}'\"" in text
    assert "&lt;Criteria&gt;" in text
    assert f"uv run python -m pgharness.results html {tmp_path.name}/messages.ndjson" in text
