"""`python -m pgharness.results`: each report from a stream."""

import json
import os
from pathlib import Path

import pytest
from junitparser import JUnitXml

from last_runs import enter, put
from pgharness.results import commands
from pgharness.results.commands import STREAM, main
from test_merging import SAMPLES, failed_then_passed, sample

REPORTS = {
    "junit": "reports/junit/TESTS-%2E%2E.samples.hooks.hooks.xml",
    "summary": "reports/summary.md",
    "rerun": "reports/rerun.txt",
    "json": "reports/cucumber.json",
}

COMMANDS = ("junit", "html", "summary", "rerun", "json", "merge", "show")


@pytest.mark.parametrize("command", REPORTS)
def test_a_report_is_made_of_the_last_run(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    enter(tmp_path, monkeypatch)
    assert main([command]) == 0
    assert (tmp_path / REPORTS[command]).read_text("utf-8")
    out, err = capsys.readouterr()
    assert (len(out.splitlines()), err) == (1, "")
    assert "written" in out
    assert {path.name for path in (tmp_path / "reports").iterdir()} == {
        "messages.ndjson", Path(REPORTS[command]).parts[1]
    }  # fmt: skip


def test_a_report_goes_to_standard_output_if_asked_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(tmp_path, monkeypatch)
    assert main(["json", "-o", "-"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["name"] == "Hooks"
    assert main(["summary", "-o", "-"]) == 0
    assert capsys.readouterr().out.startswith("## The run does not hold\n")
    assert main(["rerun", "-o", "-"]) == 0
    assert capsys.readouterr().out.startswith("samples/hooks/hooks.feature:")
    assert main(["merge", str(STREAM), "-o", "-"]) == 0
    assert all(map(json.loads, capsys.readouterr().out.splitlines()))
    assert os.listdir("reports") == ["messages.ndjson"]  # noqa: PTH208


def test_the_page_is_made_of_the_last_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    enter(tmp_path, monkeypatch)
    Path("drawings").mkdir()
    assert (
        main(["html", "--title", "Of hooks", "--command", "make test", "--drawings", "drawings"])
        == 0
    )
    text = Path("reports/acceptance.html").read_text("utf-8")
    assert "Of hooks</title>" in text
    assert "make test samples/hooks/hooks.feature:" in text
    assert main(["html", "--requirements", "missing.toml"]) == 2
    assert main(["html", "--strength", "missing.json"]) == 2


CONFIGURED = """
[tool.pgharness.report]
title = "Criteria of a service"
command = "make check"
drawings = "pictures"
strength = "noticed.json"
"""


def test_the_page_shows_what_the_project_configures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    enter(tmp_path, monkeypatch)
    Path("pictures").mkdir()
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>Life</title></svg>'
    Path("pictures/life.svg").write_text(drawing, "utf-8")
    Path("noticed.json").write_text('{"sources": {}, "rules": {}, "questioned": {}}', "utf-8")
    Path("pyproject.toml").write_text(CONFIGURED, "utf-8")
    assert main(["html"]) == 0
    text = Path("reports/acceptance.html").read_text("utf-8")
    assert "Criteria of a service</title>" in text
    assert "make check samples/hooks/hooks.feature:" in text
    assert 'id="drawings"' in text
    assert 'id="strength"' in text
    assert main(["html", "--title", "Given"]) == 0
    assert "Given</title>" in Path("reports/acceptance.html").read_text("utf-8")
    assert main(["summary"]) == 0
    assert "`make check samples/" in Path("reports/summary.md").read_text("utf-8")
    Path("pyproject.toml").write_text(CONFIGURED.replace("title", "titel"), "utf-8")
    capsys.readouterr()
    assert main(["html"]) == 2
    assert "[tool.pgharness.report] has no setting titel" in capsys.readouterr().err


def test_a_damaged_file_of_the_history_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    enter(tmp_path, monkeypatch)
    Path("reports/history").mkdir()
    Path("reports/history/notes.json").write_text("{}", "utf-8")
    assert main(["summary"]) == 0
    said = capsys.readouterr().err
    assert said == "history/notes.json is ignored: it was not written by a run\n"


def test_properties_are_in_cases_if_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(tmp_path, monkeypatch)
    main(["junit", "--in-cases", "--features", "samples", "--junit-directory", "elsewhere"])
    [suite] = JUnitXml.fromfile("elsewhere/TESTS-hooks.hooks.xml")
    assert [case._elem.get("file") for case in suite] == ["samples/hooks/hooks.feature"] * len(
        suite
    )


def test_only_show_tells_the_result_by_its_exit_code(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(tmp_path, monkeypatch)
    assert main(["show"]) == 1
    told = capsys.readouterr().out
    assert told.startswith("The run does not hold\n")
    assert "  behave samples/hooks/hooks.feature:" in told
    put("minimal")
    assert main(["show"]) == 0
    assert capsys.readouterr().out.startswith("The run holds\n1 example: 1 passed")
    put("minimal", slice(-1))
    assert main(["show"]) == 1
    assert capsys.readouterr().out.startswith("The run did not finish\n")
    put("test-run-exception")
    assert main(["show"]) == 1
    put("minimal", slice(0, None, 11))  # the description and the end: no scenario
    assert main(["show"]) == 1


def test_streams_are_merged(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(tmp_path, monkeypatch)
    for name, stream in zip(("first", "again"), failed_then_passed(), strict=True):
        lines = (f"{json.dumps(message)}\n" for message in stream.messages)
        Path(name).write_text("".join(lines), "utf-8")
    assert main(["show", "first"]) == 1
    assert main(["merge", "again", "first", "-o", "first"]) == 0
    assert not capsys.readouterr().err
    assert main(["show", "first"]) == 0
    put("rules", slice(-1))
    assert main(["merge", "first", str(STREAM), "-o", "merged"]) == 0
    assert capsys.readouterr().err == (
        "reports/messages.ndjson has no end: the merged run has not finished either\n"
    )
    assert main(["show", "merged"]) == 1


def test_nothing_to_repeat_removes_the_list(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(tmp_path, monkeypatch)
    main(["rerun"])
    assert Path("reports/rerun.txt").exists()
    put("minimal")
    assert main(["rerun"]) == 0
    assert not Path("reports/rerun.txt").exists()
    assert "nothing is to be repeated" in capsys.readouterr().out


def test_github_gets_summary_and_annotations(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    enter(tmp_path, monkeypatch)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "of_the_job.md")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert main(["summary"]) == 0
    assert not Path("of_the_job.md").exists()
    assert "::error" not in capsys.readouterr().out
    assert main(["summary", "--github"]) == 0
    assert Path("of_the_job.md").read_text("utf-8").startswith("## The run does not hold")
    assert "\n::error file=samples/hooks/hooks.feature," in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"usage: python -m pgharness.results {command}" in capsys.readouterr().out
    assert command in commands.parser().format_help()


def test_the_samples_are_those_of_the_kit() -> None:
    assert len(SAMPLES) == 49
    assert sample("hooks").the("meta")
