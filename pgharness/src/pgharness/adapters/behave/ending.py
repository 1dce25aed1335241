"""End a run of behave early."""

from collections.abc import Iterable, Iterator

from behave.model import Scenario, Status
from behave.runner import Context, ModelRunner

from pgharness.core.errors import HarnessError
from pgharness.core.exits import say
from pgharness.results.recording.observing import recorder_of


def stop(context: Context) -> None:
    """Let no further scenario start."""
    runner: ModelRunner = context._runner  # noqa: SLF001 (behave offers no public way)
    runner.aborted = True


def end_run(context: Context, refusal: HarnessError) -> None:
    """Let no further scenario start; the run has failed by the refusal."""
    if "ended_by" in context:
        return
    context.ended_by = refusal
    runner: ModelRunner = context._runner  # noqa: SLF001 (behave offers no public way)
    recorder = recorder_of(runner)
    if recorder is not None:
        recorder.refusal = refusal
    if getattr(runner, "is_fork", False):  # its parent ends the run, and says so
        stop(context)
        return
    left = list(_not_yet_run(runner))
    if recorder is None or recorder.ends_with_formatters:
        _fail(left, refusal)
    runner.hook_failures += 1
    stop(context)
    # behave captures the output of hooks and would attach it to one scenario.
    say(f"\nCannot run: {refusal}")
    say("1 example was not run." if len(left) == 1 else f"{len(left)} examples were not run.")


def _fail(scenarios: Iterable[Scenario], refusal: HarnessError) -> None:
    """Make scenarios errors: behave's own JUnit files do not contain the run itself.

    They would have skipped scenarios only, and a run without tests would look successful.
    """
    for scenario in scenarios:
        scenario.hook_failed = True
        scenario.store_exception_context(refusal)
        scenario.error_message = str(refusal)
        scenario.set_status(Status.hook_error)


def _not_yet_run(runner: ModelRunner) -> Iterator[Scenario]:
    for feature in runner.features:
        for scenario in feature.walk_scenarios():
            if scenario.status is Status.untested and scenario.should_run(runner.config):
                yield scenario
