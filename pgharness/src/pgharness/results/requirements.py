"""Public requirements and the rules of a run that show them.

A catalogue is a TOML file that lists the requirements of a standard by chapter and section. A tag
names one of them: `@asvs-6.2.4` is the requirement 6.2.4 of the catalogue with the prefix `asvs`.
"""

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from pgharness.core.errors import HarnessError
from pgharness.results.model import Feature, Rule, Run, Status, worst

_ID: Final = re.compile(r"\d+(\.\d+)*")
_PREFIX: Final = re.compile(r"[a-z][a-z0-9_]*")

Keys = Mapping[str, type]
"""The keys of a table, and the types of their values."""

_CATALOGUE_KEYS: Final[Keys] = {
    **dict.fromkeys(("prefix", "name", "version", "source", "license"), str),
    **dict.fromkeys(("touched", "shown", "chapters"), list),
}
_CHAPTER_KEYS: Final[Keys] = {"id": str, "title": str, "sections": list}
_SECTION_KEYS: Final[Keys] = {"id": str, "title": str, "requirements": list}
_REQUIREMENT_KEYS: Final[Keys] = {"id": str, "title": str, "level": int, "note": str}
_OPTIONAL: Final = frozenset({"version", "source", "license", "touched", "shown", "level", "note"})
_TYPES: Final = {str: "text", int: "a number", list: "a list"}


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

    `NOT_RUN` without rules: a rule of the project shows it, but was not part of this run. None:
    open, no rule shows it.
    """
    note: str = ""
    """Of one that no rule shows as a whole: which part is shown, and what is missing."""


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


def read(path: Path) -> Catalogue:
    """Read a catalogue. Raises `HarnessError` if it is missing, malformed or contradicts itself."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise HarnessError(
            f"cannot read the requirements in {path.name}: {error.strerror}"
        ) from error
    except ValueError as error:
        raise HarnessError(f"the requirements in {path.name} are not TOML: {error}") from error
    try:
        return _catalogue(content)
    except _WrongError as error:
        raise HarnessError(f"wrong requirements in {path.name}: {error}") from error


def shown(run: Run, catalogue: Catalogue) -> tuple[Chapter, ...]:
    """Return the chapters that concern the service, with the rules of the run that show them.

    These are the chapters that are touched according to the catalogue, and those of which a rule
    shows a requirement, in this run or according to the catalogue.
    """
    rules: dict[str, list[tuple[Feature, Rule]]] = {}
    statuses: dict[str, list[Status]] = {}
    for feature, rule in run.rules:
        of_rule: dict[str, list[Status]] = {}
        for case in rule.cases:
            for id_ in {catalogue.named_by(tag) for tag in case.tags} - {None}:
                of_rule.setdefault(str(id_), []).append(case.status)
        for id_, found in of_rule.items():
            rules.setdefault(id_, []).append((feature, rule))
            statuses.setdefault(id_, []).extend(found)
    known = catalogue.shown or frozenset()

    def with_rules(each: ShownRequirement) -> ShownRequirement:
        if each.id in rules:
            status = worst(statuses[each.id])
            return replace(each, rules=tuple(rules[each.id]), status=status)
        return replace(each, status=Status.NOT_RUN if each.id in known else None)

    chapters = (_changed(chapter, with_rules) for chapter in catalogue.chapters)
    return tuple(
        chapter
        for chapter in chapters
        if chapter.id in catalogue.touched or any(each.status for each in chapter.requirements)
    )


def _changed(chapter: Chapter, change: Callable[[ShownRequirement], ShownRequirement]) -> Chapter:
    sections = (
        replace(section, requirements=tuple(map(change, section.requirements)))
        for section in chapter.sections
    )
    return replace(chapter, sections=tuple(sections))


class _WrongError(Exception):
    """What is wrong with a catalogue."""


