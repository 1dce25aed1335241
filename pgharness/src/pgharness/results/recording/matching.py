"""Find the definitions of steps that are not yet executed, without converting their parameters.

A project's converters may need what a hook or an earlier step has done, or do something.
"""

import copy
from typing import Final

from behave.matchers import Match, Matcher, ParseMatcher
from behave.model import Step
from behave.step_registry import StepRegistry

ANY: Final = "step"
"""The type of definitions for steps of all types."""


CUCUMBER_EXPRESSIONS: Final = "behave.cucumber_expression"
"""The module of behave's matcher for them; importing it takes a hundredth of the start of a run."""


class Lookup:
    """Finds definitions; behave's own lookup also converts the parameters."""

    def __init__(self) -> None:
        self._plain: dict[int, Matcher] = {}

    def find(self, registry: StepRegistry, step: Step) -> tuple[Matcher, Match] | None:
        """Return the definition that behave will find, and the match, whose values are texts."""
        for kind in dict.fromkeys((step.step_type, ANY)):
            for definition in registry.steps[kind]:
                if id(definition) not in self._plain:
                    self._plain[id(definition)] = plain(definition)
                if match := self._plain[id(definition)].match(step.name):
                    return definition, match
        return None


def plain(definition: Matcher) -> Matcher:
    """Return a definition that matches the same steps and converts nothing.

    Of a class that is not behave's, it is the definition itself.
    """
    made = copy.copy(definition)
    if isinstance(definition, ParseMatcher):
        made.parser = copy.copy(definition.parser)
        made.parser._type_conversions = {}  # noqa: SLF001 (else a copy of all types is needed)
    elif type(definition).__module__ == CUCUMBER_EXPRESSIONS:
        matches = definition.cucumber_expression.match
        made.check_match = lambda text: None if matches(text) is None else []
    return made
