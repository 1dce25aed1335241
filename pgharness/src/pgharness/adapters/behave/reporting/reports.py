"""Common functions of reports: the failed step, and errors of hooks."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import IO

from behave.configuration import Configuration
from behave.model import Feature, Scenario, Status, Step

from pgharness.core.masking import mask_output, mask_own_output
from pgharness.core.outcomes import mentioned


def mask(config: Configuration) -> None:
    """Mask known passwords in the output of the process and of behave's formatters."""
    mask_own_output()
    for output in config.outputs:
        output.open = partial(_masked_stream, output.open)


def _masked_stream(opened: Callable[[], IO[str]]) -> IO[str]:
    stream = opened()
    mask_output(stream)
    return stream


def failed_step(scenario: Scenario) -> Step | None:
    """Return the first step that did not pass."""
    return next((one for one in scenario.all_steps if one.status.has_failed()), None)


def add_refusals(scenario: Scenario, refusals: Iterable[Exception]) -> None:
    """Add notes to the failed step about refusals that no Then has checked."""
    if (step := failed_step(scenario)) is not None and step.exception is not None:
        for refusal in refusals:
            step.exception.add_note(mentioned(refusal))


def report_failed_hooks(feature: Feature) -> None:
    """Report the failed hook of a rule or a feature for its last scenario, or all if none ran.

    behave's summary contains scenarios only.
    """
    for element in (*feature.rules, feature):
        if element.hook_failed:
            scenarios = list(element.walk_scenarios())
            ran = [one for one in scenarios if one.status not in (Status.untested, Status.skipped)]
            for scenario in ran[-1:] or scenarios:
                report(scenario, element.exception, element.error_message)


def report(scenario: Scenario, error: Exception, said: str) -> None:
    """Report an error that was raised after the end of a scenario.

    behave has one message per scenario: it contains the earlier failure, too.
    """
    failed = [str(step.exception) for step in scenario.all_steps if step.status.has_failed()]
    earlier = scenario.error_message or "".join(failed)
    scenario.hook_failed = True
    scenario.store_exception_context(error)
    scenario.error_message = f"{said}\nBefore that: {earlier}" if earlier else said
    scenario.set_status(Status.hook_error)
