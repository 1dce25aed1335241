"""Two people at one thing, in lock step: each in the middle of a unit of work of their own."""

from behave import then
from behave.runner import Context

from features.support.world import World


@then("there are {number:Number} tasks of {person:Person}'s, and none of {other:Person}'s")
def tasks_left(context: Context, number: int, person: str, other: str) -> None:
    """Whose tasks are stored."""
    world: World = context.world
    found = {
        name: len(world.stored("tasks", owner_id=world.people[name].id)) for name in (person, other)
    }
    assert found == {person: number, other: 0}, f"there are {found}"
