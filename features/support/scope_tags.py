"""`@fixture.cleanup.…`: scopes as behave's own fixtures, on whatever database is in force."""

from collections.abc import Iterator

from behave import fixture
from behave.fixture import use_fixture
from behave.runner import Context

from features.support.hooks import server_watched
from features.support.scopes import RUN, Element, widths


def begin(context: Context, element: Element) -> None:
    """Begin the scopes that a feature's, a rule's or a scenario's tags ask for.

    Not in `before_tag`: another tag of the same element may bring the database that they are on.
    """
    if "ended_by" not in context:
        for width in widths(element):
            use_fixture(scope_of_the_run if width == RUN else scope, context)


@fixture  # type: ignore[untyped-decorator]
def scope(context: Context) -> Iterator[None]:
    """Let what is stored be shared as long as the element lasts that is tagged so."""
    with server_watched(context), context.harness.scope():
        yield


@fixture  # type: ignore[untyped-decorator]
def scope_of_the_run(context: Context) -> Iterator[None]:
    """Let what is stored be shared to the end of the run."""
    with context.harness.scope_of_the_run():
        yield
