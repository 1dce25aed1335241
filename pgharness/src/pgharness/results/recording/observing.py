"""Observe behave: its formatters are told of steps, but not of hooks, cleanups or ends.

Five functions of behave are wrapped once. They do what they did; if a formatter of this package is
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
    _observe_runner(begin)
    _observe_scenarios()
    _observe_steps()
    _observe_cleanups()


def _observe_runner(begin: Callable[[ModelRunner], None]) -> None:
    run_model, run_hook = ModelRunner.run_model, ModelRunner.run_hook

    @wraps(run_model)
    def observed_run_model(self: ModelRunner, *arguments: Any, **named: Any) -> Any:
        try:
            return run_model(self, *arguments, **named)
        except BaseException as error:
            if (recorder := recorder_of(self)) is not None:
                recorder.broken(error)
            raise

    @wraps(run_hook)
    def observed_run_hook(self: ModelRunner, hook_name: str, *arguments: Any) -> Any:
        if hook_name == "before_all":
            begin(self)
        return run_hook(self, hook_name, *arguments)

    ModelRunner.run_model = observed_run_model
    ModelRunner.run_hook = observed_run_hook


def _observe_scenarios() -> None:
    run_scenario = Scenario.run

    @wraps(run_scenario)
    def observed_run_scenario(self: Scenario, runner: ModelRunner) -> Any:
        recorder = recorder_of(runner)
        if recorder is None:
            return run_scenario(self, runner)
        with recorder.faults.around(recorder.case(self)):
            return run_scenario(self, runner)

    Scenario.run = observed_run_scenario


def _observe_steps() -> None:
    run_step = Step.run

    @wraps(run_step)
    def observed_run_step(self: Step, runner: ModelRunner, *arguments: Any, **named: Any) -> Any:
        recorder = recorder_of(runner)
        if recorder is None:
            return run_step(self, runner, *arguments, **named)
        with recorder.faults.around(recorder.step(self)):
            return run_step(self, runner, *arguments, **named)

    Step.run = observed_run_step


def _observe_cleanups() -> None:
    clean_up = Context._do_cleanups  # noqa: SLF001 (behave offers no public way)

    @wraps(clean_up)
    def observed_clean_up(self: Context) -> None:
        recorder = recorder_of(self._runner)
        if recorder is not None and self._stack and self.fail_on_cleanup_errors:
            frame = self._stack[0]
            layer = frame.get("@layer", "")
            frame["@cleanups"] = [recorder.cleanup(layer, one) for one in frame["@cleanups"]]
        clean_up(self)

    Context._do_cleanups = observed_clean_up  # noqa: SLF001
