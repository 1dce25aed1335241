"""Check descriptions for keywords: such a line was probably meant to begin an element.

Below a heading, behave takes an unknown line as description: a second feature, or a scenario with
a misspelt keyword, would be left out of the run.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import Any, Final

from behave.i18n import languages
from behave.model import Feature
from behave.parser import DEFAULT_LANGUAGE, ParserError

from pgharness.adapters.behave.selection.near_misses import nearest
from pgharness.core.errors import HarnessError

HEADINGS: Final = ("feature", "rule", "background", "scenario", "scenario_outline", "examples")
"""behave's names of the keywords that a colon follows."""

ALIKE: Final = 0.8
"""The similarity (of `difflib`) from which a word before a colon is a misspelt keyword."""


def check(feature: Feature) -> None:
    """Raise `HarnessError` for a description with a line that begins with a keyword."""
    for element in _described(feature):
        for line in element.description:
            if _is_heading(line, feature.language):
                at = _line_of(line, feature.filename, element.line)
                raise _refusal(feature.filename, at, line, feature.language)


def explained(error: ParserError, filename: str, language: str | None) -> HarnessError | None:
    """Return a clearer error if behave's parser failed at such a line, else None."""
    line = str(error.line_text or "").strip()
    spoken = language or DEFAULT_LANGUAGE
    if _is_heading(line, spoken) and (_is_feature(line, spoken) or not _keyword(line, spoken)):
        return _refusal(filename, error.line, line, spoken)
    return None


def _described(feature: Feature) -> Iterator[Any]:
    """Yield the elements that may have a description."""
    backgrounds = (one.background for one in (feature, *feature.rules) if one.background)
    scenarios = feature.walk_scenarios(with_outlines=True)
    yield from chain([feature], feature.rules, backgrounds, scenarios)


def _line_of(text: str, filename: str, after: int) -> int:
    lines = Path(filename).read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines[after:], after + 1) if line.strip() == text)


def _keywords(language: str) -> list[str]:
    return [keyword for heading in HEADINGS for keyword in languages[language][heading]]


def _keyword(line: str, language: str) -> str | None:
    """Return the keyword at the beginning of a line, by behave's rules."""
    return next((one for one in _keywords(language) if line.startswith(f"{one}:")), None)


def _is_feature(line: str, language: str) -> bool:
    return _keyword(line, language) in languages[language]["feature"]


def _is_heading(line: str, language: str) -> bool:
    word, colon, _ = line.partition(":")
    near = get_close_matches(word.strip(), _keywords(language), n=1, cutoff=ALIKE)
    return bool(colon and near)


def _refusal(filename: str, at: int, line: str, language: str) -> HarnessError:
    if _is_feature(line, language):
        return HarnessError(
            f'{filename}:{at}: only one feature may be in a file, and "{line}" begins another.'
        )
    hint = "" if _keyword(line, language) else nearest(line.partition(":")[0], _keywords(language))
    return HarnessError(
        f'{filename}:{at}: "{line}" begins nothing{hint}, and what follows would be lost.'
    )
