"""`python -m checks.lint`: rules for features and sources that behave does not check.

Tags are from a closed list and at an element where they have a meaning, every rule has a unique
id, every requirement that a tag names is in the catalogue, which lists those that are shown, titles
within a feature are unique, every step has a definition and every definition is used, no code
sleeps, and psycopg is the only driver.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from behave.model import Feature, Rule, Scenario
from behave.parser import parse_file
from behave.runner_util import load_step_modules
from behave.step_registry import registry

from checks.drivers import others
from checks.sleeps import sleeps
from features.support import step_types
from pgharness.adapters.behave import scope_tags
from pgharness.core import console, exits
from pgharness.core.requirements import Need
from pgharness.results import requirements
from pgharness.results.requirements import Catalogue

ROOT: Final = Path(__file__).parents[1]
FEATURES: Final = ROOT / "features"
REQUIREMENTS: Final = ROOT / "docs" / "requirements" / "asvs-5.0.toml"

CAPABILITIES: Final = (
    "accounts",
    "passwords",
    "sessions",
    "tenancy",
    "tasks",
    "workspace",
    "objectives",
    "transactions",
    "concurrency",
    "migrations",
    "harness",
    "examples",
)
FIXTURES: Final = (
    *("rollback", "database", "empty_database", "server"),
    *(rf"cleanup\.{width}" for width in scope_tags.WIDTHS),
)

CONTRACT: Final = "contract"
"""Rules that list constraints and privileges one by one, apart from what stakeholders read."""

RULE_ID: Final = re.compile(rf"({'|'.join(CAPABILITIES)})-[1-9]\d*")
KNOWN_TAG: Final = re.compile(
    rf"{RULE_ID.pattern}|{'|'.join(CAPABILITIES)}|asvs-\d+(\.\d+){{2}}|slow|{CONTRACT}"
    rf"|fixture\.({'|'.join(FIXTURES)})|requires\.({'|'.join(Need)})"
)


def problems(folder: Path = FEATURES) -> Iterator[str]:
    """Yield one line for each problem in the features of `folder`."""
    features = [parse_file(str(file)) for file in sorted(folder.rglob("*.feature"))]
    yield from _id_problems([rule for feature in features for rule in feature.rules])
    for feature in features:
        yield from _tag_problems(feature)
        yield from _title_problems(feature)
        for rule in feature.rules:
            yield from _rule_problems(rule, feature)
    catalogue = requirements.read(REQUIREMENTS)
    yield from _requirement_problems(features, catalogue)
    yield from _note_problems(features, catalogue)
    yield from _step_problems(features)


def _id_problems(rules: Iterable[Rule]) -> Iterator[str]:
    tagged = [(tag, rule) for rule in rules for tag in rule.tags if _is_id(tag)]
    first: dict[str, Rule] = {}
    for tag, rule in tagged:
        if first.setdefault(tag, rule) is not rule:
            capability = tag.rpartition("-")[0]
            used = [other.rpartition("-") for other, _ in tagged]
            highest = max(int(number) for whose, _, number in used if whose == capability)
            yield (
                f"{rule.location}: @{tag} is the id of the rule at {first[tag].location};"
                f" the next free one is @{capability}-{highest + 1}"
            )


def _is_id(tag: str) -> bool:
    return RULE_ID.fullmatch(tag) is not None


def _tagged(feature: Feature) -> Iterator[Feature | Rule | Scenario]:
    yield feature
    yield from feature.rules
    yield from feature.walk_scenarios(with_outlines=True)


def _tag_problems(feature: Feature) -> Iterator[str]:
    for element in _tagged(feature):
        for tag in element.tags:
            if not KNOWN_TAG.fullmatch(tag):
                yield f"{element.location}: @{tag} is not a tag we use"
            if tag == CONTRACT and not isinstance(element, (Feature, Rule)):
                yield f"{element.location}: @{tag} stands only on a Feature or a Rule"
            if tag.startswith(scope_tags.PREFIX) and (wrong := scope_tags.mistake(tag, element)):
                yield f"{element.location}: {wrong}"


def _requirement_problems(features: Iterable[Feature], catalogue: Catalogue) -> Iterator[str]:
    """Yield each tag without a requirement, and how the list of those that are shown is wrong."""
    shown: set[str] = set()
    for feature in features:
        for element in _tagged(feature):
            tags = [str(tag) for tag in element.tags]
            for tag in catalogue.unknown(tags):
                yield f"{element.location}: @{tag} names no requirement of {REQUIREMENTS.name}"
            shown |= {id_ for tag in tags if (id_ := catalogue.named_by(tag)) in catalogue.ids}
    listed = catalogue.shown or frozenset()
    for ids, what in (
        (shown - listed, "has a rule that shows it: add it to `shown`"),
        (listed - shown, "has no rule that shows it: remove it from `shown`"),
    ):
        for id_ in sorted(ids, key=lambda id_: [int(part) for part in id_.split(".")]):
            yield f"{REQUIREMENTS.name}: {id_} {what}"


def _note_problems(features: Iterable[Feature], catalogue: Catalogue) -> Iterator[str]:
    """Yield each rule that a note of the catalogue names and that does not exist."""
    ids = {str(tag) for feature in features for rule in feature.rules for tag in rule.tags}
    for chapter in catalogue.chapters:
        for each in chapter.requirements:
            for match in RULE_ID.finditer(each.note):
                if match.group() not in ids:
                    named = f"the note of {each.id} names {match.group()}"
                    yield f"{REQUIREMENTS.name}: {named}, which is no rule"


def _title_problems(feature: Feature) -> Iterator[str]:
    titles = Counter(scenario.name for scenario in feature.walk_scenarios())
    for title, number in titles.items():
        if number > 1:
            yield f"{feature.location}: {number} scenarios are called {title!r}"
    for scenario in feature.walk_scenarios(with_outlines=True):
        if not re.sub(r"<[^<>]*>|\W", "", scenario.name):
            yield f"{scenario.location}: the title {scenario.name!r} does not identify the case"


def _rule_problems(rule: Rule, feature: Feature) -> Iterator[str]:
    capability = Path(feature.filename).parent.name
    ids = [tag for tag in rule.tags if _is_id(tag)]
    if len(ids) != 1 or not ids[0].startswith(f"{capability}-"):
        yield f"{rule.location}: a rule needs one id such as @{capability}-1, this has {ids}"
    if not list(rule.walk_scenarios()):
        yield f"{rule.location}: no example shows this rule"


def _step_problems(features: list[Feature]) -> Iterator[str]:
    step_types.register()
    load_step_modules([str(FEATURES / "steps")])
    used: set[str] = set()
    undefined: dict[str, str] = {}
    for feature in features:
        for scenario in feature.walk_scenarios():
            for step in scenario.all_steps:
                if match := registry.find_match(step):
                    used.add(str(match.location))
                else:
                    undefined.setdefault(str(step.location), step.name)
    for place, name in undefined.items():
        yield f"{place}: no step definition matches {name!r}"
    for matchers in registry.steps.values():
        for matcher in matchers:
            if str(matcher.location) not in used:
                yield f"{matcher.location}: no scenario uses the step {matcher.pattern!r}"


def main() -> int:
    """Print every problem; return 1 if there are any."""
    console.print_any_text()
    found = [*problems(), *sleeps(), *others()]
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    exits.program(main)
