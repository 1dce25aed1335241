"""What a worker is executing, by the messages that it has sent: it may be killed at any moment."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from cucumber_messages import (
    Envelope,
    Hook,
    HookType,
    SourceReference,
    TestCase,
    TestCaseFinished,
    TestRunHookFinished,
    TestStep,
    TestStepFinished,
    TestStepResult,
    TestStepResultStatus,
    TestStepStarted,
)
from cucumber_messages import Exception as Raised

from pgharness.results.recording.events import NO_TIME, now
from pgharness.results.recording.outcomes import HARMLESS
from pgharness.results.stream.hooks import OF_ELEMENT

KIND: Final = "WorkerDied"
"""The class of the error that reports name."""
CLEANUP: Final = "cleanup"
"""What goes on when all hooks and steps of a case have ended, and the case has not."""


@dataclass
class Running:
    """A test case that has been started."""

    started_id: str
    case: TestCase
    step: str = ""
    """The id of the test step that has been started and has not finished."""
    finished: set[str] = field(default_factory=set)
    """The ids of test steps that have a result."""
    failed: bool = False


class Following:
    """Follows the messages of one worker."""

    def __init__(self) -> None:
        self.finished: dict[str, bool] = {}
        """Whether a case has failed, by the ids of the pickles whose cases have finished."""
        self._running: Running | None = None
        self._hook = ""
        """The start of a hook outside of cases that has not finished."""
        self._hook_name = ""
        self._cases: dict[str, TestCase] = {}
        self._names: dict[str, str] = {}
        """The names of hooks by their ids."""

    @property
    def running(self) -> str:
        """The id of the pickle whose case is being executed; empty if there is none."""
        return self._running.case.pickle_id if self._running is not None else ""

    @property
    def beginning(self) -> str:
        """The `file:line` of the rule or feature that a hook is beginning; empty if none is."""
        match = OF_ELEMENT.match(self._hook_name) if self._hook else None
        if match is None or not match[1].startswith("before_"):
            return ""
        return f"{match[2]}:{match[3]}"

    @property
    def is_busy(self) -> bool:
        """Whether a case or a hook is being executed."""
        return self._running is not None or bool(self._hook)

    def take(self, envelope: Envelope) -> None:
        """Take one message."""
        if self._running is not None:
            self._take_of_case(envelope, self._running)
        if (case := envelope.test_case) is not None:
            self._cases[case.id] = case
        elif (started := envelope.test_case_started) is not None:
            self._running = Running(started.id, self._cases[started.test_case_id])
        elif (known := envelope.hook) is not None:
            self._names[known.id] = known.name or ""
        elif (hook := envelope.test_run_hook_started) is not None:
            self._hook, self._hook_name = hook.id, self._names.get(hook.hook_id, "")
        elif envelope.test_run_hook_finished is not None:
            self._hook = ""

    def _take_of_case(self, envelope: Envelope, running: Running) -> None:
        if (case := envelope.test_case) is not None:
            running.case = case
        elif (step_started := envelope.test_step_started) is not None:
            running.step = step_started.test_step_id
        elif (step_finished := envelope.test_step_finished) is not None:
            running.finished.add(step_finished.test_step_id)
            running.failed |= step_finished.test_step_result.status not in HARMLESS
            running.step = ""
        elif (ended := envelope.test_case_finished) is not None:
            if not ended.will_be_retried:
                self.finished[running.case.pickle_id] = running.failed
            self._running = None

    def died(self, why: str) -> Iterator[Envelope]:
        """Yield the end of what was being executed: an error."""
        error = TestStepResult(
            duration=NO_TIME,
            status=TestStepResultStatus.failed,
            exception=Raised(type=KIND, message=why),
            message=why,
        )
        if self._running is not None:
            yield from _end(self._running, error)
            self.finished[self._running.case.pickle_id] = True
        elif self._hook:
            yield Envelope(
                test_run_hook_finished=TestRunHookFinished(
                    result=error, test_run_hook_started_id=self._hook, timestamp=now()
                )
            )
        self._running, self._hook = None, ""


def _end(running: Running, error: TestStepResult) -> Iterator[Envelope]:
    """Yield results of the steps that have none: the error for the first, others are skipped."""
    if all(step.id in running.finished for step in running.case.test_steps):
        yield from _in_cleanup(running)
    result = error
    for step in running.case.test_steps:
        if step.id in running.finished:
            continue
        if step.id != running.step:
            yield Envelope(
                test_step_started=TestStepStarted(
                    test_case_started_id=running.started_id, test_step_id=step.id, timestamp=now()
                )
            )
        yield Envelope(
            test_step_finished=TestStepFinished(
                test_case_started_id=running.started_id,
                test_step_id=step.id,
                test_step_result=result,
                timestamp=now(),
            )
        )
        result = TestStepResult(duration=NO_TIME, status=TestStepResultStatus.skipped)
    yield Envelope(
        test_case_finished=TestCaseFinished(
            test_case_started_id=running.started_id, timestamp=now(), will_be_retried=False
        )
    )


def _in_cleanup(running: Running) -> Iterator[Envelope]:
    """Yield the test case once more with a cleanup, as the recorder does for one that fails."""
    hook = Hook(
        id=f"{running.started_id}-{CLEANUP}",
        source_reference=SourceReference(),
        name=CLEANUP,
        type=HookType.after_test_case,
    )
    yield Envelope(hook=hook)
    running.case.test_steps.append(TestStep(id=f"{hook.id}-step", hook_id=hook.id))
    yield Envelope(test_case=running.case)
