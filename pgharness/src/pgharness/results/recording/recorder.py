"""Record a run: what is sent before it, around each scenario, and at its end."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final

from behave.model import Feature, Rule, Scenario, Step
from behave.runner import ModelRunner
from cucumber_messages import (
    Envelope,
    TestRunFinished,
    TestRunHookFinished,
    TestRunHookStarted,
    TestRunStarted,
    TestStepResult,
)

from pgharness.core.errors import HarnessError
from pgharness.core.exits import interruptions, say
from pgharness.results.recording import outcomes
from pgharness.results.recording.attaching import Attachments, Where, explaining
from pgharness.results.recording.attempts import Attempts
from pgharness.results.recording.cases import CaseRecorder
from pgharness.results.recording.definitions import CLEANUP, Definitions, hooks_of, original
from pgharness.results.recording.documents import Documents, selected_scenarios
from pgharness.results.recording.environment import meta
from pgharness.results.recording.events import Events, Receiver, Stopwatch, now
from pgharness.results.recording.faults import Faults
from pgharness.results.recording.outcomes import INTERRUPTED
from pgharness.results.recording.places import Places, project_of
from pgharness.results.wording import STOPPED

AROUND_STEPS: Final = ("before_step", "after_step")
"""Hooks whose failures behave reports as that of the step."""


class Recorder:
    """Records one run for some receivers."""

    def __init__(self, runner: ModelRunner, receivers: Iterable[Receiver]) -> None:
        self.runner = runner
        self.refusal: HarnessError | None = None
        """Why the run could not begin or go on."""
        self.ends_with_formatters = True
        """Whether the run is over when behave closes its formatters."""
        self.of_run: list[tuple[str, str]] = []
        """What is attached to the run when it begins: media types and texts."""
        self._events = Events([*receivers])
        self.places = Places(project_of(runner))
        self._documents = Documents(self._events, self.places)
        self._definitions = Definitions(self._events, self.places)
        self._run_id = ""
        self._cases = Attempts(self._events, self._documents, self._definitions, runner)
        self._attachments = Attachments(self._events, self.places)
        self.faults = Faults(self._cases.abandon)
        self._error: BaseException | None = None
        self._aborted_by = ""
        self._hook_failed = False
        self._problems_of_forks: list[str] = []
        self._ended = False

    # What a run consists of.

    def begin(self) -> None:
        """Send all that is known before the run, and its start."""
        with self.faults.noted():
            self._send_what_is_known()
        if not self._run_id:
            self._start_run()

    def _send_what_is_known(self) -> None:
        self._events.send(meta=meta())
        tags: dict[str, None] = {}
        for feature in self.runner.features:
            if selected := [*selected_scenarios(feature, self.runner)]:
                self._documents.send(feature, selected)
                tags.update(dict.fromkeys(tag for one in selected for tag in one.tags))
        self._definitions.send(self.runner, tags)
        own = hooks_of(self.runner).items()
        watched = {kind: self._watched(kind, function) for kind, function in own}
        self.runner.hooks = {**self.runner.hooks, **watched}
        registry = self.runner.step_registry
        registry.find_match = self._remembering(registry.find_match)

    def broken(self, error: BaseException) -> None:
        """Record that behave itself, or another formatter, ended the run by an error."""
        if self.ends_with_formatters:
            self._error = None if isinstance(error, KeyboardInterrupt) else error
            self.end(failed=True)

    def _start_run(self) -> None:
        self._run_id = self._events.new_id()
        self._events.send(test_run_started=TestRunStarted(timestamp=now(), id=self._run_id))
        with self.faults.noted(), self._attachments.of(Where(test_run_started_id=self._run_id)):
            for media_type, text in self.of_run:
                self._attachments.add(media_type, text)

    def end(self, *, failed: bool = False) -> None:
        """Send the end of the run, once; its start too if it could not begin."""
        if self._ended:
            return
        self._ended = True
        with self.faults.noted():
            if not self._run_id:
                self._events.send(meta=meta())
                self._start_run()
            self._cases.finish()
            self._send_end(failed=failed)
        if self.ends_with_formatters:
            for problem in self.problems:
                say(f"\nThe reports are not complete: {problem}")

    def _send_end(self, *, failed: bool) -> None:
        error, runner = self.refusal or self._error, self.runner
        message = self.places.text(outcomes.said(error) if error else self._why_ended_early())
        failed |= self.failed or runner.aborted or getattr(runner, "hook_failures", 0) > 0
        failed |= interruptions.first is not None
        failed |= bool(self.faults) or bool(self._problems_of_forks)
        raised = outcomes.raised(error, self.places) if error else None
        self._events.send(
            test_run_finished=TestRunFinished(
                success=not (failed or error),
                timestamp=now(),
                exception=raised,
                message=message or None,
                test_run_started_id=self._run_id,
            )
        )

    @property
    def problems(self) -> list[str]:
        """Why the reports are not complete, each a sentence."""
        own = map(self.places.text, self.faults.sentences(self._events.lost))
        return list(dict.fromkeys([*own, *self._problems_of_forks]))

    @property
    def failed(self) -> bool:
        """Whether any scenario, or any hook outside of scenarios, has failed so far."""
        return self._hook_failed or self._cases.failed

    def _why_ended_early(self) -> str:
        if self.faults:
            return str(self.faults)
        if interruptions.first is not None:
            return outcomes.interruption()
        if self.runner.aborted:
            return self._aborted_by or "aborted"
        if self.runner.config.dry_run:
            return "dry run: no step was executed"
        return STOPPED if self.runner.config.stop and self.failed else ""

    # Processes that execute parts of the run.

    def continue_in_fork(self, worker: str, receive: Receiver) -> None:
        """Record what this process does, which is a fork; the names of forks must differ."""
        self._events.continue_in_fork(worker, receive)

    def pickle_id(self, scenario: Scenario) -> str:
        """Return the id by which a selected scenario's test case refers to it, or an empty text."""
        pickle = self._documents.pickle(scenario)
        return pickle.id if pickle is not None else ""

    def settle(self) -> None:
        """Send the end of an attempt that waits for the next one: there is none."""
        self._cases.finish()

    def take(self, envelopes: Iterable[Envelope]) -> None:
        """Hand on what a fork has recorded."""
        for envelope in envelopes:
            self._events.hand_on(envelope)

    def note(self, *, failed: bool, problems: Iterable[str] = ()) -> None:
        """Note whether anything has failed in a fork, and what it could not record."""
        self._hook_failed |= failed
        self._problems_of_forks.extend(problems)

    # What behave does, by `observing`.

    @contextmanager
    def case(self, scenario: Scenario) -> Iterator[None]:
        """Record a scenario, if it was selected."""
        with self._cases.of(
            scenario, self._run_id, lambda: self._why_ended_early() or "the run ended"
        ):
            yield

    @contextmanager
    def step(self, step: Step) -> Iterator[None]:
        """Record a step of the current scenario."""
        if self._cases.current is None:
            yield
            return
        with self._cases.current.step(step) as test_step:
            if test_step is None:
                yield
                return
            with self._attachments.of(Where(test_step, self._cases.current.started_id)):
                yield
                if isinstance(step.exception, KeyboardInterrupt):
                    self._aborted_by = INTERRUPTED
                for media_type, body in explaining(step):
                    self._attachments.add(media_type, body)

    def cleanup(self, layer: str, function: Callable[[], Any]) -> Callable[[], Any]:
        """Return a function that does the same, and is recorded if it fails.

        `layer` is that of behave's context: testrun, feature, rule or scenario.
        """

        @wraps(function)
        def watched() -> Any:
            stopwatch = Stopwatch()
            try:
                return function()
            except Exception as error:
                with self.faults.noted():
                    self._cleanup_failed(layer, function, error, stopwatch)
                raise

        return watched

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

    def attach(self, media_type: str, data: str | bytes, file_name: str = "") -> None:
        """Attach data to the step or hook that is being executed; else it is left out."""
        self._attachments.add(media_type, data, file_name)

    # Hooks.

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

    # Helpers.

    def _remembering(self, look_up: Callable[[Step], Any]) -> Callable[[Step], Any]:
        """Let behave use the definition of a step that was found for the test case."""

        def find_match(step: Step) -> Any:
            return (
                self._cases.current.match(step, look_up) if self._cases.current else look_up(step)
            )

        return find_match
