"""End a run of behave early: each scenario that was not run becomes an error."""

from collections.abc import Iterator

from behave.model import Scenario, Status
from behave.runner import Context, ModelRunner

from pgharness.core.errors import HarnessError
from pgharness.core.exits import say


def stop(context: Context) -> None:
    """Let no further scenario start."""
    runner: ModelRunner = context._runner  # noqa: SLF001 (behave offers no public way)
    runner.aborted = True


def end_run(context: Context, refusal: HarnessError) -> None:
    """Let no further scenario start; each of them becomes an error with the refusal.

    behave would report them as skipped, and a run without tests would look successful.
    """
    if "ended_by" in context:
        return
    context.ended_by = refusal
    refusal.has_ended_run = True
    runner: ModelRunner = context._runner  # noqa: SLF001 (behave offers no public way)
    left = list(_not_yet_run(runner))
    for scenario in left:
        scenario.hook_failed = True
        scenario.store_exception_context(refusal)
        scenario.error_message = str(refusal)
        scenario.set_status(Status.hook_error)
    runner.hook_failures += 1
    stop(context)
    # behave captures the output of hooks and would attach it to one scenario.
    say(f"\nCannot run: {refusal}")
    not_run = "1 scenario was" if len(left) == 1 else f"{len(left)} scenarios were"
    say(f"{not_run} not run; each counts as an error.")


def _not_yet_run(runner: ModelRunner) -> Iterator[Scenario]:
    for feature in runner.features:
        for scenario in feature.walk_scenarios():
            if scenario.status is Status.untested and scenario.should_run(runner.config):
                yield scenario
