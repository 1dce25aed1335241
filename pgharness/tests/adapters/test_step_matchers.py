"""Patterns that are compiled late match what behave's own match, and are reported if malformed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import parse
import pytest
from behave import matchers
from behave.matchers import CFParseMatcher, Matcher, ParseMatcher, get_step_matcher_factory
from behave.step_registry import AmbiguousStep, StepRegistry

from pgharness.adapters.behave import step_matchers
from pgharness.adapters.behave.step_matchers import LateCFParseMatcher, LateParseMatcher

PATTERNS = [
    "there is no account",
    "there are {count:d} accounts",
    "there are {count:d} accounts of {who}",
    "{who} is refused",
    "{who} is refused: {reason}",
    "{first} and {second}",
    "{}",
    "{:d}",
    "a {{brace}} of {what}",
    "a single } of {what}",
    "a{2,3} of {what}",
    "it costs 3.5 (of {sum:g})",
    "{list:Word+} are words",
    "perhaps {word:Word?}",
    "{x:>} is aligned",
    "",
]
UNKNOWN_TO_PARSE = ["{list:Word+} are words"]
UNKNOWN_TO_CFPARSE = ["{x:>} is aligned"]
TEXTS = [
    *PATTERNS,
    "there are 3 accounts",
    "there are   3 accounts",
    "There are 3 accounts",
    "there are 3 accounts ",
    "there are three accounts",
    "there are 3 accounts of Ada",
    "Ada is refused",
    "Ada is refused: it is stale",
    "Ada and Bram",
    "a {brace} of it",
    "a single } of it",
    "aa of it",
    "it costs 3.5 (of 7.25)",
    "it costs 3x5 (of 7.25)",
    "a, b are words",
    "perhaps a",
    "perhaps ",
    "    a is aligned",
    "7",
    "two\nlines is refused",
]


def step(*_: object) -> None:
    """What the steps do."""


def other(*_: object) -> None:
    """What others do."""


def word(text: str) -> str:
    return text


setattr(word, "pattern", "[a-z]")  # noqa: B010 (as `parse.with_pattern` does, without types)


def failing(text: str) -> None:
    raise ValueError(text)


def arguments(matcher: Matcher, text: str) -> list[tuple[Any, ...]] | type | None:
    """Return the arguments of a match, the type of a match with an error, or None."""
    match = matcher.match(text)
    if match is None or match.arguments is None:
        return match and type(match)
    return [(one.start, one.end, one.original, one.value, one.name) for one in match.arguments]


@pytest.mark.parametrize(
    ("behaves", "ours"), [(ParseMatcher, LateParseMatcher), (CFParseMatcher, LateCFParseMatcher)]
)
@pytest.mark.parametrize("is_case_sensitive", [True, False])
def test_a_pattern_matches_what_behaves_own_matches(
    behaves: type[Matcher],
    ours: type[Matcher],
    *,
    is_case_sensitive: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ParseMatcher, "CASE_SENSITIVE", is_case_sensitive)
    types = {"Word": word, "Word?": word, "Failing": failing}
    compared = 0
    for pattern in [*PATTERNS, "fails at {what:Failing}"]:
        if pattern in (UNKNOWN_TO_PARSE if behaves is ParseMatcher else UNKNOWN_TO_CFPARSE):
            continue
        each = [one(step, pattern, custom_types=dict(types)) for one in (behaves, ours)]
        for text in [*TEXTS, "fails at it"]:
            expected, found = (arguments(matcher, text) for matcher in each)
            assert found == expected, (pattern, text)
            compared += found is not None
    assert compared > len(PATTERNS)


@contextmanager
def late() -> Iterator[StepRegistry]:
    """A registry of its own, for steps with late patterns."""
    factory = get_step_matcher_factory()
    former = (dict(factory.step_matcher_class_mapping), factory.default_matcher)
    step_matchers.use_late_matchers()
    try:
        yield StepRegistry()
    finally:
        factory.step_matcher_class_mapping, factory.default_matcher = former
        factory.use_default_step_matcher()


def compiled(registry: StepRegistry) -> list[str]:
    """Return the patterns that have been compiled."""
    return [
        matcher.pattern
        for steps in registry.steps.values()
        for matcher in steps
        if matcher.parser._Parser__match_re is not None
    ]


def test_only_what_a_step_may_match_is_compiled() -> None:
    with late() as registry:
        for pattern in PATTERNS[1:5]:
            registry.add_step_definition("given", pattern, step)
        assert not compiled(registry)
        assert matchers.make_step_matcher(step, "x").NAME == "parse"
        given = type("Step", (), {"step_type": "given", "name": "Ada is refused: it is stale"})
        assert registry.find_match(given).func is step
        assert compiled(registry) == ["{who} is refused: {reason}"]


def test_two_steps_of_one_text_are_still_ambiguous() -> None:
    with late() as registry:
        registry.add_step_definition("given", "there are {what}", step)
        with pytest.raises(AmbiguousStep, match="has already been defined"):
            registry.add_step_definition("given", "there are {count:d} accounts", other)


def test_a_malformed_pattern_is_reported_when_a_step_may_match_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken: Callable[[str], str] = parse.with_pattern("(")(lambda text: text)
    with late() as registry:
        monkeypatch.setattr(step_matchers, "registry", registry)
        monkeypatch.setitem(ParseMatcher.TYPE_REGISTRY, "Broken", broken)
        registry.add_step_definition("given", "it is {what:Broken}", step)
        for _ in range(2):
            given = type("Step", (), {"step_type": "given", "name": "it is broken"})
            assert registry.find_match(given) is None
    assert len(registry.error_handler.bad_step_definitions) == 1
    assert "BAD-STEP-DEFINITION: @given('it is {what:Broken}')" in capsys.readouterr().err
