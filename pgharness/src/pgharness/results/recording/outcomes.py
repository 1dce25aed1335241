"""Results of steps and hooks as messages."""

import traceback
from typing import Final

from behave.model import Status, Step
from cucumber_messages import Duration, TestStepResult, TestStepResultStatus
from cucumber_messages import Exception as Raised

from pgharness.results.recording.events import NO_TIME
from pgharness.results.recording.places import Places

STATUSES: Final = {
    Status.passed: TestStepResultStatus.passed,
    Status.skipped: TestStepResultStatus.skipped,
    Status.pending: TestStepResultStatus.pending,
    Status.pending_warn: TestStepResultStatus.pending,
    Status.untested_pending: TestStepResultStatus.pending,
    Status.undefined: TestStepResultStatus.undefined,
    Status.untested_undefined: TestStepResultStatus.undefined,
    Status.untested: TestStepResultStatus.skipped,
}
"""behave's statuses of steps; all others are failures."""

HARMLESS: Final = (
    *(TestStepResultStatus.passed, TestStepResultStatus.skipped, TestStepResultStatus.unknown),
)
"""The statuses that let a run succeed; what was interrupted makes it fail by itself."""

passed: Final = TestStepResult(duration=NO_TIME, status=TestStepResultStatus.passed)


def passed_after(duration: Duration) -> TestStepResult:
    """Return the result of a hook that has done its work."""
    return TestStepResult(duration=duration, status=TestStepResultStatus.passed)


def of_step(step: Step, duration: Duration, places: Places) -> TestStepResult:
    """Return the result of a step that behave has run or looked up."""
    status = STATUSES.get(step.status, TestStepResultStatus.failed)
    error = step.exception
    if error is not None and status is not TestStepResultStatus.skipped:
        return failed(error, duration, places, status)
    return TestStepResult(duration=duration, status=status)


def failed(
    error: BaseException,
    duration: Duration,
    places: Places,
    status: TestStepResultStatus = TestStepResultStatus.failed,
) -> TestStepResult:
    """Return the result of what raised an error, with its notes and traceback."""
    said = "\n".join([str(error), *getattr(error, "__notes__", ())]).strip()
    message = places.text(said)
    trace = places.text("".join(traceback.format_exception(error)))
    # A reader tells failures from errors by the name of this class, of which others may be a kind.
    kind = AssertionError if isinstance(error, AssertionError) else type(error)
    raised = Raised(type=kind.__name__, message=message, stack_trace=trace)
    return TestStepResult(duration=duration, status=status, exception=raised, message=trace)


def interrupted(why: str) -> TestStepResult:
    """Return the result of what was being executed when the run was interrupted."""
    return TestStepResult(duration=NO_TIME, status=TestStepResultStatus.unknown, message=why)


def skipped(reason: str = "") -> TestStepResult:
    """Return the result of what was not executed."""
    status = TestStepResultStatus.skipped
    return TestStepResult(duration=NO_TIME, status=status, message=reason or None)


def undefined() -> TestStepResult:
    """Return the result of a step without a definition."""
    return TestStepResult(duration=NO_TIME, status=TestStepResultStatus.undefined)
