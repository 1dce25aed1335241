"""Results of steps and hooks as messages."""

import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from behave.model import Status, Step
from cucumber_messages import Duration, TestStepResult, TestStepResultStatus
from cucumber_messages import Exception as Raised

from pgharness.core.errors import HarnessError
from pgharness.core.exits import interruptions
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

LONGEST: Final = 100_000
"""Characters of the message and of the traceback of an error: a page holds hundreds of them."""
HARMLESS: Final = (
    *(TestStepResultStatus.passed, TestStepResultStatus.skipped, TestStepResultStatus.unknown),
)
"""The statuses that let a run succeed; what was interrupted makes it fail by itself."""

OUTSIDE: Final = ("behave.", "pgharness.adapters.", "pgharness.results.recording.")
"""The modules that call the functions of a project."""

INTERRUPTED: Final = "interrupted"
IN_HOOK: Final = "raised by the hook "
"""Begins a note of an error that one of the hooks around a step raised."""

passed: Final = TestStepResult(duration=NO_TIME, status=TestStepResultStatus.passed)


def passed_after(duration: Duration) -> TestStepResult:
    """Return the result of a hook that has done its work."""
    return TestStepResult(duration=duration, status=TestStepResultStatus.passed)


def of_step(step: Step, duration: Duration, places: Places, skip_reason: str) -> TestStepResult:
    """Return the result of a step that behave has run or looked up.

    One that failed after an interruption did so by it: a driver may raise an error of its own.
    """
    status = STATUSES.get(step.status, TestStepResultStatus.failed)
    error = step.exception
    ended = status is TestStepResultStatus.failed and interruptions.first is not None
    if ended or isinstance(error, KeyboardInterrupt):
        return interrupted()
    if status is TestStepResultStatus.skipped:
        return TestStepResult(duration=duration, status=status, message=skip_reason or None)
    # A pending step raises, because it cannot return a status. Without a text that says no more.
    bare = status is TestStepResultStatus.pending and not (error and _text(error))
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
    trace = None if of_user else bounded(places.text(_trace(error)))
    # A reader tells failures from errors by the name of this class, of which others may be a kind.
    kind = AssertionError if isinstance(error, AssertionError) else type(error)
    name = kind.__name__
    if kind is AssertionError and any(IN_HOOK in note for note in getattr(error, "__notes__", ())):
        name = "HookError"  # what failed is not the criterion
    return Raised(type=name, message=bounded(places.text(said(error))), stack_trace=trace)


def bounded(text: str) -> str:
    """Return a text without its middle if it is longer than `LONGEST`."""
    left_out = len(text) - LONGEST
    if left_out <= 0:
        return text
    end = LONGEST // 10
    return f"{text[: LONGEST - end]}\n… {left_out:,} characters are left out …\n{text[-end:]}"


def _trace(error: BaseException) -> str:
    """Return the traceback from the project's first function on, without behave's."""
    first = error.__traceback__
    while first is not None and first.tb_frame.f_globals.get("__name__", "").startswith(OUTSIDE):
        first = first.tb_next
    start = first or error.__traceback__
    return "".join(traceback.format_exception(type(error), error, start))


def said(error: BaseException) -> str:
    """Return the text of an error and its notes; what has no text says so."""
    notes = getattr(error, "__notes__", None)
    return "\n".join(map(_text, [error, *(notes if isinstance(notes, list) else ())])).strip()


def _text(one: object) -> str:
    try:
        return str(one)
    except Exception as error:  # noqa: BLE001 (the project's own method)
        return f"<{type(one).__name__}, whose text cannot be had: {type(error).__name__}>"


def of_error(error: BaseException, duration: Duration, places: Places) -> TestStepResult:
    """Return the result of a scenario's hook or cleanup that raised an error."""
    if interruptions.first is not None or not isinstance(error, Exception):
        return interrupted()
    return failed(error, duration, places)


def interrupted(why: str = "") -> TestStepResult:
    """Return the result of what was being executed when the run was interrupted, or ended."""
    status = TestStepResultStatus.unknown
    return TestStepResult(duration=NO_TIME, status=status, message=why or interruption())


def interruption() -> str:
    """Return what interrupts the run, if anything does."""
    first = interruptions.first
    return f"{INTERRUPTED} ({first.reason})" if first is not None else INTERRUPTED


def skipped(reason: str = "") -> TestStepResult:
    """Return the result of what was not executed."""
    status = TestStepResultStatus.skipped
    return TestStepResult(duration=NO_TIME, status=status, message=reason or None)


def undefined() -> TestStepResult:
    """Return the result of a step without a definition."""
    return TestStepResult(duration=NO_TIME, status=TestStepResultStatus.undefined)


def noted(kind: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a hook around steps whose errors say so: behave makes them the step's."""

    @wraps(function)
    def watched(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except Exception as error:
            error.add_note(f"{IN_HOOK}{kind}")
            raise

    return watched
