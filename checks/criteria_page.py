"""`docs/criteria.md`: every rule of the features, and the ASVS requirements that rules show."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from behave.model import Feature

from checks.lint import CAPABILITIES, CONTRACT, RULE_ID
from checks.markdown import escaped, table
from pgharness.results.strength import Strength

ASVS: Final = "asvs-"

_INTRODUCTION: Final = """\
# The criteria

Every rule of [features/](../features/), by capability. A rule has an id, which is a tag and stays:
`uv run behave --tags=@accounts-2` runs one rule. [Contracts](#contracts) are the rules that list
constraints and privileges one by one; `uv run behave --tags=@contract` runs them. The ASVS ids are
the requirements of OWASP's Application Security Verification Standard 5.0 that a rule shows:
`uv run behave --tags=@asvs-2.3.4` runs all rules of one of them.

The column "faults" says how many faults a rule was the first to notice, of those that are put into
the service, its schema and its migrations on purpose, one at a time. `12 (3 alone)`: of the faults
that it noticed, no other rule noticed three. A rule with `0` was only ever the second to notice;
one with `none` was not even that. It is [measured](fault-detection.md#strength) by judging each
fault until a second rule notices it, or everything that may notice it has been run."""


@dataclass(frozen=True)
class Criterion:
    """One rule of a feature."""

    capability: str
    number: int
    sentence: str
    feature: str
    path: str
    """Of the feature, from its capability's folder on."""
    asvs: tuple[str, ...]
    contract: bool
    """Whether it lists constraints or privileges one by one."""

    @property
    def id(self) -> str:
        """The tag, without `@`."""
        return f"{self.capability}-{self.number}"


def criteria(features: Iterable[Feature]) -> list[Criterion]:
    """Return the rules of these features that have an id, by capability and number."""
    found = []
    for feature in features:
        for rule in feature.rules:
            tags = [str(tag) for tag in rule.tags]
            for tag in filter(RULE_ID.fullmatch, tags):
                capability, _, number = tag.rpartition("-")
                asvs = {tag for tag in [*feature.tags, *tags] if tag.startswith(ASVS)}
                found.append(
                    Criterion(
                        capability=capability,
                        number=int(number),
                        sentence=rule.name,
                        feature=feature.name,
                        path="/".join(Path(feature.filename).parts[-2:]),
                        asvs=tuple(sorted(asvs, key=_asvs_number)),
                        contract=CONTRACT in [*feature.tags, *tags],
                    )
                )
    return sorted(found, key=lambda each: (CAPABILITIES.index(each.capability), each.number))


def page(features: Iterable[Feature], strength: Strength) -> Iterator[str]:
    """Yield the lines of the page; `strength` is what rules have noticed."""
    found = criteria(features)
    by_asvs: dict[str, list[Criterion]] = {}
    for each in found:
        for tag in each.asvs:
            by_asvs.setdefault(tag, []).append(each)
    yield from _INTRODUCTION.splitlines()
    yield ""
    yield f"{len(found)} rules show {len(by_asvs)} requirements of the ASVS."
    yield ""
    yield "## Rules"
    for capability in CAPABILITIES:
        of_capability = [each for each in found if each.capability == capability]
        if rules := [each for each in of_capability if not each.contract]:
            yield from ("", f"### {capability}", "")
            yield from _listed(rules, strength)
    if contracts := [each for each in found if each.contract]:
        yield from ("", "## Contracts", "")
        yield from _listed(contracts, strength)
    yield from ("", "## ASVS requirements", "")
    yield from table(
        ("requirement", "rules"),
        (
            (f"`@{tag}`", "<br>".join(_titled(each) for each in by_asvs[tag]))
            for tag in sorted(by_asvs, key=_asvs_number)
        ),
    )


def _listed(rules: Iterable[Criterion], strength: Strength) -> Iterator[str]:
    yield from table(
        ("id", "rule", "feature", "faults", "ASVS"),
        (
            (
                f"`@{each.id}`",
                escaped(each.sentence),
                _link(each),
                _faults(each.id, strength),
                _tags(each.asvs),
            )
            for each in rules
        ),
    )


def _faults(rule: str, strength: Strength) -> str:
    """Return how many faults a rule noticed; nothing where that has not been measured yet."""
    found = strength.rules.get(rule)
    if found is None:
        return ""
    if rule in strength.questioned:
        return "none"
    return f"{found.first} ({len(found.alone)} alone)" if found.alone else f"{found.first}"


def _asvs_number(tag: str) -> tuple[int, ...]:
    return tuple(int(part) for part in tag.removeprefix(ASVS).split("."))


def _link(criterion: Criterion) -> str:
    return f"[{escaped(criterion.feature)}](../features/{criterion.path})"


def _titled(criterion: Criterion) -> str:
    return f"[`@{criterion.id}`](../features/{criterion.path}) {escaped(criterion.sentence)}"


def _tags(tags: Iterable[str]) -> str:
    return ", ".join(f"`@{tag}`" for tag in tags)
