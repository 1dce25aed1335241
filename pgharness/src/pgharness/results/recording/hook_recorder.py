"""Record hooks and failed cleanups: those of a scenario with its case, all others with the run."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final

from behave.model import Feature, Rule
from behave.runner import ModelRunner
from cucumber_messages import TestRunHookFinished, TestRunHookStarted, TestStepResult

from pgharness.core.exits import interruptions
from pgharness.results.recording import outcomes
from pgharness.results.recording.attaching import Attachments, Where
from pgharness.results.recording.attempts import Attempts
from pgharness.results.recording.cases import CaseRecorder
from pgharness.results.recording.definitions import CLEANUP, Definitions, original
from pgharness.results.recording.documents import Documents
from pgharness.results.recording.events import Events, Receiver, Stopwatch, now
from pgharness.results.recording.faults import Faults
from pgharness.results.recording.outcomes import INTERRUPTED
from pgharness.results.recording.places import Places, project_of

AROUND_STEPS: Final = ("before_step", "after_step")
"""Hooks whose failures behave reports as that of the step."""


class HookRecorder:
    """Records the hooks of one run for some receivers."""

    def __init__(self, runner: ModelRunner, receivers: Iterable[Receiver]) -> None:
        self.runner = runner
        self._events = Events([*receivers])
        self.places = Places(project_of(runner))
        self._documents = Documents(self._events, self.places)
        self._definitions = Definitions(self._events, self.places)
        self._run_id = ""
        self._cases = Attempts(self._events, self._documents, self._definitions, runner)
        self._attachments = Attachments(self._events, self.places)
        self.faults = Faults(self._cases.abandon)
        self._aborted_by = ""
        """What has aborted the run, a step included."""
        self._hook_failed = False

    def _watched(self, kind: str, function: Callable[..., Any]) -> Callable[..., Any]:
        if kind in AROUND_STEPS:
            return outcomes.noted(kind, function)

        @wraps(function)
        def watched(context: Any, *arguments: Any) -> Any:
            with self.faults.around(self._hook(kind, function, *arguments)):
                return function(context, *arguments)

        return watched

    @contextmanager
    def _hook(self, kind: str, function: Callable[..., Any], *arguments: Any) -> Iterator[None]:
        subject = f"@{arguments[0]}" if "tag" in kind else ""
        test_step = self._cases.current.hook(kind, subject) if self._cases.current else None
        if self._cases.current is not None and test_step is not None:
            with self._hook_of_case(self._cases.current, test_step):
                yield
            return
        element = self._element() if "tag" in kind else next(iter(arguments), None)
        subject = f"{subject} {self._subject(element)}".strip()
        started = self._start_hook(self._definitions.hook(kind, function, subject))
        stopwatch = Stopwatch()
        error: BaseException | None = None
        earlier = interruptions.first
        with self._attachments.of(Where(test_run_hook_started_id=started)):
            try:
                yield
            except BaseException as raised:
                error = raised
                if not isinstance(raised, Exception):
                    self._aborted_by = INTERRUPTED
                elif kind == "before_all":
                    self._aborted_by = "before_all failed"
                raise
            finally:
                if interruptions.first is not earlier or isinstance(error, KeyboardInterrupt):
                    self._send_finished(started, outcomes.interrupted())
                else:
                    self._finish_hook(started, error, stopwatch)

    @contextmanager
    def _hook_of_case(self, case: CaseRecorder, test_step: str) -> Iterator[None]:
        stopwatch = case.start_hook(test_step)
        result = outcomes.passed
        skips = case.scenario.should_skip
        with self._attachments.of(Where(test_step, case.started_id)):
            try:
                yield
                if case.scenario.should_skip and not skips:
                    result = outcomes.skipped(case.scenario.skip_reason or "")
                else:
                    result = outcomes.passed_after(stopwatch.read())
            except BaseException as error:
                if not isinstance(error, Exception):
                    self._aborted_by = INTERRUPTED
                result = outcomes.of_error(error, stopwatch.read(), self.places)
                raise
            finally:
                case.finish_hook(test_step, result)

    def _cleanup_failed(
        self, layer: str, function: Callable[[], Any], error: Exception, stopwatch: Stopwatch
    ) -> None:
        function = original(function)
        if layer == "scenario" and self._cases.current is not None:
            self._cases.current.cleanup_failed(function, error, stopwatch)
            return
        element = getattr(self.runner.context, layer, None)
        hook = self._definitions.hook(CLEANUP, function, self._subject(element))
        self._finish_hook(self._start_hook(hook), error, stopwatch)

    def _start_hook(self, hook_id: str) -> str:
        self._cases.finish()
        new = self._events.new_id()
        self._events.send(
            test_run_hook_started=TestRunHookStarted(
                id=new, hook_id=hook_id, test_run_started_id=self._run_id, timestamp=now()
            )
        )
        return new

    def _finish_hook(self, started: str, error: BaseException | None, stopwatch: Stopwatch) -> None:
        result = outcomes.passed_after(stopwatch.read())
        if error is not None:
            self._hook_failed = True
            result = outcomes.failed(error, stopwatch.read(), self.places)
        self._send_finished(started, result)

    def _send_finished(self, started: str, result: TestStepResult) -> None:
        self._events.send(
            test_run_hook_finished=TestRunHookFinished(
                result=result, test_run_hook_started_id=started, timestamp=now()
            )
        )

    def _element(self) -> Feature | Rule | None:
        """Return the rule or the feature that is being executed."""
        context = self.runner.context
        return getattr(context, "rule", None) or getattr(context, "feature", None)

    def _subject(self, element: Any) -> str:
        location = getattr(element, "location", None)
        return f"{self.places.uri(location.filename)}:{location.line}" if location else ""
