"""A stream is right however the run ends, wherever it is written, whatever else is asked for."""

import json
import signal
from pathlib import Path
from typing import Final

import pytest

from pgharness.results.model import Status
from pgharness.results.stream import reading
from pgharness.results.stream.building import NOT_RUN, UNFINISHED
from recorded_projects import MESSAGES, STEPS, STREAM, behave, record, write

THREE: Final = """
    Feature: Three
      Scenario: Before
        Given it passes
      Scenario: During
        Given it passes
        When {event}
        Then it passes
      Scenario: After
        Given it passes
"""


def test_an_interrupted_run_says_what_was_not_run(tmp_path: Path) -> None:
    recorded = record(tmp_path, THREE.format(event="it is interrupted"))
    run = recorded.run
    assert (run.success, run.message) == (False, "interrupted")
    assert recorded.cases == [
        "2 Before: passed",
        "4 During: not run (interrupted)",
        f"8 After: not run ({NOT_RUN} (interrupted))",
    ]
    statuses = [step.status for step in recorded.case("During").steps]
    assert statuses == [Status.PASSED, Status.NOT_RUN, Status.SKIPPED]


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "SystemExit"])
def test_an_interrupted_hook_ends_the_run(error: str, tmp_path: Path) -> None:
    recorded = record(
        tmp_path,
        THREE.format(event="it passes"),
        environment=f"""
        def before_scenario(context, scenario):
            if scenario.name == "During":
                raise {error}
        """,
    )
    assert recorded.cases == [
        "2 Before: passed",
        "4 During: not run (interrupted)",
        f"8 After: not run ({NOT_RUN} (interrupted))",
    ]
    assert not recorded.run.success


def test_a_step_that_is_interrupted_before_its_function_starts_once(tmp_path: Path) -> None:
    recorded = record(
        tmp_path,
        THREE.format(event="it passes"),
        environment="""
        def interrupted():
            raise KeyboardInterrupt

        def before_scenario(context, scenario):
            if scenario.name == "During":
                scenario.steps[1].reset = interrupted
        """,
    )
    assert recorded.cases[1].startswith("4 During: not run")
    messages = [json.loads(line) for line in recorded.text.splitlines()]
    for kind in ("testStepStarted", "testStepFinished"):
        ids = [one[kind]["testStepId"] for one in messages if kind in one]
        assert len(ids) == len(set(ids)) == 6, kind


def test_a_step_can_abort_the_run(tmp_path: Path) -> None:
    recorded = record(
        tmp_path,
        THREE.format(event="it passes"),
        environment="""
        def after_scenario(context, scenario):
            if scenario.name == "During":
                context.abort("enough")
        """,
    )
    assert recorded.cases == [
        "2 Before: passed",
        "4 During: passed",
        f"8 After: not run ({NOT_RUN} (aborted))",
    ]
    assert not recorded.run.success


def test_a_killed_run_leaves_what_it_had(tmp_path: Path) -> None:
    recorded = record(tmp_path, THREE.format(event="the process is killed"))
    assert recorded.code == -signal.SIGKILL
    run = recorded.run
    assert (run.finished, run.success, run.holds) == (None, False, False)
    assert recorded.cases[0] == "2 Before: passed"
    assert recorded.cases[2] == f"8 After: not run ({UNFINISHED})"
    assert recorded.case("During").status is Status.NOT_RUN
    assert recorded.case("During").reason == UNFINISHED
    assert recorded.text.endswith("}\n")


def test_an_error_of_another_formatter_ends_the_stream(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "raising.py": """
            from behave.formatter.base import Formatter

            class Raising(Formatter):
                description = "fails"

                def scenario(self, scenario):
                    if scenario.name == "After":
                        raise OSError("the disk is full")
            """
        },
    )
    recorded = record(tmp_path, THREE.format(event="it passes"), "--format=raising:Raising")
    run = recorded.run
    assert (run.success, run.message) == (False, "the disk is full")
    assert [case.status for case in run.cases][:2] == [Status.PASSED, Status.PASSED]
    assert recorded.case("After").status is Status.NOT_RUN


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that has not been run."""
    files = {"features/a.feature": THREE.format(event="it fails"), "features/steps/steps.py": STEPS}
    write(tmp_path, files)
    return tmp_path


STATUSES: Final = ["passed", "failed", "passed"]


def statuses(stream: Path) -> list[str]:
    return [case.status.value for case in reading.read(stream).cases]


def test_two_streams_are_equal(project: Path) -> None:
    behave(project, MESSAGES, "--outfile=a.ndjson", MESSAGES, "--outfile=b.ndjson")
    one, other = ((project / name).read_text("utf-8") for name in ("a.ndjson", "b.ndjson"))
    assert one == other
    assert statuses(project / "a.ndjson") == STATUSES


def test_other_formatters_still_work(project: Path) -> None:
    recorded = behave(project, "--format=plain", "--outfile=plain.txt", MESSAGES, "-o", STREAM)
    assert "Scenario: After" in (project / "plain.txt").read_text("utf-8"), recorded.output
    assert statuses(project / STREAM) == STATUSES


def test_the_stream_can_be_the_output(project: Path) -> None:
    recorded = behave(project, MESSAGES, "--no-summary")
    lines = [line for line in recorded.output.splitlines() if line.startswith("{")]
    (project / STREAM).write_text("\n".join(lines), "utf-8")
    assert statuses(project / STREAM) == STATUSES


def test_the_folder_of_the_output_is_made(project: Path) -> None:
    recorded = behave(project, MESSAGES, "--outfile=reports/of/today.ndjson")
    assert statuses(project / "reports/of/today.ndjson") == STATUSES, recorded.output


@pytest.mark.parametrize("folder", ["features", "elsewhere"])
def test_behave_can_be_started_in_another_folder(folder: str, project: Path) -> None:
    (project / folder).mkdir(exist_ok=True)
    output = project / STREAM
    behave(project, MESSAGES, f"--outfile={output}", "../features", started_in=project / folder)
    assert statuses(output) == STATUSES
    assert [feature.uri for feature in reading.read(output).features] == ["features/a.feature"]
    assert str(project) not in output.read_text("utf-8")


def test_every_line_is_a_message_of_one_field(project: Path) -> None:
    behave(project, MESSAGES, f"--outfile={STREAM}")
    for line in (project / STREAM).read_text("utf-8").splitlines():
        [(field, _)] = json.loads(line).items()
        assert field in reading.FIELDS
