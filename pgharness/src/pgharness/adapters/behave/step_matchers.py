"""Step patterns that are compiled when a step may match them: behave compiles all of them.

A run of one scenario uses a few of several hundred patterns. And most patterns do not match most
steps because of the text around their fields, which is compared faster than by an expression.
"""

from typing import Any

from behave.matchers import (
    CFParseMatcher,
    ParseMatcher,
    get_step_matcher_factory,
    register_step_matcher_class,
)
from behave.runner import the_step_registry as registry
from parse import PARSE_RE


class LateParseMatcher(ParseMatcher):  # type: ignore[misc]
    """behave's matcher `parse`."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        texts = self._texts()
        self._beginning, self._end = texts[0], texts[-1]
        self._longest = max(texts, key=len)
        self._is_bad = False

    def _texts(self) -> list[str]:
        """Return the texts before, between and after the fields, which each match contains."""
        texts: list[str] = PARSE_RE.split(self.pattern)[::2]
        if self.CASE_SENSITIVE and not any("{" in text or "}" in text for text in texts):
            return texts
        return [""]  # a single brace may be part of the expression

    def compile(self) -> "LateParseMatcher":
        """Leave it to the first step that may match."""
        return self

    def check_match(self, step_text: str) -> Any:
        """Return the arguments if the step matches, else None; report a malformed pattern."""
        if self._is_bad or not (
            self._longest in step_text
            and step_text.startswith(self._beginning)
            and step_text.endswith(self._end)
        ):
            return None
        try:
            return super().check_match(step_text)
        except NotImplementedError as error:  # of an expression that cannot be compiled
            self._is_bad = True
            registry.on_bad_step_definition(self, error)
            return None


class LateCFParseMatcher(LateParseMatcher, CFParseMatcher):  # type: ignore[misc]
    """behave's matcher `cfparse`."""


def use_late_matchers() -> None:
    """Use them for all steps that are defined from now on."""
    for behaves, ours in ((ParseMatcher, LateParseMatcher), (CFParseMatcher, LateCFParseMatcher)):
        register_step_matcher_class(behaves.NAME, ours, override=True)
    factory = get_step_matcher_factory()
    if factory.default_matcher in {ParseMatcher, CFParseMatcher}:
        factory.use_default_step_matcher(factory.default_matcher_name)
