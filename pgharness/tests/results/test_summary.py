"""The summary and GitHub's annotations: short, complete in numbers, and text stays text."""

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from pgharness.core.errors import HarnessError
from pgharness.results.changes import Change, Changes
from pgharness.results.files import github
from pgharness.results.files.summary import escaped, markdown
from pgharness.results.model import Rule, Run, Status
from pgharness.results.text import in_one_line, shortened
from pgharness.results.wording import UNFINISHED
from sample_runs import BEGAN, EVERY_STATUS, HELD, HOSTILE, case, feature, hostile, run

LIMIT = 60_000


def many_failures(number: int = 300) -> Run:
    """Return a run with this many failures, all texts of which are long."""
    long = "wörd <&> " * 100
    cases = [case(f"{n} {long}", Status.FAILED, n, reason=long) for n in range(number)]
    return run(feature(rules=(Rule(name=long, line=1, tags=("@a-1",), cases=tuple(cases)),)))


def html(text: str) -> str:
    """Return the text as GitHub renders it."""
    rendered: str = MarkdownIt("commonmark").enable("table").render(text)
    return rendered


def test_a_summary_tells_the_result_in_numbers_and_what_to_repeat() -> None:
    told = markdown(EVERY_STATUS).splitlines()
    assert told[0] == "## The run does not hold"
    assert (
        "11 examples: 3 passed, 1 failed, 2 errors, 1 undefined, 1 ambiguous, 1 pending,"
        " 1 skipped, 1 not run · 61.0 s · 2026-11-29 20:15 UTC · PostgreSQL 18.6, embedded"
        " · revision 1a2b3c4"
    ) in told
    assert "| Capability | Rules that hold | Passed | Failed | Skipped | Not run |" in told
    assert "| **accounts** | 0 of 1 | 1 | 6 | 1 | 1 |" in told
    assert "| features | 1 of 1 | 2 | 0 | 0 | 0 |" in told
    assert "### Failures (8)" in told
    assert (
        "- **accounts-10** Lists hold all accounts: *Two are listed* (failed): expected 2"
        " accounts, found 1<br>`behave features/accounts/listing.feature:20`"
    ) in told
    assert r"- *before\_rule* (error): server closed the connection" in told
    assert "To repeat all of them: `behave @reports/rerun.txt`" in told
    assert told[told.index("### Skipped (1)") + 2] == "- 1 example: needs PostgreSQL 19"
    assert told[told.index("### Not run (1)") + 2] == "- 1 example: the run ended before"


def test_the_verdict_is_that_of_the_run() -> None:
    assert markdown(HELD).startswith("## The run holds\n")
    assert "Failures" not in markdown(HELD)
    assert markdown(replace(HELD, success=False)).startswith("## The run does not hold\n")
    assert markdown(Run()).startswith("## The run did not finish\n")
    assert f"> {UNFINISHED}" in markdown(Run())
    assert "> no server" in markdown(run(message="no server", success=False))


def test_changes_are_told() -> None:
    one = Change("X", "a.feature:1", "a-1", "passed", "failed")
    told = markdown(HELD, Changes(BEGAN, newly_failing=(one,) * 30))
    assert "### Since 2026-11-29 20:15 UTC" in told
    assert told.count(r"- newly failing: **a-1** X (passed → failed)") == 20
    assert "- … and 10 more (newly failing)" in told
    assert "Since" not in markdown(HELD, Changes(BEGAN))


def test_a_summary_is_short_with_300_failures() -> None:
    told = markdown(many_failures())
    assert len(told.encode()) < LIMIT
    listed = told.count("- **a-1**")
    assert listed
    assert f"- … and {300 - listed} more" in told
    reasons = [case(f"{n}", Status.SKIPPED, reason=f"{n} " * 400) for n in range(300)]
    assert len(markdown(run(feature(*reasons))).encode()) < LIMIT


def test_text_is_text_in_markdown() -> None:
    shown = html(markdown(hostile()))
    assert set(re.findall(r"</?(\w+)", shown)) <= {
        *("h2", "h3", "p", "ul", "li", "strong", "em", "br", "code", "blockquote"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    assert "<b>" not in shown
    for text in (
        HOSTILE,
        r"\*_[x](y)_* <b>&amp;</b> | # - + ! ~ $ @ `c`",
        "1. x",
        "- x",
        "a" * 300,
    ):
        told = html(escaped(text)).removeprefix("<p>").removesuffix("</p>\n")
        told = told.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
        expected = shortened(in_one_line(text), 200)
        assert told.replace("&amp;", "&") == expected


def published(made: Run, **environment: str) -> list[str]:
    """Return the lines that are printed for GitHub."""
    out = io.StringIO()
    github.publish(made, markdown(made), out, environment)
    return out.getvalue().splitlines()


def test_annotations_are_at_the_failed_step() -> None:
    told = published(EVERY_STATUS, GITHUB_ACTIONS="true")
    assert told[0] == "::error title=after_all::server closed the connection"
    assert (
        "::error file=features/accounts/listing.feature,line=22,title=accounts-10 Two are listed::"
        "Given two are listed%0Aexpected 2 accounts, found 1%0A"
        "behave features/accounts/listing.feature:20"
    ) in told
    not_cleaned_up = next(line for line in told if "Not cleaned up" in line)
    assert "line=90," in not_cleaned_up


def test_ten_failures_are_annotated_and_the_others_counted() -> None:
    told = published(many_failures(), GITHUB_ACTIONS="true")
    assert [line[:8] for line in told] == ["::error "] * 10 + ["::warnin"]
    assert told[-1].endswith("::290 more failures: see the job's summary")
    ten = published(many_failures(10), GITHUB_ACTIONS="true")
    assert [line[:8] for line in ten] == ["::error "] * 10


def test_text_is_text_in_annotations() -> None:
    for line in published(hostile(), GITHUB_ACTIONS="true"):
        assert line.startswith("::error ")
        head, _, text = line.removeprefix("::error ").partition("::")
        assert text
        assert {one.partition("=")[0] for one in head.split(",")} <= {"file", "line", "title"}
    assert github.command("error", "50%\r\n", title="a: b, c") == (
        "::error title=a%3A b%2C c::50%25%0D%0A"
    )


def test_a_job_of_github_gets_the_summary(tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    file.write_text("before\n", "utf-8")
    assert not published(EVERY_STATUS, GITHUB_STEP_SUMMARY=str(file))
    assert file.read_text("utf-8") == f"before\n{markdown(EVERY_STATUS)}\n"
    with pytest.raises(HarnessError, match="GITHUB_STEP_SUMMARY"):
        published(HELD, GITHUB_STEP_SUMMARY=str(tmp_path))


def test_elsewhere_nothing_is_published() -> None:
    assert not published(EVERY_STATUS)
    assert not published(EVERY_STATUS, GITHUB_ACTIONS="false", GITHUB_STEP_SUMMARY="")
