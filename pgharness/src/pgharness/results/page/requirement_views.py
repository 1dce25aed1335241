"""Public requirements with the anchors of the rules that show them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pgharness.results.model import RULE_ID, Status
from pgharness.results.page.views import CapabilityView, RuleView, drawn
from pgharness.results.requirements import Chapter, ShownRequirement

HEADINGS: Final = {
    "Shown not to hold": ("failed",),
    "Shown to hold": ("passed",),
    "Not checked in this run": ("unknown", "skipped"),
}
"""Of lists of requirements: how those in it are drawn."""


@dataclass(frozen=True)
class RequirementView:
    """A requirement and its rules."""

    requirement: ShownRequirement
    rules: tuple[RuleView, ...]
    note: tuple[tuple[str, str], ...] = ()
    """Its parts: texts, each with the anchor of the rule that it names, or with nothing."""

    @property
    def kind(self) -> str:
        """How it is drawn; `open` if no rule shows it."""
        status = self.requirement.status
        return "open" if status is None else drawn(status)

    @property
    def verdict(self) -> str:
        """Whether it is shown, in words."""
        match self.requirement.status:
            case None:
                return "open"
            case Status.PASSED:
                return "holds"
            case status if status.is_failure:
                return "does not hold"
            case Status.NOT_RUN if not self.rules:
                return "not in this run"
            case status:
                return str(status)


@dataclass(frozen=True)
class SectionView:
    """A section of a chapter."""

    id: str
    title: str
    requirements: tuple[RequirementView, ...]


@dataclass(frozen=True)
class ChapterView:
    """A chapter with the number of its requirements by verdict."""

    id: str
    title: str
    sections: tuple[SectionView, ...]

    @property
    def counts(self) -> Counter[str]:
        """Its requirements by how they are drawn."""
        return Counter(each.kind for section in self.sections for each in section.requirements)


@dataclass(frozen=True)
class RequirementsView:
    """All chapters."""

    chapters: tuple[ChapterView, ...]

    @property
    def counts(self) -> Counter[str]:
        """All requirements by how they are drawn."""
        return sum((chapter.counts for chapter in self.chapters), Counter())

    @property
    def lists(self) -> list[tuple[str, list[RequirementView]]]:
        """Those that are not open: by verdict, each list with its heading."""
        every = [
            each
            for chapter in self.chapters
            for section in chapter.sections
            for each in section.requirements
        ]
        lists = [
            (heading, [each for each in every if each.kind in kinds])
            for heading, kinds in HEADINGS.items()
        ]
        return [(heading, found) for heading, found in lists if found]


def requirements_view(
    chapters: Sequence[Chapter], capabilities: Iterable[CapabilityView]
) -> RequirementsView:
    """Find the rules of requirements on the page; a rule that is not on it is left out."""
    places = {
        (feature.feature.uri, rule.rule.line): rule
        for capability in capabilities
        for feature in capability.features
        for rule in feature.rules
    }

    anchors = {rule.rule.id: rule.anchor for rule in reversed(places.values()) if rule.rule.id}

    def view(requirement: ShownRequirement) -> RequirementView:
        keys = [(feature.uri, rule.line) for feature, rule in requirement.rules]
        shown = tuple(places[key] for key in keys if key in places)
        return RequirementView(requirement, shown, tuple(_linked(requirement.note, anchors)))

    return RequirementsView(
        tuple(
            ChapterView(
                chapter.id,
                chapter.title,
                tuple(
                    SectionView(section.id, section.title, tuple(map(view, section.requirements)))
                    for section in chapter.sections
                ),
            )
            for chapter in chapters
        )
    )


def _linked(note: str, anchors: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the parts of a note, those that name a rule on the page with its anchor."""
    end = 0
    for match in RULE_ID.finditer(note):
        if match.group() in anchors:
            yield note[end : match.start()], ""
            yield match.group(), anchors[match.group()]
            end = match.end()
    if note[end:]:
        yield note[end:], ""
