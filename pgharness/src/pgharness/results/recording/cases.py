"""Record one scenario: its hooks, steps and cleanups, as a test case."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from behave.matchers import Matcher
from behave.model import Scenario, Status, Step
from behave.runner import ModelRunner
from cucumber_messages import (
    Pickle,
    PickleStep,
    Snippet,
    Suggestion,
    TestCase,
    TestCaseFinished,
    TestCaseStarted,
    TestStep,
    TestStepFinished,
    TestStepResult,
    TestStepResultStatus,
    TestStepStarted,
    Timestamp,
)

from pgharness.results.recording import outcomes
from pgharness.results.recording.definitions import CLEANUP, Definitions
from pgharness.results.recording.events import Events, Stopwatch, now
from pgharness.results.recording.snippets import snippet

BEFORE: Final = ("before_tag", "before_scenario")
AFTER: Final = ("after_scenario", "after_tag")
"""The hooks around a scenario, in behave's order."""


@dataclass
class CaseRecorder:
    """The test case of one scenario."""

    events: Events
    definitions: Definitions
    runner: ModelRunner
    scenario: Scenario
    pickle: Pickle
    run_id: str
    started_id: str = ""
    failed: bool = False
    """Whether anything of the running attempt has failed."""
    _attempt: int = -1
    _ended: Timestamp = field(init=False)
    _test_case: TestCase = field(init=False)
    _steps: dict[int, str] = field(default_factory=dict)
    """Ids of test steps by behave's steps."""
    _hooks: dict[tuple[str, str], str] = field(default_factory=dict)
    """Ids of test steps by the hook's kind and tag."""
    _started: set[str] = field(default_factory=set)
    _finished: set[str] = field(default_factory=set)
    _found: dict[int, Matcher] = field(default_factory=dict)
    """Definitions by behave's steps."""
    _undefined: dict[str, tuple[Step, PickleStep]] = field(default_factory=dict)
    """Steps without a definition, by the ids of test steps."""

    def start(self) -> None:
        """Send the test case, unless this is a further attempt, and the start of the attempt."""
        self._attempt += 1
        self._started.clear()
        self._finished.clear()
        self.failed = False
        if self._attempt == 0:
            self._send_test_case()
        self.started_id = self.events.new_id()
        self.events.send(
            test_case_started=TestCaseStarted(
                id=self.started_id,
                test_case_id=self._test_case.id,
                attempt=self._attempt,
                worker_id=self.events.worker,
                timestamp=now(),
            )
        )

    def _send_test_case(self) -> None:
        before, after = ([*self._planned(kinds)] for kinds in (BEFORE, AFTER))
        steps = [*self._matched()]
        self._test_case = TestCase(
            id=self.events.new_id(),
            pickle_id=self.pickle.id,
            test_steps=[*before, *steps, *after],
            test_run_started_id=self.run_id,
        )
        self.events.send(test_case=self._test_case)

    def _planned(self, kinds: tuple[str, str]) -> Iterator[TestStep]:
        if self.runner.config.dry_run:
            return
        for kind in kinds:
            function = self.runner.hooks.get(kind)
            subjects = [f"@{tag}" for tag in self.scenario.tags] if "tag" in kind else [""]
            for subject in subjects if function else ():
                hook_id = self.definitions.hook(kind, function, subject)
                new = self._hooks[kind, subject] = self.events.new_id()
                yield TestStep(id=new, hook_id=hook_id)

    def _matched(self) -> Iterator[TestStep]:
        """Find the definitions of the steps; behave's own lookup then tries no others."""
        registry = self.runner.step_registry
        for step, written in zip(self.scenario.all_steps, self.pickle.steps, strict=False):
            found = self.definitions.find(registry, step)
            new = self._steps[id(step)] = self.events.new_id()
            fields = self.definitions.matched(found, step.name)
            yield TestStep(id=new, pickle_step_id=written.id, **fields)
            if found is not None:
                self._found[id(step)] = found[0]
            else:
                self._undefined[new] = step, written

    def _suggest(self, step: Step, written: PickleStep) -> None:
        code = Snippet(code=snippet(step), language="python")
        self.events.send(
            suggestion=Suggestion(
                id=self.events.new_id(), pickle_step_id=written.id, snippets=[code]
            )
        )

    def match(self, step: Step, look_up: Callable[[Step], Any]) -> Any:
        """Return the match of a step, by `look_up` unless its definition is known."""
        found = self._found.get(id(step))
        return (found and found.match(step.name)) or look_up(step)

    @contextmanager
    def step(self, step: Step) -> Iterator[str | None]:
        """Record a step; yield the id of its test step, or None if it is not the scenario's own."""
        test_step = self._steps.get(id(step))
        if test_step is None:
            yield None
            return
        stopwatch = self._start(test_step)
        yield test_step
        result = outcomes.of_step(step, stopwatch.read(), self.definitions.places, self._reason)
        self._finish(test_step, result)

    def hook(self, kind: str, subject: str) -> str | None:
        """Return the id of a hook's test step, or None if it is not one of the scenario's."""
        return self._hooks.get((kind, subject))

    def start_hook(self, test_step: str) -> Stopwatch:
        """Record that a hook was called."""
        return self._start(test_step)

    def finish_hook(self, test_step: str, result: TestStepResult) -> None:
        """Record how a hook ended."""
        self._finish(test_step, result)

    def cleanup_failed(
        self, function: Callable[[], Any], error: BaseException, stopwatch: Stopwatch
    ) -> None:
        """Add a failed cleanup, for which the test case is sent once more with one more step."""
        hook_id = self.definitions.hook(CLEANUP, function)
        new = TestStep(id=self.events.new_id(), hook_id=hook_id)
        self._finish_rest()
        self._test_case.test_steps.append(new)
        self.events.send(test_case=self._test_case)
        self._start(new.id)
        result = outcomes.of_error(error, stopwatch.read(), self.definitions.places)
        self._finish(new.id, result)

    def interrupted(self, why: str) -> None:
        """Record that the run ended while the scenario was running."""
        for test_step in self._test_case.test_steps:
            if test_step.id not in self._finished:
                self._start(test_step.id)
                self._finish(test_step.id, outcomes.interrupted(why))
                break
        self._finish_rest()

    def end(self) -> None:
        """Send the results of what behave did not execute."""
        self._finish_rest()
        self._ended = now()

    def finish(self, *, will_be_retried: bool) -> None:
        """Send the end of the attempt."""
        self.events.send(
            test_case_finished=TestCaseFinished(
                test_case_started_id=self.started_id,
                timestamp=self._ended,
                will_be_retried=will_be_retried,
            )
        )

    def _finish_rest(self, before: str = "") -> None:
        """Send the results of what behave left out: all of them, or those before a test step."""
        for test_step in self._test_case.test_steps:
            if test_step.id == before:
                break
            if test_step.id not in self._finished:
                step, _ = self._undefined.get(test_step.id, (None, None))
                undefined = step is not None and step.status in _UNDEFINED
                self._send_started(test_step.id)
                result = outcomes.undefined() if undefined else outcomes.skipped(self._reason)
                self._finish(test_step.id, result)

    @property
    def _reason(self) -> str:
        """Why the scenario is not executed, or not any further."""
        dry = "dry run" if self.runner.config.dry_run else ""
        return self.scenario.skip_reason or dry

    def _start(self, test_step: str) -> Stopwatch:
        self._finish_rest(before=test_step)
        self._send_started(test_step)
        return Stopwatch()

    def _send_started(self, test_step: str) -> None:
        """Send the start of a test step, unless one that was interrupted has been started."""
        if test_step in self._started:
            return
        self._started.add(test_step)
        self.events.send(
            test_step_started=TestStepStarted(
                test_case_started_id=self.started_id, test_step_id=test_step, timestamp=now()
            )
        )

    def _finish(self, test_step: str, result: TestStepResult) -> None:
        self._finished.add(test_step)
        self.failed |= result.status not in outcomes.HARMLESS
        if result.status is TestStepResultStatus.undefined:
            self._suggest(*self._undefined[test_step])
        self.events.send(
            test_step_finished=TestStepFinished(
                test_case_started_id=self.started_id,
                test_step_id=test_step,
                test_step_result=result,
                timestamp=now(),
            )
        )


_UNDEFINED: Final = (Status.undefined, Status.untested_undefined)
