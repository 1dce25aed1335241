"""`@fixture.cleanup.…`: scopes as fixtures of behave, on the current database."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import Final, TypeAlias

from behave import fixture
from behave.fixture import use_fixture
from behave.model import Feature, Rule, Scenario
from behave.runner import Context

from pgharness.adapters.behave.hooks import server_watched
from pgharness.core.errors import HarnessError
from pgharness.isolation.scopes import ISOLATING

Element: TypeAlias = Feature | Rule | Scenario

PREFIX: Final = "fixture.cleanup."
RUN: Final = "run"
WIDTHS: Final = ("scenario", "rule", "feature", RUN)
"""The endings of tags; all but `run` name the element that has the tag."""
EMPTY: Final = "fixture.empty_database"
ROLLBACK: Final = "fixture.rollback"
EXCLUSIVE: Final = ISOLATING | {ROLLBACK}
"""Tags that choose the database: an element can have one of them."""
FAMILY: Final = "fixture"
NAMES: Final = tuple(
    tag.removeprefix(f"{FAMILY}.") for tag in (*EXCLUSIVE, *(PREFIX + width for width in WIDTHS))
)
NEAR: Final = 0.86
"""The similarity of a misspelt name to one of ours (by `difflib`): `observer` has less."""


@cache
def meant(tag: str) -> str | None:
    """Return the tag of pgharness that a misspelt one resembles, or None."""
    family, _, name = tag.casefold().partition(".")
    found = get_close_matches(name, NAMES, n=1, cutoff=NEAR)
    if not (found and get_close_matches(family, [FAMILY], cutoff=NEAR)):
        return None
    near = f"{FAMILY}.{found[0]}"
    return near if tag != near else None


def check(element: Element) -> None:
    """Raise `HarnessError` for a misspelt tag, or for two that contradict each other."""
    for tag in element.tags:
        if (near := meant(tag)) is not None:
            raise HarnessError(f"there is no tag @{tag}: did you mean @{near}?")
    asked = sorted(EXCLUSIVE.intersection(element.tags))
    if len(asked) > 1:
        raise HarnessError(f"@{asked[0]} and @{asked[1]} contradict each other: leave one out.")


def mistake(tag: str, element: Element) -> str | None:
    """Return one sentence: why the tag of a scope has no meaning on an element; or None."""
    width = tag.removeprefix(PREFIX)
    if width == RUN:
        return _mistake_of_the_run(tag, element)
    if width != element.type.removesuffix("_outline"):
        return f"@{tag} means nothing on this {element.keyword}."
    if ROLLBACK in element.effective_tags:
        return f"@{tag} means nothing where everything is rolled back: nothing is left to share."
    if _database_around(element) == EMPTY:
        return f"@{tag} means nothing in a database without tables: it puts rows back, not tables."
    return None


def _database_around(element: Element | None) -> str | None:
    """Return the tag that chooses the element's database, or None for the run's."""
    while element is not None:
        found = [tag for tag in element.tags if tag in ISOLATING]
        if found:
            return str(found[-1])
        element = element.parent
    return None


def _mistake_of_the_run(tag: str, element: Element) -> str | None:
    if not ISOLATING.isdisjoint(element.tags):
        return f"@{tag} means nothing beside a database of one's own: it brings one itself."
    if _is_put_back(element):
        return f"@{tag} means nothing in a narrower scope: what is stored is put back there."
    return None


def _is_put_back(element: Element) -> bool:
    """Return whether the run's scope is open around an element, and a narrower one within it."""
    narrower = False
    while (element := element.parent) is not None:
        if element.type == "scenario_outline":  # its examples have its tags
            continue
        widths = {tag.removeprefix(PREFIX) for tag in element.tags if tag.startswith(PREFIX)}
        narrower |= bool(widths - {RUN})
        if RUN in widths:
            return narrower
        if not ISOLATING.isdisjoint(element.tags):  # its scopes are on another database
            narrower = False
    return False


def widths(element: Element) -> Iterator[str]:
    """Yield the widths of the scopes of a feature, rule or scenario.

    The run's comes first: it chooses the database of the others. Raises `ValueError` for a tag
    without a meaning there. `check` reports misspelt tags, for each scenario.
    """
    asked = [tag for tag in element.tags if tag.startswith(PREFIX) and meant(tag) is None]
    for tag in sorted(asked, key=lambda tag: tag != PREFIX + RUN):
        if (wrong := mistake(tag, element)) is not None:
            raise ValueError(wrong)
        yield tag.removeprefix(PREFIX)


def begin(context: Context, element: Element) -> None:
    """Begin the scopes of a feature, a rule or a scenario.

    Not in `before_tag`: another tag of the same element may choose their database.
    """
    for width in widths(element):
        use_fixture(scope_of_the_run if width == RUN else scope, context)


@fixture  # type: ignore[untyped-decorator]
def scope(context: Context) -> Iterator[None]:
    """Share stored rows until the tagged element ends."""
    with server_watched(context), context.harness.scope():
        yield


@fixture  # type: ignore[untyped-decorator]
def scope_of_the_run(context: Context) -> Iterator[None]:
    """Share stored rows until the end of the run, in a separate database."""
    with context.harness.scope_of_the_run():
        yield
