"""The step definitions, parameter types and hooks of a run."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from behave.matchers import Match, Matcher, RegexMatcher
from behave.model import Step
from behave.runner import ModelRunner
from behave.step_registry import StepRegistry
from cucumber_messages import (
    Group,
    Hook,
    HookType,
    ParameterType,
    StepDefinition,
    StepDefinitionPattern,
    StepDefinitionPatternType,
    StepMatchArgument,
    StepMatchArgumentsList,
)

from pgharness.results.recording.events import Events
from pgharness.results.recording.matching import Lookup
from pgharness.results.recording.places import Places

TYPES: Final = {
    "before_all": HookType.before_test_run,
    "after_all": HookType.after_test_run,
    "before_scenario": HookType.before_test_case,
    "after_scenario": HookType.after_test_case,
    "before_step": HookType.before_test_step,
    "after_step": HookType.after_test_step,
}
"""Hooks whose type says everything. behave's others are of the nearest type and have a name."""
HOOKS: Final = frozenset(
    f"{when}_{what}"
    for when in ("before", "after")
    for what in ("all", "feature", "rule", "tag", "scenario", "step")
)
"""All hooks of behave. Other names of environment.py are no hooks."""
CLEANUP: Final = "cleanup"


@dataclass
class Definitions:
    """What was sent of definitions, with their ids."""

    events: Events
    places: Places
    _steps: dict[int, str] = field(default_factory=dict)
    """Ids by the identity of definitions."""
    _hooks: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _lookup: Lookup = field(default_factory=Lookup)

    def send(self, runner: ModelRunner, tags: Iterable[str]) -> None:
        """Send the types, the step definitions, and the hooks of scenarios with these tags."""
        registry: StepRegistry = runner.step_registry
        definitions = [one for of_a_type in registry.steps.values() for one in of_a_type]
        self._send_types(definitions)
        subjects = [f"@{tag}" for tag in tags]
        for kind in ("before_all", "before_tag", "before_scenario"):
            self._send_hooks_of(runner, kind, subjects)
        for definition in definitions:
            self._send_step(definition)
        for kind in ("after_scenario", "after_tag", "after_all"):
            self._send_hooks_of(runner, kind, subjects)

    def _send_hooks_of(self, runner: ModelRunner, kind: str, subjects: list[str]) -> None:
        function = hooks_of(runner).get(kind)
        if function is not None:
            for subject in subjects if "tag" in kind else [""]:
                self.hook(kind, function, subject)

    def _send_step(self, definition: Matcher) -> None:
        kind = StepDefinitionPatternType.cucumber_expression
        if isinstance(definition, RegexMatcher):
            kind = StepDefinitionPatternType.regular_expression
        new = self._steps[id(definition)] = self.events.new_id()
        self.events.send(
            step_definition=StepDefinition(
                id=new,
                pattern=StepDefinitionPattern(source=definition.pattern, type=kind),
                source_reference=self.places.reference(definition.func),
            )
        )

    def _send_types(self, definitions: Iterable[Matcher]) -> None:
        """Send the parameter types of cucumber expressions that a project has defined."""
        registries = {
            id(one.TYPE_REGISTRY): one.TYPE_REGISTRY.parameter_types
            for one in definitions
            if hasattr(getattr(one, "TYPE_REGISTRY", None), "parameter_types")
        }
        for registry in registries.values():
            builtin = {one.name for one in type(registry)().parameter_types}
            for given in registry.parameter_types:
                if given.name not in builtin:
                    self._send_type(given)

    def _send_type(self, given: Any) -> None:
        self.events.send(
            parameter_type=ParameterType(
                id=self.events.new_id(),
                name=given.name,
                regular_expressions=list(given.regexps),
                prefer_for_regular_expression_match=bool(given.prefer_for_regexp_match),
                use_for_snippets=bool(given.use_for_snippets),
                source_reference=self.places.reference(given.transformer),
            )
        )

    def hook(self, kind: str, function: Callable[..., Any], subject: str = "") -> str:
        """Return the id of a hook, which is sent at its first use.

        `subject` is the tag of a tag's hook, the place of a feature or a rule, or both.
        """
        known = kind, subject, str(self.places.reference(function)) if kind == CLEANUP else ""
        if known not in self._hooks:
            self._hooks[known] = self.events.new_id()
            self.events.send(
                hook=Hook(
                    id=self._hooks[known],
                    source_reference=self.places.reference(function),
                    name=_name(kind, function, subject),
                    tag_expression=subject if _is_tag(subject) else None,
                    type=_type(kind, subject),
                )
            )
        return self._hooks[known]

    def find(self, registry: StepRegistry, step: Step) -> tuple[Matcher, Match] | None:
        """Return the definition that behave will find for a step, and the match."""
        return self._lookup.find(registry, step)

    def matched(self, found: tuple[Matcher, Match] | None, text: str) -> dict[str, Any]:
        """Return the fields of a test step that say which definition matches, and how."""
        definition, match = found or (None, None)
        its_id = self._steps.get(id(definition))
        if definition is None or its_id is None:
            return {"step_definition_ids": [], "step_match_arguments_lists": []}
        expression = getattr(definition, "cucumber_expression", None)
        arguments = _of_expression(expression, text) if expression else _of_match(match, text)
        return {
            "step_definition_ids": [its_id],
            "step_match_arguments_lists": [StepMatchArgumentsList(step_match_arguments=arguments)],
        }


