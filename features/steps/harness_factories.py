"""Factories: making what a criterion starts from."""

from behave import then, when
from behave.runner import Context

from features.support.arrange import every_kind
from features.support.arrange.every_kind import Workshop
from features.support.world import World
from pgharness.data import data_tables


@when("{number:Number} of everything that the service stores are made")
def several_made(context: Context, number: int) -> None:
    """Make them in one session, and say nothing about any of them."""
    world: World = context.world
    with every_kind.making(world) as session:
        world.state(Workshop).made = every_kind.one_of_each(session, number)


@when("one of everything is made in every status that it may have")
def every_status_made(context: Context) -> None:
    """Make them in one session."""
    world: World = context.world
    with every_kind.making(world) as session:
        world.state(Workshop).made = every_kind.every_status(session, world.clock.now())


@then("a session that knows nothing of it finds all of it as it was made")
def found_as_made(context: Context) -> None:
    """Every value of every column, by way of the service's own models."""
    world: World = context.world
    state = world.state(Workshop)
    assert state.refusal is None, f"it could not be made: {state.refusal}"
    assert state.made, "nothing was made"
    lost = every_kind.lost(world, state.made)
    assert not lost, "\n".join(lost[:5])


@then("these are the statuses")
def statuses_are(context: Context) -> None:
    """Of each table, every status that was made."""
    found: dict[str, list[str]] = {}
    for status, one in context.world.state(Workshop).made:
        found.setdefault(one.__tablename__, []).append(status)
    rows = ({"table": table, "statuses": ", ".join(each)} for table, each in found.items())
    data_tables.expect(context.table, rows)
