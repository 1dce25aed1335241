"""Scenarios that are one transaction, which is rolled back at their end."""

from behave import given, then, when
from behave.runner import Context

from features.support import data, rolled_back
from features.support.trouble import TransactionState
from features.support.world import World
from pgharness.data import data_tables


@given("a unit of work of {person:Person}'s {ending:UnitEnd}")
@when("a unit of work of {person:Person}'s {ending:UnitEnd}")
def unit_ends(context: Context, person: str, ending: str) -> None:
    """A task is submitted in it, as a tenant and with limits of its own."""
    rolled_back.work(context.world, person, ending)


@then("the next one finds the connection as it was")
def next_finds(context: Context) -> None:
    """Its role, whom it works for, and its limits."""
    found = rolled_back.found_by_the_next(context.world)
    data_tables.expect(context.table, [found])


@then('{person:Person} has "{titles:Quoted}" to do, and no more')
def has_to_do(context: Context, person: str, titles: str) -> None:
    """As it is stored: exactly these tasks, or nothing."""
    world: World = context.world
    found = ", ".join(task["title"] for task in world.stored("tasks"))
    assert found == ("" if titles == "nothing" else titles), f"{person} has {found!r} to do"


@then("nobody outside the scenario sees anything of it")
def hidden_outside(context: Context) -> None:
    """The scenario sees something, and another connection finds every table empty."""
    assert rolled_back.hidden_outside(context.world), "others see what is not committed"


@when("a rolled-back scenario {ending:ScenarioEnd}, and another one follows")
def scenario_ends(context: Context, ending: str) -> None:
    """Each stores an account and a task; the first one ends like this, the other one well."""
    world: World = context.world
    world.before = data.fingerprint(world.reader)
    rolled_back.run(world, ending)


@then("the other one saw nothing of the first")
def saw_nothing(context: Context) -> None:
    """At its beginning there was the one account that there is in any case."""
    world: World = context.world
    state = world.state(TransactionState)
    assert state.accounts == world.stored("users"), f"it saw {state.accounts}"


@when("a scenario wants {wish:Wish}")
def scenario_wants(context: Context, wish: str) -> None:
    """Something that takes a commit or a second connection."""
    rolled_back.wish(context.world, wish)


@then('it is told "{reason}", and to leave the tag out')
def told_to_leave_out(context: Context, reason: str) -> None:
    """In one sentence, by the name of the tag."""
    told = str(context.world.state(TransactionState).told or "nothing")
    assert told.startswith(reason), f"it was told {told}"
    assert "@fixture.rollback" in told, f"it was told {told}"
    assert "leave the tag out" in told, f"it was told {told}"
