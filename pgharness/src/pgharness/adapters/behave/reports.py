"""What the reports of a run rest on: which step failed, what a hook said, what can be printed."""

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import IO, Final

from behave.configuration import Configuration
from behave.model import Feature, Scenario, Status, Step

from pgharness.core.masking import mask_output, mask_own_output, masked
from pgharness.core.outcomes import mentioned

NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What the production Char of XML 1.0 leaves out."""


def printable(text: str) -> str:
    """Escape what XML cannot hold, nor a terminal print; blank the passwords that are known."""
    return NOT_IN_XML.sub(lambda match: ascii(match.group())[1:-1], masked(text))


def mask(config: Configuration) -> None:
    """Blank known passwords in what the process and behave's formatters write from now on."""
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
    """Let the summary mention what was refused before a step failed, and no Then asked about."""
    if (step := failed_step(scenario)) is not None and step.exception is not None:
        for refusal in refusals:
            step.exception.add_note(mentioned(refusal))


def tell_of_failed_hooks(feature: Feature) -> None:
    """Let scenarios tell that a hook of their rule or their feature failed.

    JUnit knows of scenarios alone: it is told of the last one that ran, or of all if none could.
    """
    for element in (*feature.rules, feature):
        if element.hook_failed:
            scenarios = list(element.walk_scenarios())
            ran = [one for one in scenarios if one.status not in (Status.untested, Status.skipped)]
            for scenario in ran[-1:] or scenarios:
                report(scenario, element.exception, element.error_message)


def report(scenario: Scenario, error: Exception, said: str) -> None:
    """Let the reports tell of an error that came after a scenario had ended.

    JUnit shows one message of each scenario: what failed before is in it, too.
    """
    failed = [str(step.exception) for step in scenario.all_steps if step.status.has_failed()]
    earlier = scenario.error_message or "".join(failed)
    scenario.hook_failed = True
    scenario.store_exception_context(error)
    scenario.error_message = f"{said}\nBefore that: {earlier}" if earlier else said
    scenario.set_status(Status.hook_error)
