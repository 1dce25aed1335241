"""What a worker is executing, by the messages that it has sent: it may be killed at any moment."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from cucumber_messages import (
    Envelope,
    TestCase,
    TestCaseFinished,
    TestRunHookFinished,
    TestStepFinished,
    TestStepResult,
    TestStepResultStatus,
    TestStepStarted,
)
from cucumber_messages import Exception as Raised

from pgharness.results.recording.events import NO_TIME, now

KIND: Final = "WorkerDied"
"""The class of the error that reports name."""


@dataclass
class Running:
    """A test case that has been started."""

    started_id: str
    case: TestCase
    step: str = ""
    """The id of the test step that has been started and has not finished."""
    finished: set[str] = field(default_factory=set)
    """The ids of test steps that have a result."""


class Following:
    """Follows the messages of one worker."""

    def __init__(self) -> None:
        self.finished: set[str] = set()
        """The ids of the pickles whose cases have finished."""
        self._running: Running | None = None
        self._hook = ""
        """The start of a hook outside of cases that has not finished."""
        self._cases: dict[str, TestCase] = {}

    @property
    def running(self) -> str:
        """The id of the pickle whose case is being executed; empty if there is none."""
        return self._running.case.pickle_id if self._running is not None else ""

    def take(self, envelope: Envelope) -> None:
        """Take one message."""
        running = self._running
        if (case := envelope.test_case) is not None:
            self._cases[case.id] = case
        elif (started := envelope.test_case_started) is not None:
            self._running = Running(started.id, self._cases[started.test_case_id])
        elif (step_started := envelope.test_step_started) is not None and running is not None:
            running.step = step_started.test_step_id
        elif (step_finished := envelope.test_step_finished) is not None and running is not None:
            running.finished.add(step_finished.test_step_id)
            running.step = ""
        elif (ended := envelope.test_case_finished) is not None and running is not None:
            if not ended.will_be_retried:
                self.finished.add(running.case.pickle_id)
            self._running = None
        elif (hook := envelope.test_run_hook_started) is not None:
            self._hook = hook.id
        elif envelope.test_run_hook_finished is not None:
            self._hook = ""

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
            self.finished.add(self._running.case.pickle_id)
        elif self._hook:
            yield Envelope(
                test_run_hook_finished=TestRunHookFinished(
                    result=error, test_run_hook_started_id=self._hook, timestamp=now()
                )
            )
        self._running, self._hook = None, ""


def _end(running: Running, error: TestStepResult) -> Iterator[Envelope]:
    """Yield results of the steps that have none: the error for the first, others are skipped."""
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