def _catalogue(content: Mapping[str, Any]) -> Catalogue:
    _check(content, _CATALOGUE_KEYS, "the file")
    if not _PREFIX.fullmatch(content["prefix"]):
        raise _WrongError(
            f"the prefix {content['prefix']!r} is not a word of small letters and digits"
        )
    chapters = tuple(_chapter(each) for each in content["chapters"])
    _check_order([chapter.id for chapter in chapters])
    catalogue = Catalogue(
        **{key: content[key] for key in _CATALOGUE_KEYS.keys() & content if key in _TEXTS},
        touched=_listed(content, "touched", {chapter.id for chapter in chapters}),
        chapters=chapters,
    )
    if "shown" not in content:
        return catalogue
    listed = _listed(content, "shown", catalogue.ids)
    for chapter in chapters:
        for each in chapter.requirements:
            if each.note and each.id in listed:
                raise _WrongError(f"{each.id} has a note on what is missing, and is in 'shown'")
    return replace(catalogue, shown=listed)


_TEXTS: Final = frozenset(key for key, kind in _CATALOGUE_KEYS.items() if kind is str)


def _chapter(content: Any) -> Chapter:
    id_ = _check_id(content, _CHAPTER_KEYS, "chapter")
    sections = tuple(_section(each, id_) for each in content["sections"])
    _check_order([section.id for section in sections])
    return Chapter(id_, content["title"], sections)


def _section(content: Any, chapter: str) -> Section:
    id_ = _check_id(content, _SECTION_KEYS, "section", chapter)
    requirements = tuple(_requirement(each, id_) for each in content["requirements"])
    _check_order([each.id for each in requirements])
    return Section(id_, content["title"], requirements)


def _requirement(content: Any, section: str) -> ShownRequirement:
    id_ = _check_id(content, _REQUIREMENT_KEYS, "requirement", section)
    level, note = content.get("level", 0), content.get("note", "")
    return ShownRequirement(id_, content["title"], level, note=note)


def _listed(content: Mapping[str, Any], key: str, known: Collection[str]) -> frozenset[str]:
    for id_ in (listed := content.get(key, [])):
        if not isinstance(id_, str) or id_ not in known:
            raise _WrongError(f"{key!r} names {id_!r}, which is not in the file")
        if listed.count(id_) > 1:
            raise _WrongError(f"{key!r} names {id_!r} twice")
    return frozenset(listed)


def _check_id(content: Any, keys: Keys, kind: str, parent: str = "") -> str:
    """Check a table and its id, which continues that of its parent; return the id."""
    named = isinstance(content, dict) and isinstance(content.get("id"), str)
    _check(content, keys, f"{kind} {content['id']}" if named else f"a {kind}")
    id_ = str(content["id"])
    if not _ID.fullmatch(id_):
        raise _WrongError(f"the id {id_!r} is not made of numbers and dots")
    if parent and id_.rpartition(".")[0] != parent:
        raise _WrongError(f"{kind} {id_} stands in {parent}: its id must be {parent} and a number")
    return id_


def _check(content: Any, keys: Keys, where: str) -> None:
    if not isinstance(content, dict):
        raise _WrongError(f"{where} must be a table")
    for key in content.keys() - keys:
        raise _WrongError(f"{where} has the key {key!r}; known are {', '.join(keys)}")
    for key, kind in keys.items():
        if key in content and type(content[key]) is not kind:
            raise _WrongError(f"{key!r} of {where} must be {_TYPES[kind]}")
        if kind is str and not content.get(key, "-").strip():
            raise _WrongError(f"{key!r} of {where} is empty")
        if key not in content and key not in _OPTIONAL:
            raise _WrongError(f"{where} has no {key!r}")


def _check_order(ids: list[str]) -> None:
    numbers = [tuple(map(int, id_.split("."))) for id_ in ids]
    for (before, first), (after, second) in pairwise(zip(numbers, ids, strict=True)):
        if before == after:
            raise _WrongError(f"{second} is in the file twice")
        if before > after:
            raise _WrongError(f"{second} comes after {first}")
