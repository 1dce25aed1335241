"""`@fixture.cleanup.…`: scopes as behave's own fixtures, on whatever database is in force."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import Final, TypeAlias

from behave import fixture
from behave.fixture import use_fixture
from behave.model import Feature, Rule, Scenario
from behave.runner import Context

from pgharness.adapters.behave.hooks import server_watched
from pgharness.adapters.behave.reports import report
from pgharness.core.errors import HarnessError
from pgharness.isolation.scopes import ISOLATING
from pgharness.isolation.snapshots import NotPutBack

Element: TypeAlias = Feature | Rule | Scenario

PREFIX: Final = "fixture.cleanup."
RUN: Final = "run"
WIDTHS: Final = ("scenario", "rule", "feature", RUN)
"""What a tag may say; each but the last stands on what it names."""
EMPTY: Final = "fixture.empty_database"
ROLLBACK: Final = "fixture.rollback"
EXCLUSIVE: Final = ISOLATING | {ROLLBACK}
"""Tags of which an element can have one: each says in what database a scenario is."""
FAMILY: Final = "fixture"
NAMES: Final = tuple(
    tag.removeprefix(f"{FAMILY}.") for tag in (*EXCLUSIVE, *(PREFIX + width for width in WIDTHS))
)
NEAR: Final = 0.86
"""How similar a name must be to one of ours to be it, misspelt: `observer` is not."""


@cache
def meant(tag: str) -> str | None:
    """Return which tag of ours was probably meant by one that is none; other tags are others'."""
    family, _, name = tag.casefold().partition(".")
    found = get_close_matches(name, NAMES, n=1, cutoff=NEAR)
    if not (found and get_close_matches(family, [FAMILY], cutoff=NEAR)):
        return None
    near = f"{FAMILY}.{found[0]}"
    return near if tag != near else None


def check(element: Element) -> None:
    """Raise `HarnessError` for a tag that is misspelt, or that contradicts another."""
    for tag in element.tags:
        if (near := meant(tag)) is not None:
            raise HarnessError(f"there is no tag @{tag}: did you mean @{near}?")
    asked = sorted(EXCLUSIVE.intersection(element.tags))
    if len(asked) > 1:
        raise HarnessError(f"@{asked[0]} and @{asked[1]} contradict each other: leave one out.")


def mistake(tag: str, element: Element) -> str | None:
    """Return in one sentence why the tag of a scope means nothing on an element, or None."""
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
    """Return the tag by which an element has its database, or None for the run's."""
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
    """Yield how wide the scopes are that the tags of a feature, rule or scenario ask for.

    The run's comes first, for it brings the database that the others are on. Raises `ValueError`
    for a tag that means nothing where it stands; one that is misspelt is an error of each scenario.
    """
    asked = [tag for tag in element.tags if tag.startswith(PREFIX) and meant(tag) is None]
    for tag in sorted(asked, key=lambda tag: tag != PREFIX + RUN):
        if (wrong := mistake(tag, element)) is not None:
            raise ValueError(wrong)
        yield tag.removeprefix(PREFIX)


def begin(context: Context, element: Element) -> None:
    """Begin the scopes that a feature's, a rule's or a scenario's tags ask for.

    Not in `before_tag`: another tag of the same element may bring the database that they are on.
    """
    for width in widths(element):
        use_fixture(scope_of_the_run if width == RUN else scope, context)


@fixture  # type: ignore[untyped-decorator]
def scope(context: Context) -> Iterator[None]:
    """Let what is stored be shared as long as the element lasts that is tagged so."""
    try:
        with server_watched(context), context.harness.scope():
            yield
    except NotPutBack as error:
        if isinstance(error.after, Scenario):
            report(error.after, error, str(error))
        raise


@fixture  # type: ignore[untyped-decorator]
def scope_of_the_run(context: Context) -> Iterator[None]:
    """Let what is stored be shared to the end of the run."""
    with context.harness.scope_of_the_run():
        yield
