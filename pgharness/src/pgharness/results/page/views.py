"""A run arranged for the page: capability, feature, rule, example, each with its anchor."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pgharness.results.model import Case, Feature, Rule, Run, Status
from pgharness.results.page.anchors import Anchors
from pgharness.results.page.pictures import Picture, picture
from pgharness.results.page.words import add, verdict_of

PERSONA: Final = re.compile(r"\s*As an?\s+(.+?)[\s,.;]*", re.IGNORECASE)
ROLE: Final = re.compile(r"\s*(As an?\s+.+?)[\s,.;]*", re.IGNORECASE)
PURPOSE: Final = re.compile(r"\s*In order\s+(.+?)[\s,.;]*", re.IGNORECASE)

OPENED: Final = 20
"""So many failing examples are open from the start; of more, a reader wants the list."""


@dataclass(frozen=True)
class CaseView:
    """An example."""

    case: Case
    anchor: str
    is_open: bool
    is_repeated: bool
    """Whether another example of the rule has the same name, so that only the row tells."""

    @property
    def is_failure(self) -> bool:
        """Whether a reader must be told what is wrong with it."""
        return self.case.status.is_failure


@dataclass(frozen=True)
class RuleView:
    """A rule, or the examples of a feature outside of rules."""

    rule: Rule
    anchor: str
    cases: tuple[CaseView, ...]

    @property
    def failures(self) -> list[CaseView]:
        """Its examples that failed."""
        return [case for case in self.cases if case.is_failure]

    @property
    def is_open(self) -> bool:
        """Whether an example in it is open."""
        return any(case.is_open for case in self.cases)

    @property
    def verdict(self) -> str:
        """Whether it holds, in words."""
        return verdict_of(self.rule)

    @property
    def kind(self) -> str:
        """How it is drawn."""
        return drawn(self.rule.status)


@dataclass(frozen=True)
class FeatureView:
    """A feature."""

    feature: Feature
    anchor: str
    rules: tuple[RuleView, ...]

    @property
    def persona(self) -> str:
        """Of `As an account holder`: `account holder`; empty if the description names none."""
        return _first(PERSONA, self.feature.description)

    @property
    def role(self) -> str:
        """`as an account holder`, in a sentence; empty if the description names none."""
        found = _first(ROLE, self.feature.description)
        return found[:1].lower() + found[1:]

    @property
    def purpose(self) -> str:
        """Of `In order to keep my name`: `to keep my name`; empty if there is none."""
        return _first(PURPOSE, self.feature.description)

    @property
    def failures(self) -> list[RuleView]:
        """Its rules with a failed example."""
        return [rule for rule in self.rules if rule.failures]


@dataclass(frozen=True)
class CapabilityView:
    """The features of a folder."""

    key: str
    anchor: str
    features: tuple[FeatureView, ...]

    @property
    def title(self) -> str:
        """The folder's name as a title."""
        words = self.key.replace("_", " ").replace("-", " ").replace("/", " / ")
        return words[:1].upper() + words[1:] or "Features"

    @cached_property
    def rules(self) -> list[RuleView]:
        """All its rules."""
        return [rule for feature in self.features for rule in feature.rules]

    @property
    def counts(self) -> Counter[Status]:
        """Its examples by status."""
        return add([rule.rule.counts for rule in self.rules])

    @property
    def verdicts(self) -> Counter[str]:
        """Its rules by how they are drawn."""
        return Counter(rule.kind for rule in self.rules)

    @property
    def picture(self) -> Picture:
        """A square for each rule."""
        return picture(
            [
                (rule.kind, rule.anchor, f"{rule.rule.id} {rule.rule.name}: {rule.verdict}".strip())
                for rule in self.rules
            ]
        )


def drawn(status: Status) -> str:
    """Return how a rule of this status is drawn."""
    if status.is_failure:
        return "failed"
    return {Status.PASSED: "passed", Status.SKIPPED: "skipped"}.get(status, "unknown")


def capabilities(run: Run) -> tuple[CapabilityView, ...]:
    """Arrange a run, capabilities in the order in which the run came to them."""
    anchors, opened = Anchors(), iter(range(OPENED))
    folders: dict[str, list[FeatureView]] = defaultdict(list)
    anchors.reserve(rule.id for _, rule in run.rules)
    for feature in run.features:
        anchor = anchors.of(feature.uri)
        rules = tuple(_rule(feature, rule, anchors, opened) for rule in feature.rules if rule.cases)
        folders[feature.capability].append(FeatureView(feature, anchor, rules))
    return tuple(
        CapabilityView(key, anchors.of(f"capability:{key}"), tuple(features))
        for key, features in folders.items()
    )


def _rule(feature: Feature, rule: Rule, anchors: Anchors, opened: Iterator[int]) -> RuleView:
    names = Counter(case.name for case in rule.cases)
    anchor = anchors.of_rule(rule.id) if rule.id else anchors.of(f"{feature.uri}:{rule.line}")
    cases = tuple(
        CaseView(
            case=case,
            anchor=anchors.of(case.place),
            is_open=case.status.is_failure and next(opened, None) is not None,
            is_repeated=names[case.name] > 1,
        )
        for case in rule.cases
    )
    return RuleView(rule, anchor, cases)


def _first(pattern: re.Pattern[str], description: str) -> str:
    found = filter(None, map(pattern.fullmatch, description.splitlines()))
    return next((match[1] for match in found), "")
