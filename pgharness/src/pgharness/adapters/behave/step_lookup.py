"""Explain undefined and ambiguous steps."""

import re
import traceback
from difflib import SequenceMatcher
from typing import Final

from behave.matchers import Matcher
from behave.model import Step
from behave.runner import ModelRunner
from behave.step_registry import AmbiguousStep, StepRegistry

from pgharness.core.errors import HarnessError
from pgharness.results.recording.snippets import snippet

VALUE: Final = re.compile(r'\{[^}]*\}|"[^"]*"|\b\d+\b')
"""Parameters in patterns of step definitions, and values in steps."""


class UndefinedStep(Exception):
    """No step definition matches a step."""


def undefined(step: Step, registry: StepRegistry) -> UndefinedStep:
    """Return the error of an undefined step: the nearest definition, and a snippet."""
    definitions = [one for of_a_type in registry.steps.values() for one in of_a_type]
    nearest = max(definitions, key=lambda one: _likeness(one, step), default=None)
    hint = ""
    if nearest is not None:
        other = "with another keyword there" if nearest.matches(step.name) else "the nearest"
        hint = f"; {other} is @{nearest.step_type}({nearest.pattern!r}) at {nearest.location}"
    return UndefinedStep(
        f"no step definition matches this step{hint}\nTo define it, in features/steps/:\n\n"
        f"{snippet(step)}"
    )


def ambiguous(error: AmbiguousStep) -> HarnessError:
    """Return an error with the two step definitions that match the same step."""
    defined, _, existing = " ".join(str(error).split()).partition(
        " has already been defined in existing step "
    )
    frames = traceback.extract_tb(error.__traceback__)
    place = [frame for frame in frames if frame.name == "<module>"][-1]
    return HarnessError(
        f"two step definitions match the same step: {defined} at {place.filename}:{place.lineno}"
        f" and {existing}; change the wording of one, or remove it."
    )


class UndefinedSteps(list[Step]):
    """behave's list of undefined steps, which are added before formatters and reporters run."""

    def __init__(self, runner: ModelRunner) -> None:
        super().__init__()
        self._runner = runner

    def append(self, step: Step) -> None:
        """Set the error of the step."""
        step.exception = undefined(step, self._runner.step_registry)
        step.error_message = f"UNDEFINED: {step.exception}"
        super().append(step)


def _likeness(definition: Matcher, step: Step) -> tuple[bool, float]:
    """Return whether a definition matches with another keyword, and the similarity (0 to 1)."""
    ours, theirs = (VALUE.sub("_", text) for text in (definition.pattern, step.name))
    return (
        bool(definition.matches(step.name)),
        SequenceMatcher(None, ours, theirs, autojunk=False).ratio(),
    )
