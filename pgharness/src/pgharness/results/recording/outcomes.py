"""Results of steps and hooks as messages."""

import traceback
from typing import Final

from behave.model import Status, Step
from cucumber_messages import Duration, TestStepResult, TestStepResultStatus
from cucumber_messages import Exception as Raised

from pgharness.core.errors import HarnessError
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


def of_step(step: Step, duration: Duration, places: Places, skip_reason: str) -> TestStepResult:
    """Return the result of a step that behave has run or looked up."""
    status = STATUSES.get(step.status, TestStepResultStatus.failed)
    error = step.exception
    if status is TestStepResultStatus.skipped:
        return TestStepResult(duration=duration, status=status, message=skip_reason or None)
    # A pending step raises, because it cannot return a status. Without a text that says no more.
    bare = status is TestStepResultStatus.pending and not str(error or "")
    if error is None or bare:
        return TestStepResult(duration=duration, status=status)
    return failed(error, duration, places, status)


def failed(
    error: BaseException,
    duration: Duration,
    places: Places,
    status: TestStepResultStatus = TestStepResultStatus.failed,
) -> TestStepResult:
    """Return the result of what raised an error, with its notes and traceback."""
    exception = raised(error, places)
    message = exception.stack_trace
    return TestStepResult(duration=duration, status=status, exception=exception, message=message)


def raised(error: BaseException, places: Places) -> Raised:
    """Return an error with its notes and, unless it is the user's, its traceback."""
    of_user = isinstance(error, HarnessError)
    trace = None if of_user else places.text("".join(traceback.format_exception(error)))
    # A reader tells failures from errors by the name of this class, of which others may be a kind.
    kind = AssertionError if isinstance(error, AssertionError) else type(error)
    return Raised(type=kind.__name__, message=places.text(said(error)), stack_trace=trace)


def said(error: BaseException) -> str:
    """Return the text of an error and its notes."""
    return "\n".join([str(error), *getattr(error, "__notes__", ())]).strip()


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
