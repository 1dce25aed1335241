"""What the service answers a tenant who comes with somebody else's ids."""

from behave import then, when
from behave.runner import Context

from features.support import data
from features.support.operations import registry
from features.support.tenancy.state import TenancyState
from features.support.world import World
from pgharness.data import data_tables


@when("{intruder:Person} asks the service for everything, with ids of {victim:Person}'s")
def asks_for_everything(context: Context, intruder: str, victim: str) -> None:
    """Every operation that the service has, with an id of the other's in every place for one.

    The same is then asked with an id that nobody's thing has, and with one of the asker's own.
    """
    world: World = context.world
    world.before = data.fingerprint(world.reader)
    world.state(TenancyState).answers = registry.answers(world, intruder, victim)


@then("it answers each as it answers to an id of nobody's")
def answers_like_nobodys(context: Context) -> None:
    """Exactly these places for an id there are, and in each of them both ids get this answer."""
    data_tables.expect(context.table, context.world.state(TenancyState).answers)


@when("the service is looked at for what takes no id")
def look_for_no_id(context: Context) -> None:
    """All its other operations."""
    names = registry.without_places()
    context.world.state(TenancyState).answers = [{"operation": name} for name in names]


@then("it has exactly these operations besides")
def operations_besides(context: Context) -> None:
    """No more, no less; what they take is for the reader."""
    takes = {row["operation"]: row["takes"] for row in context.table}
    found = [
        {**row, "takes": takes.get(row["operation"], "(nobody says)")}
        for row in context.world.state(TenancyState).answers
    ]
    data_tables.expect(context.table, found)
