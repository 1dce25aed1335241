"""Tables of rows: reading, writing and comparing them."""

from datetime import UTC, datetime
from enum import Enum
from typing import Any

from behave import given, then, when
from behave.model import Table
from behave.runner import Context

from domain.tasks import Task
from features.support import crafting, factories
from features.support.defaults import NOON
from features.support.holdings import WorkState
from features.support.workshop import Workshop
from features.support.world import World
from pgharness.data import data_tables

DAY = NOON.date()
"""The day of an hour in a table."""


@given("these tasks of {person:Person}'s")
def these_tasks(context: Context, person: str) -> None:
    """Each as its row says, and valid in what the row does not say."""
    world: World = context.world
    for row in data_tables.rows(context.table, Task, DAY):
        task = factories.stored(world, factories.TaskFactory, owner=world.people[person], **row)
        world.state(WorkState).tasks[task.title] = task


@when('a table of "{name:Name}" gives "{heading:Quoted}" as {cell:Rest}')
def table_gives(context: Context, name: str, heading: str, cell: str) -> None:
    """Read a table of one row and one column, or keep what is wrong with it."""
    state: Workshop = context.world.state(Workshop)
    (model,) = [model for model in factories.models() if model.__tablename__ == name]
    with state.listening():
        state.rows = data_tables.rows(Table([heading], rows=[[cell]]), model, DAY)


@when("one of everything is made in every status, written as a table and read again")
def written_and_read(context: Context) -> None:
    """Each thing makes a table of one row."""
    world: World = context.world
    state = world.state(Workshop)
    with crafting.making(world) as session:
        state.made = crafting.every_status(session, world.clock.now())
    for _, one in state.made:
        written = data_tables.table([crafting.columns(one)], type(one))
        state.rows += data_tables.rows(written, type(one), DAY)


@when("the stored tasks are expected to be")
def tasks_expected(context: Context) -> None:
    """Compare, and keep what is said."""
    world: World = context.world
    with world.state(Workshop).listening():
        data_tables.expect_rows(context.table, Task, world.stored("tasks"), DAY)


@then("that is read as {value:Rest}")
def read_as(context: Context, value: str) -> None:
    """The one value there is, and of which kind it is."""
    workshop = context.world.state(Workshop)
    assert workshop.said is None, f"it was refused: {workshop.said}"
    (row,) = workshop.rows
    found = _described(*row.values()) if row else "left out"
    assert found == value, f"it is {found}"


@then("it is refused because {complaint:Rest}")
def refused_because(context: Context, complaint: str) -> None:
    """What was said about the table, to the letter."""
    said = context.world.state(Workshop).said
    assert said is not None, "it was not refused"
    assert said == complaint, f"it was refused, but because {said}"


@then("nothing of it is another than it was")
def read_again(context: Context) -> None:
    """Column by column; what is left out of a table is nothing."""
    workshop = context.world.state(Workshop)
    wrong = [
        f"{one!r}: {name} was {value!r}, is {row.get(name)!r}"
        for (_, one), row in zip(workshop.made, workshop.rows, strict=True)
        for name, value in crafting.columns(one).items()
        if row.get(name) != value
    ]
    assert workshop.made, "nothing was made"
    assert not wrong, "\n".join(wrong)


@then("nothing differs")
def nothing_differs(context: Context) -> None:
    """The comparison has nothing to say."""
    said = context.world.state(Workshop).said
    assert said is None, f"it is said: {said}"


@then("it is shown what differs")
def shown_what_differs(context: Context) -> None:
    """The lines below the first one, as they stand."""
    said = context.world.state(Workshop).said
    assert said is not None, "nothing differs"
    shown = [line.strip() for line in said.splitlines()[1:]]
    expected = [line.strip() for line in context.text.splitlines()]
    assert shown == expected, f"shown is\n{said}"


def _described(value: Any) -> str:
    if isinstance(value, datetime):
        return f"the time {value.astimezone(UTC).isoformat()}"
    if isinstance(value, Enum):
        return f"the {type(value).__name__} {value.value}"
    return f"the {type(value).__name__} {value!r}" if value is not None else "None"
