"""A run that cannot go on says why in one sentence, and is a failed run everywhere."""

from collections.abc import Iterator

from behave.model import Scenario, Status
from behave.runner import Context, ModelRunner

from features.support.exits import say
from pgharness.core.masking import masked


class Refusal(Exception):
    """Why the run cannot start or go on, and what to do about it, in one sentence.

    It may quote a driver or a server: known passwords are blanked.
    """

    has_ended_run = False
    """Whether scenarios were not run because of it; each of them carries it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(masked(sentence))


def stop(context: Context) -> None:
    """Let no further scenario start."""
    runner: ModelRunner = context._runner  # noqa: SLF001 (behave offers no public way)
    runner.aborted = True


def end_run(context: Context, refusal: Refusal) -> None:
    """Let no further scenario start; each of them becomes an error that carries the sentence.

    Behave would report them as skipped, and a run that tested nothing would look harmless.
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
    # Behave captures what hooks print and would file it under one scenario.
    say(f"\nCannot run: {refusal}")
    not_run = "1 scenario was" if len(left) == 1 else f"{len(left)} scenarios were"
    say(f"{not_run} not run; each counts as an error.")


def _not_yet_run(runner: ModelRunner) -> Iterator[Scenario]:
    for feature in runner.features:
        for scenario in feature.walk_scenarios():
            if scenario.status is Status.untested and scenario.should_run(runner.config):
                yield scenario
