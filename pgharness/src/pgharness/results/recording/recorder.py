"""Record a run: what is sent before it, around each scenario, and at its end."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from behave.model import Scenario, Step
from behave.runner import ModelRunner
from cucumber_messages import Envelope, TestRunFinished, TestRunStarted

from pgharness.core.errors import HarnessError
from pgharness.core.exits import interruptions, say
from pgharness.results.recording import outcomes
from pgharness.results.recording.attaching import Where, explaining
from pgharness.results.recording.definitions import hooks_of
from pgharness.results.recording.documents import selected_scenarios
from pgharness.results.recording.environment import meta
from pgharness.results.recording.events import Receiver, Stopwatch, now
from pgharness.results.recording.hook_recorder import HookRecorder
from pgharness.results.recording.outcomes import INTERRUPTED
from pgharness.results.wording import STOPPED


class Recorder(HookRecorder):
    """Records one run for some receivers."""

    def __init__(self, runner: ModelRunner, receivers: Iterable[Receiver]) -> None:
        super().__init__(runner, receivers)
        self.refusal: HarnessError | None = None
        """Why the run could not begin or go on."""
        self.ends_with_formatters = True
        """Whether the run is over when behave closes its formatters."""
        self.of_run: list[tuple[str, str]] = []
        """What is attached to the run when it begins: media types and texts."""
        self._error: BaseException | None = None
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

    def attach(self, media_type: str, data: str | bytes, file_name: str = "") -> None:
        """Attach data to the step or hook that is being executed; else it is left out."""
        self._attachments.add(media_type, data, file_name)

    # Helpers.

    def _remembering(self, look_up: Callable[[Step], Any]) -> Callable[[Step], Any]:
        """Let behave use the definition of a step that was found for the test case."""

        def find_match(step: Step) -> Any:
            return (
                self._cases.current.match(step, look_up) if self._cases.current else look_up(step)
            )

        return find_match
