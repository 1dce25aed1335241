"""Record a run: what is sent before it, around each scenario, and at its end."""

import base64
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Final

from behave.model import Feature, Rule, Scenario, Step
from behave.runner import ModelRunner
from cucumber_messages import (
    Attachment,
    AttachmentContentEncoding,
    Envelope,
    TestRunFinished,
    TestRunHookFinished,
    TestRunHookStarted,
    TestRunStarted,
)
from cucumber_messages import Exception as Raised

from pgharness.core.errors import HarnessError
from pgharness.core.exits import interruptions
from pgharness.results.recording import outcomes
from pgharness.results.recording.cases import CaseRecorder
from pgharness.results.recording.definitions import CLEANUP, Definitions
from pgharness.results.recording.documents import Documents
from pgharness.results.recording.environment import meta
from pgharness.results.recording.events import Events, Receiver, Stopwatch, now
from pgharness.results.recording.places import Places
from pgharness.results.wording import STOPPED

AROUND_STEPS: Final = ("before_step", "after_step")
"""Hooks whose failures behave reports as that of the step."""


@dataclass(frozen=True)
class Where:
    """What an attachment belongs to: fields of its message."""

    test_step_id: str | None = None
    test_case_started_id: str | None = None
    test_run_hook_started_id: str | None = None


