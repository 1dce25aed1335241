"""Observe behave: its formatters are told of steps, but not of hooks, cleanups or ends.

Four functions of behave are wrapped once. They do what they did; if a formatter of this package is
used in the run, its recorder is told.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from behave.model import Scenario, Step
from behave.runner import Context, ModelRunner

from pgharness.results.recording.recorder import Recorder

RECORDER: Final = "pgharness_recorder"
"""The attribute of a runner."""


def recorder_of(runner: ModelRunner) -> Recorder | None:
    """Return the recorder of a run, or None if nothing records it."""
    return getattr(runner, RECORDER, None)


def record(runner: ModelRunner, recorder: Recorder) -> None:
    """Record a run from now on."""
    setattr(runner, RECORDER, recorder)


def observe(begin: Callable[[ModelRunner], None]) -> None:
    """Wrap the functions of behave. `begin` is called before the hook `before_all`."""
    run_hook, run_scenario, run_step = ModelRunner.run_hook, Scenario.run, Step.run
    pop = Context._pop  # noqa: SLF001 (behave offers no public way)

    @wraps(run_hook)
    def observed_run_hook(self: ModelRunner, hook_name: str, *arguments: Any) -> Any:
        if hook_name == "before_all":
            begin(self)
        return run_hook(self, hook_name, *arguments)

    @wraps(run_scenario)
    def observed_run_scenario(self: Scenario, runner: ModelRunner) -> Any:
        recorder = recorder_of(runner)
        if recorder is None:
            return run_scenario(self, runner)
        with recorder.case(self):
            return run_scenario(self, runner)

    @wraps(run_step)
    def observed_run_step(self: Step, runner: ModelRunner, *arguments: Any, **named: Any) -> Any:
        recorder = recorder_of(runner)
        if recorder is None:
            return run_step(self, runner, *arguments, **named)
        with recorder.step(self):
            return run_step(self, runner, *arguments, **named)

    @wraps(pop)
    def observed_pop(self: Context, *arguments: Any, **named: Any) -> None:
        layer = self._stack[0].get("@layer", "")
        element = getattr(self, layer, None) if layer in ("feature", "rule", "scenario") else None
        try:
            pop(self, *arguments, **named)
        except Exception as error:
            if (recorder := recorder_of(self._runner)) is not None:
                recorder.cleanup_failed(element, error)
            raise

    ModelRunner.run_hook = observed_run_hook
    Scenario.run = observed_run_scenario
    Step.run = observed_run_step
    Context._pop = observed_pop  # noqa: SLF001
