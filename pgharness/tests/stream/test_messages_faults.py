"""Whatever the recorder meets, behave does what it does without it, and no stream looks good."""

from pathlib import Path

import pytest

from pgharness.results.model import Status
from recorded_projects import MESSAGES, STREAM, Recorded, behave, record

ODD_STEPS = """
from behave import step

class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no text")

class Number(AssertionError):
    def __str__(self):
        return 5

class Noted(Exception):
    __notes__ = [1, None]

class Foreign(Exception):
    attachments = 5

@step("its error is {name}")
def raises(context, name):
    raise globals()[name]  # behave asks for the text of one that has arguments
"""

ODD = """
    Feature: Odd
      Scenario: First
        Given its error is {name}
      Scenario: Second
        Given it passes
    """

BROKEN = """
    from pgharness.results.recording import {module}
    def broken(*_, **__):
        raise KeyError("a fault")
    {module}.{name} = broken

    def after_step(context, step):
        print("done:", step.name)
    """


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Mute", "<Mute, whose text cannot be had: RuntimeError>"),
        ("Number", "<Number, whose text cannot be had: TypeError>"),
        ("Noted", "1\nNone"),
        ("Foreign", ""),
    ],
)
def test_an_odd_error_is_the_failure_of_its_scenario_only(
    tmp_path: Path, name: str, said: str
) -> None:
    feature = ODD.format(name=name)
    done = record(tmp_path, feature, files={"features/steps/odd.py": ODD_STEPS})
    first, second = done.run.cases
    assert first.status.is_failure
    assert first.failed_at is not None
    assert first.failed_at.problem is not None
    assert first.failed_at.problem.message == said
    assert second.status is Status.PASSED
    assert done.run.finished is not None
    assert "Traceback" not in done.output.partition("Errored scenarios")[0]


def recorded_with_fault(folder: Path, module: str, name: str) -> Recorded:
    feature = """
        Feature: F
          Scenario: First
            Given it passes
            Then it passes for one
          Scenario: Second
            Given it passes for two
        """
    return record(
        folder, feature, "--no-capture", environment=BROKEN.format(module=module, name=name)
    )


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("documents", "Documents.send"),
        ("definitions", "Definitions.matched"),
        ("outcomes", "of_step"),
        ("cases", "CaseRecorder.end"),
        ("attaching", "Attachments.of"),
    ],
)
def test_a_fault_of_the_recorder_changes_nothing_that_behave_does(
    tmp_path: Path, module: str, name: str
) -> None:
    done = recorded_with_fault(tmp_path, module, name)
    lines = [line for line in done.output.splitlines() if line.startswith("done:")]
    assert lines == ["done: it passes", "done: it passes for one", "done: it passes for two"]
    assert done.code == 0
    assert "The reports are not complete: not everything could be recorded (KeyError" in done.output
    assert not done.run.success
    assert all(case.status is Status.NOT_RUN for case in done.run.cases)
    assert "not everything could be recorded" in done.run.message


def test_a_stream_that_cannot_be_written_changes_nothing_that_behave_does(tmp_path: Path) -> None:
    record(tmp_path, ODD.format(name="Foreign"), files={"features/steps/odd.py": ODD_STEPS})
    done = behave(tmp_path, MESSAGES, "--outfile=/dev/full", "--name=Second")
    said = "The reports are not complete: the stream cannot be written (No space left on device)."
    assert said in done.output
    assert done.code == 0
    assert "1 scenario passed" in done.output
    assert "Traceback" not in done.output
    assert (tmp_path / STREAM).exists()
