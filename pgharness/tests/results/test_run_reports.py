"""The reports of runs with our runner that meet obstacles."""

import shutil
from pathlib import Path

import pytest

from pgharness.results.model import Run
from pgharness.results.stream.reading import read
from recorded_projects import Recorded, behave, write

SETTINGS = """
    [tool.behave]
    runner = "pgharness.adapters.starting:Runner"
    junit = true
    junit_directory = "junit"
    [tool.pgharness]
    reports = "reports"
    """

STEPS = """
import os, resource, shutil, signal
from behave import step

@step("it passes")
def passes(context):
    pass

@step("it fails")
def fails(context):
    assert False, "one is not two"

@step("files cannot grow")
def full(context):
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, most))
    context.attach("text/plain", "x" * 100_000)

@step("files can grow again")
def grow(context):
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

@step("it leaves a process")
def leaves(context):
    os.mkfifo("end")
    if os.fork() == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(60)  # if the test does not end it
        os.closerange(0, 3)
        open("end").read()  # until the test writes to it
        os._exit(0)

@step("it goes elsewhere")
def goes(context):
    os.chdir("/")

@step("it removes the reports")
def removes(context):
    shutil.rmtree("reports")
"""


def run(folder: Path, *steps: str) -> Recorded:
    """Run a scenario of these steps, and one that passes."""
    lines = "".join(f"            Given {step}\n" for step in steps)
    feature = f"Feature: F\n  Scenario: First\n{lines}  Scenario: Second\n    Given it passes\n"
    files = {"pyproject.toml": SETTINGS, "features/steps/steps.py": STEPS}
    write(folder, {**files, "features/a.feature": feature})
    return behave(folder)


def stream(folder: Path) -> Run:
    return read(folder / "reports" / "messages.ndjson")


def test_a_stream_that_cannot_be_written_leaves_no_other_report_out(tmp_path: Path) -> None:
    done = run(tmp_path, "files cannot grow", "files can grow again", "it fails")
    assert done.code == 1
    assert "The reports are not complete: the stream cannot be written (File too large).\n" in (
        done.output
    )
    assert "1 scenario passed, 1 failed" in done.output
    assert stream(tmp_path).finished is None
    assert "1 passed, 1 failed" in (tmp_path / "reports" / "summary.md").read_text("utf-8")
    assert (tmp_path / "reports" / "rerun.txt").read_text("utf-8") == "../features/a.feature:2\n"
    assert "one is not two" in (tmp_path / "junit" / "TESTS-a.xml").read_text("utf-8")
    assert "the stream cannot" in (tmp_path / "junit" / "TESTS-.run.xml").read_text("utf-8")


def test_a_process_that_a_step_leaves_keeps_no_later_run_from_its_reports(tmp_path: Path) -> None:
    try:
        assert run(tmp_path, "it leaves a process").code == 0
        later = run(tmp_path, "it passes")
        assert later.code == 0, later.output
    finally:
        (tmp_path / "end").write_text("over", "utf-8")


def test_a_step_that_changes_the_folder_changes_no_place(tmp_path: Path) -> None:
    run(tmp_path, "it goes elsewhere", "it fails")
    assert (tmp_path / "reports" / "rerun.txt").read_text("utf-8") == "../features/a.feature:2\n"
    assert next(iter(stream(tmp_path).cases)).steps[1].place == "features/steps/steps.py:8"
    assert (tmp_path / "junit" / "TESTS-a.xml").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), ""),
        (("features",), ""),
        (("features/a.feature:2",), "features/a.feature:2"),
        (("--tags=not @slow", "-n", "First"), "features; tags: not @slow; names: First"),
        (("-e", "b.feature"), "features; without files like b.feature"),
        (("-i", "a.feature"), "features; only files like a.feature"),
    ],
)
def test_reports_say_that_a_run_is_of_a_selection(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    run(tmp_path, "it passes")
    assert behave(tmp_path, *arguments).code == 0
    assert stream(tmp_path).environment.selection == said
    for name in ("acceptance.html", "summary.md"):
        text = (tmp_path / "reports" / name).read_text("utf-8")
        assert ("Only a selection was run: " in text) is bool(said), name


def test_reports_are_written_though_their_folder_was_removed(tmp_path: Path) -> None:
    assert run(tmp_path, "it removes the reports").code == 0
    assert {"acceptance.html", "summary.md"} <= {
        path.name for path in (tmp_path / "reports").iterdir()
    }


@pytest.mark.parametrize("name", ["reports/messages.ndjson", "reports/acceptance.html", "junit"])
def test_a_run_that_cannot_write_its_reports_leaves_none_of_the_former(
    tmp_path: Path, name: str
) -> None:
    assert run(tmp_path, "it passes").code == 0
    obstacle = tmp_path / name
    if obstacle.is_dir():
        shutil.rmtree(obstacle)
        obstacle.touch()
    else:
        obstacle.unlink()
        obstacle.mkdir()
    done = run(tmp_path, "it passes")
    assert done.code == 1
    assert "Cannot run: no reports can be written to " in done.output
    assert "Traceback" not in done.output
    for folder in ("reports", "junit"):
        for file in filter(Path.is_file, tmp_path.glob(f"{folder}/*.*")):
            assert "The run holds" not in file.read_text("utf-8")
            assert str(tmp_path) not in file.read_text("utf-8")