def hooks_of(runner: ModelRunner) -> dict[str, Callable[..., Any]]:
    """Return the hooks of a project by their kinds; behave's own default is not one of them."""
    own = getattr(runner, "before_all_default_hook", None)
    return {
        kind: function
        for kind, function in runner.hooks.items()
        if kind in HOOKS and callable(function) and function != own
    }


def _name(kind: str, function: Callable[..., Any], subject: str) -> str | None:
    """Return the name of a hook that its type and tag do not say."""
    given = getattr(function, "__name__", "<nameless>")
    if given.startswith("<"):  # a lambda, or no function
        given = kind
    if kind == CLEANUP:
        return " ".join(filter(None, [kind, given if given != kind else "", subject]))
    if kind not in TYPES and not _is_tag(subject):
        return f"{kind} {subject}".strip()
    return None if given == kind else given


def _is_tag(subject: str) -> bool:
    """Whether the subject of a hook is a tag, without the place of a feature or a rule."""
    return subject.startswith("@") and " " not in subject


def _type(kind: str, subject: str) -> HookType:
    if kind in TYPES:
        return TYPES[kind]
    of_a_case = _is_tag(subject) or not subject
    if kind.startswith("before"):
        return HookType.before_test_case if of_a_case else HookType.before_test_run
    return HookType.after_test_case if of_a_case else HookType.after_test_run


def _of_match(match: Match, text: str) -> list[StepMatchArgument]:
    """Return the arguments; a group of a regular expression that did not match is empty."""
    return [
        StepMatchArgument(
            group=Group(start=one.start, value=text[one.start : one.end])
            if one.start is not None and 0 <= one.start <= one.end
            else Group()
        )
        for one in match.arguments or ()
    ]


def _of_expression(expression: Any, text: str) -> list[StepMatchArgument]:
    return [
        StepMatchArgument(
            group=_group(one.group), parameter_type_name=one.parameter_type.name or None
        )
        for one in expression.match(text) or ()
    ]


def _group(group: Any) -> Group:
    """Return a capture group of a cucumber expression; one that did not match is empty."""
    children = [_group(child) for child in group.children or ()] or None
    if group.start is None or group.start < 0:
        return Group(children=children)
    return Group(children=children, start=group.start, value=group.value)


def original(cleanup: Callable[[], Any]) -> Callable[..., Any]:
    """Return the function that `add_cleanup` was given, without behave's one around it."""
    if getattr(cleanup, "__name__", "") == "internal_cleanup_func":
        cleanup = inspect.getclosurevars(cleanup).nonlocals.get("cleanup_func", cleanup)
    while isinstance(cleanup, partial):
        cleanup = cleanup.func
    return cleanup
