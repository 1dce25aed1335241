"""Check the selection of a run: it must contain scenarios, and name only existing things.

behave would run nothing, or other scenarios, and report success.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain
from pathlib import Path

from behave.configuration import Configuration
from behave.i18n import languages
from behave.model import Feature, Scenario
from behave.model_type import FileLocation
from behave.tag_expression.model import Expression

from pgharness.adapters.behave.selection import feature_paths, line_numbers, tag_expressions
from pgharness.adapters.behave.selection.near_misses import nearest, nearest_title
from pgharness.core.errors import HarnessError


@dataclass
class Suite:
    """The selected features, and the folder of all features."""

    named: list[Feature]
    base: Path

    @cached_property
    def whole(self) -> list[Feature]:
        """All features, without any scenario marked as skipped."""
        return list(feature_paths.readable_below(self.base))

    def first(self, holds: Callable[[Scenario], bool]) -> Scenario | None:
        """Return a scenario for which the condition holds.

        Selected features come first: parsing the others takes 0.15 s.
        """
        return next(filter(holds, _scenarios(self.named)), None) or next(
            filter(holds, _scenarios(self.whole)), None
        )


def check_options(config: Configuration) -> None:
    """Raise `HarnessError` for options of behave that have no effect here."""
    if config.lang and config.lang not in languages:
        raise HarnessError(
            f"there is no language {config.lang}{nearest(config.lang, languages)}:"
            " `behave --lang-list` prints all."
        )


def checked(config: Configuration, locations: Iterable[FileLocation], base: Path) -> list[Feature]:
    """Parse the selected features; mark scenarios at lines that were not selected as skipped.

    `base` is the folder of all features. Sets the tag expression of the configuration. Raises
    `HarnessError` for an empty selection, or one that names something missing.
    """
    config.tag_expression = tag_expressions.expression(config.tags)
    left = [location for location in locations if not config.exclude(location)]
    named = feature_paths.parsed(left, config.lang)
    feature_paths.check_content(config, named)
    if not left:
        raise HarnessError(f"--include and --exclude leave no feature of {_paths(config)}.")
    line_numbers.check(left, named)
    suite = Suite(named, base)
    _check_tags(config, suite)
    _check_names(config, suite)
    chosen = [scenario for scenario in _scenarios(named) if scenario.should_run(config)]
    if not chosen:
        raise HarnessError(_nothing_in_common(config, suite))
    if not any(any(scenario.all_steps) for scenario in chosen):
        raise HarnessError(
            f"no scenario that is chosen of {_paths(config)} has a step: nothing would be tried."
        )
    return named


def said(config: Configuration, base: Path) -> str:
    """Return what the options select; an empty text if it is everything below `base`."""
    whole = not config.paths or any(
        base.resolve().is_relative_to(Path(path).resolve()) for path in config.paths
    )
    limits = [
        f"{what}{text}"
        for what, text in (
            ("tags: ", tag_expressions.as_text(config.tags) if config.tags else ""),
            ("names: ", " or ".join(config.name or ())),
            ("only files like ", _pattern(config.include_re)),
            ("without files like ", _pattern(config.exclude_re)),
        )
        if text
    ]
    return (
        "; ".join([base.name if whole else _paths(config), *limits]) if limits or not whole else ""
    )


def _pattern(given: re.Pattern[str] | None) -> str:
    return given.pattern if given is not None else ""


def _scenarios(features: Iterable[Feature]) -> Iterator[Scenario]:
    return chain.from_iterable(feature.walk_scenarios() for feature in features)


def _has_tag(tag: Expression, scenario: Scenario) -> bool:
    return bool(tag.evaluate(scenario.effective_tags))


def _is_called(name: re.Pattern[str], scenario: Scenario) -> bool:
    return name.search(scenario.name) is not None


def _check_tags(config: Configuration, suite: Suite) -> None:
    """Raise `HarnessError` for a tag that no scenario has.

    A tag that is only excluded (`not @wip`) may be unknown.
    """
    for tag in tag_expressions.wanted(config.tag_expression):
        if suite.first(partial(_has_tag, tag)) is None:
            known = chain.from_iterable(one.effective_tags for one in _scenarios(suite.whole))
            tags = (f"@{name}" for name in known)
            raise HarnessError(
                f"no scenario has the tag @{tag.name}{nearest(f'@{tag.name}', tags)}."
            )


def _check_names(config: Configuration, suite: Suite) -> None:
    for name in config.name or ():
        if suite.first(partial(_is_called, re.compile(name))) is None:
            titles = [scenario.name for scenario in _scenarios(suite.whole)]
            raise HarnessError(
                f'no scenario has "{name}" in its name{nearest_title(name, titles)}.'
            )


def _nothing_in_common(config: Configuration, suite: Suite) -> str:
    """Return the error for an empty selection; it names a match outside of the selected paths."""
    wanted = [
        *([f"the tags {tag_expressions.as_text(config.tags)}"] if config.tags else ()),
        *([f'"{" or ".join(config.name)}" in its name'] if config.name else ()),
    ]
    elsewhere = suite.first(lambda scenario: scenario.should_run(config))
    hint = f"only others have, such as {elsewhere.location}" if elsewhere else "nor has any other"
    return f"no scenario of {_paths(config)} has {' and '.join(wanted)}: {hint}."


def _paths(config: Configuration) -> str:
    first, further = config.paths[:3], len(config.paths) - 3
    return ", ".join(first) + (f" and {further} more" if further > 0 else "")