class Recorder:
    """Records one run for some receivers."""

    def __init__(self, runner: ModelRunner, receivers: Iterable[Receiver]) -> None:
        self.runner = runner
        self.refusal: HarnessError | None = None
        """Why the run could not begin or go on."""
        self.ends_with_formatters = True
        """Whether the run is over when behave closes its formatters."""
        self._receivers = [self._note, *receivers]
        self._events = Events(self._receivers)
        self.places = Places(_project(runner))
        self._documents = Documents(self._events, self.places)
        self._definitions = Definitions(self._events, self.places)
        self._run_id = ""
        self._case: CaseRecorder | None = None
        self._where: list[Where] = []
        self._failed = False
        self._ended = False

    # What a run consists of.

    def begin(self) -> None:
        """Send all that is known before the run, and its start."""
        self._events.send(meta=meta())
        for feature in self.runner.features:
            if selected := [*_selected(feature, self.runner)]:
                self._documents.send(feature, selected)
        self._definitions.send(self.runner)
        self.runner.hooks = {
            kind: self._watched(kind, function) for kind, function in self.runner.hooks.items()
        }
        registry = self.runner.step_registry
        registry.find_match = self._remembering(registry.find_match)
        self._start_run()

    def _start_run(self) -> None:
        self._run_id = self._events.new_id()
        self._events.send(test_run_started=TestRunStarted(timestamp=now(), id=self._run_id))

    def end(self, *, failed: bool = False) -> None:
        """Send the end of the run, once; its start too if it could not begin."""
        if self._ended:
            return
        if not self._run_id:
            self._events.send(meta=meta())
            self._start_run()
        self._ended = True
        refusal, runner = self.refusal, self.runner
        message = self.places.text(str(refusal) if refusal else self._why_ended_early())
        raised = Raised(type="HarnessError", message=message) if refusal else None
        failed |= self._failed or runner.aborted or getattr(runner, "hook_failures", 0) > 0
        self._events.send(
            test_run_finished=TestRunFinished(
                success=not (failed or refusal),
                timestamp=now(),
                exception=raised,
                message=message or None,
                test_run_started_id=self._run_id,
            )
        )

    def _why_ended_early(self) -> str:
        if interruptions.first is not None:
            return f"interrupted ({interruptions.first.reason})"
        if self.runner.aborted:
            return "aborted"
        if self.runner.config.dry_run:
            return "dry run: no step was executed"
        return STOPPED if self.runner.config.stop and self._failed else ""

    # What behave does, by `observing`.

    @contextmanager
    def case(self, scenario: Scenario) -> Iterator[None]:
        """Record a scenario, if it was selected."""
        pickle = self._documents.pickle(scenario)
        if pickle is None or self.runner.aborted:
            yield
            return
        self._case = CaseRecorder(
            self._events, self._definitions, self.runner, scenario, pickle, self._run_id
        )
        self._case.start()
        try:
            yield
        except BaseException:
            self._case.interrupted(self._why_ended_early() or "the run ended")
            raise
        finally:
            self._case.finish()
            self._case = None

    @contextmanager
    def step(self, step: Step) -> Iterator[None]:
        """Record a step of the current scenario."""
        if self._case is None:
            yield
            return
        with self._case.step(step) as test_step:
            if test_step is None:
                yield
                return
            with self._attaching(Where(test_step, self._case.started_id)):
                yield
                for media_type, body in getattr(step.exception, "attachments", ()):
                    self.attach(media_type, body)

    def cleanup_failed(self, element: Feature | Rule | Scenario | None, error: Exception) -> None:
        """Record a cleanup that failed at the end of an element, or of the run (None)."""
        if isinstance(element, Scenario) and self._case is not None:
            self._case.cleanup_failed(error)
            return
        hook = self._definitions.hook(CLEANUP, None, self._subject(element))
        self._finish_hook(self._start_hook(hook), error, Stopwatch())

    def attach(self, media_type: str, data: str | bytes, file_name: str = "") -> None:
        """Attach data to the step or hook that is being executed; else it is left out."""
        if not self._where:
            return
        where = self._where[-1]
        body, encoding = _encoded(data, media_type)
        if encoding is AttachmentContentEncoding.identity:
            body = self.places.text(body)
        self._events.send(
            attachment=Attachment(
                body=body,
                content_encoding=encoding,
                media_type=media_type,
                file_name=file_name or None,
                timestamp=now(),
                test_step_id=where.test_step_id,
                test_case_started_id=where.test_case_started_id,
                test_run_hook_started_id=where.test_run_hook_started_id,
            )
        )

    # Hooks.

    def _watched(self, kind: str, function: Callable[..., Any]) -> Callable[..., Any]:
        if kind in AROUND_STEPS:
            return function

        @wraps(function)
        def watched(context: Any, *arguments: Any) -> Any:
            with self._hook(kind, function, *arguments):
                return function(context, *arguments)

        return watched

    @contextmanager
    def _hook(self, kind: str, function: Callable[..., Any], *arguments: Any) -> Iterator[None]:
        subject = f"@{arguments[0]}" if "tag" in kind else ""
        test_step = self._case.hook(kind, subject) if self._case else None
        if self._case is not None and test_step is not None:
            with self._hook_of_case(self._case, test_step):
                yield
            return
        element = self._element() if "tag" in kind else next(iter(arguments), None)
        subject = f"{subject} {self._subject(element)}".strip()
        started = self._start_hook(self._definitions.hook(kind, function, subject))
        stopwatch = Stopwatch()
        error: BaseException | None = None
        with self._attaching(Where(test_run_hook_started_id=started)):
            try:
                yield
            except BaseException as raised:
                error = raised
                raise
            finally:
                self._finish_hook(started, error, stopwatch)

    @contextmanager
    def _hook_of_case(self, case: CaseRecorder, test_step: str) -> Iterator[None]:
        stopwatch = case.start_hook(test_step)
        result = outcomes.passed
        skips = case.scenario.should_skip
        with self._attaching(Where(test_step, case.started_id)):
            try:
                yield
                if case.scenario.should_skip and not skips:
                    result = outcomes.skipped(case.scenario.skip_reason or "")
                else:
                    result = outcomes.passed_after(stopwatch.read())
            except Exception as error:
                result = outcomes.failed(error, stopwatch.read(), self.places)
                raise
            except BaseException:
                result = outcomes.interrupted(self._why_ended_early())
                raise
            finally:
                case.finish_hook(test_step, result)

    def _start_hook(self, hook_id: str) -> str:
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
            result = outcomes.failed(error, stopwatch.read(), self.places)
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

    @contextmanager
    def _attaching(self, where: Where) -> Iterator[None]:
        self._where.append(where)
        try:
            yield
        finally:
            self._where.pop()

    def _remembering(self, look_up: Callable[[Step], Any]) -> Callable[[Step], Any]:
        """Let behave use the match of a step that was looked up for the test case."""

        def find_match(step: Step) -> Any:
            return self._case.match(step, look_up) if self._case else look_up(step)

        return find_match

    def _note(self, envelope: Envelope) -> None:
        """Note whether anything failed."""
        finished = envelope.test_step_finished
        ended = envelope.test_run_hook_finished
        result = finished.test_step_result if finished else ended.result if ended else None
        if result is not None and result.status not in outcomes.HARMLESS:
            self._failed = True


def _project(runner: ModelRunner) -> Path:
    """Return the folder that places are relative to: the current one, or the features' parent."""
    features = Path(getattr(runner, "base_dir", None) or runner.config.base_dir or ".").resolve()
    return Path.cwd() if features.is_relative_to(Path.cwd()) else features.parent


def _selected(feature: Feature, runner: ModelRunner) -> Iterator[Scenario]:
    """Yield the scenarios that will be run, and those that are skipped for a reason."""
    for scenario in feature.walk_scenarios():
        if scenario.should_run(runner.config) or getattr(scenario, "skip_reason", None):
            yield scenario


def _encoded(data: str | bytes, media_type: str) -> tuple[str, AttachmentContentEncoding]:
    """Return data as the protocol has it: text as it is, other data in base64."""
    if isinstance(data, str):
        return data, AttachmentContentEncoding.identity
    if media_type.startswith("text/") or media_type.endswith(("json", "svg+xml")):
        return data.decode("utf-8", "replace"), AttachmentContentEncoding.identity
    return base64.b64encode(data).decode("ascii"), AttachmentContentEncoding.base64
