"""Public requirements and the rules of a run that show them.

A catalogue is a TOML file that lists the requirements of a standard by chapter and section. A tag
names one of them: `@asvs-6.2.4` is the requirement 6.2.4 of the catalogue with the prefix `asvs`.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, TypeVar

from pgharness.core.errors import HarnessError
from pgharness.results.model import Feature, Rule, Run, Status, worst

_ID: Final = re.compile(r"\d+(\.\d+)*")
_PREFIX: Final = re.compile(r"[a-z][a-z0-9_]*")

_CATALOGUE_KEYS: Final[Mapping[str, type]] = {
    "prefix": str,
    "name": str,
    "version": str,
    "source": str,
    "license": str,
    "touched": list,
    "shown": list,
    "chapters": list,
}
_CHAPTER_KEYS: Final[Mapping[str, type]] = {"id": str, "title": str, "sections": list}
_SECTION_KEYS: Final[Mapping[str, type]] = {"id": str, "title": str, "requirements": list}
_REQUIREMENT_KEYS: Final[Mapping[str, type]] = {"id": str, "level": int, "title": str}
_OPTIONAL: Final = frozenset({"version", "source", "license", "touched", "shown", "level"})


@dataclass(frozen=True)
class ShownRequirement:
    """A requirement and the rules of a run that show it."""

    id: str
    """`6.2.4` for example, without the prefix."""
    title: str
    """A short one."""
    level: int = 0
    """As the standard counts; 0 if it has no levels."""
    rules: tuple[tuple[Feature, Rule], ...] = ()
    """In the order of the run."""
    status: Status | None = None
    """The worst status of the cases that carry the tag.

    `NOT_RUN` without rules: the project has a rule that shows it, but not in this run. None: open, no
    rule shows it.
    """


@dataclass(frozen=True)
class Section:
    """A section of a chapter."""

    id: str
    title: str
    requirements: tuple[ShownRequirement, ...]


@dataclass(frozen=True)
class Chapter:
    """A chapter of a standard."""

    id: str
    """`6` for example."""
    title: str
    sections: tuple[Section, ...]

    @property
    def requirements(self) -> Iterator[ShownRequirement]:
        """The requirements of all sections."""
        for section in self.sections:
            yield from section.requirements

    @property
    def in_run(self) -> bool:
        """Whether a rule of the run shows one of its requirements."""
        return any(each.rules for each in self.requirements)


@dataclass(frozen=True)
class Catalogue:
    """The requirements of a standard; they have no rules and no status yet."""

    prefix: str
    """Of the tags, `asvs` for example."""
    name: str
    version: str = ""
    source: str = ""
    """Where the standard is published."""
    license: str = ""
    """Of the standard."""
    touched: frozenset[str] = frozenset()
    """The ids of chapters that concern the service even if no rule shows any part of them."""
    shown: frozenset[str] | None = None
    """The ids that the project's features show; None if the catalogue does not say so.

    By this list a requirement that is open is told from one whose rules were not part of a run.
    """
    chapters: tuple[Chapter, ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all requirements."""
        return frozenset(each.id for chapter in self.chapters for each in chapter.requirements)

    def named_by(self, tag: str) -> str | None:
        """Return the id in a tag with this prefix, with or without `@`; None for other tags."""
        before, dash, id_ = tag.removeprefix("@").partition("-")
        return id_ if dash and before == self.prefix else None

    def unknown(self, tags: Iterable[str]) -> tuple[str, ...]:
        """Return the tags with this prefix whose id is not in the catalogue, each once."""
        ids = self.ids
        named = ((tag, self.named_by(tag)) for tag in dict.fromkeys(tags))
        return tuple(tag for tag, id_ in named if id_ is not None and id_ not in ids)
