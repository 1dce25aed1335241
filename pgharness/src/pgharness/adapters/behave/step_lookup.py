"""What is said of a step that no step definition matches, or that two would."""

import json
import re
import traceback
from difflib import SequenceMatcher
from typing import Final

from behave.matchers import Matcher
from behave.model import Step
from behave.runner import ModelRunner
from behave.step_registry import AmbiguousStep, StepRegistry

from pgharness.core.errors import HarnessError

VALUE: Final = re.compile(r'\{[^}]*\}|"[^"]*"|\b\d+\b')
"""What differs from one use of a step definition to another, in its pattern and in a step."""


class UndefinedStep(Exception):
    """No step definition matches a step."""


def undefined(step: Step, registry: StepRegistry) -> UndefinedStep:
    """Return that a step is undefined, the nearest step definition, and how to define it."""
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


def snippet(step: Step) -> str:
    """Return a step definition that matches a step, and is still to be filled in."""
    pattern = step.name.replace("{", "{{").replace("}", "}}")
    return (
        f"@{step.step_type}({json.dumps(pattern, ensure_ascii=False)})\n"
        "def _(context: Context) -> None:\n"
        '    raise NotImplementedError("what this step does")\n'
    )


def ambiguous(error: AmbiguousStep) -> HarnessError:
    """Return which two step definitions match the same step, and where they are."""
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
    """Where behave adds each undefined step, before formatters and reporters are told of it."""

    def __init__(self, runner: ModelRunner) -> None:
        super().__init__()
        self._runner = runner

    def append(self, step: Step) -> None:
        """Let the step tell what is wrong with it."""
        step.exception = undefined(step, self._runner.step_registry)
        step.error_message = f"UNDEFINED: {step.exception}"
        super().append(step)


def _likeness(definition: Matcher, step: Step) -> tuple[bool, float]:
    """Return whether a definition matches but for its keyword, and else how much it is alike."""
    ours, theirs = (VALUE.sub("_", text) for text in (definition.pattern, step.name))
    return (
        bool(definition.matches(step.name)),
        SequenceMatcher(None, ours, theirs, autojunk=False).ratio(),
    )
