"""Objectives and their history."""

from typing import Any, Final

from behave import given, then, when
from behave.runner import Context

from features.support.arrange.known_work import WorkState
from features.support.execution import Execution
from features.support.tasks import described
from features.support.world import World
from pgharness.data import data_tables

ENTRY: Final = ("id", "owner_id", "text", "constraints", "valid_from", "valid_until")


@given("{person:Person} pursues {text:Value}")
@when("{person:Person} pursues {text:Value}")
def pursues(context: Context, person: str, text: Any) -> None:
    """Create an objective without constraints."""
    _pursue(context.world, person, text, [])


@given("{person:Person} pursues {text:Value} within {constraints:Constraints}")
@when("{person:Person} pursues {text:Value} within {constraints:Constraints}")
def pursues_within(context: Context, person: str, text: Any, constraints: list[Any]) -> None:
    """Create an objective with these constraints."""
    _pursue(context.world, person, text, constraints)


@given('{person:Person} changes the objective "{text:Quoted}" to {new:Value}{how:Execution}')
@when('{person:Person} changes the objective "{text:Quoted}" to {new:Value}{how:Execution}')
def changes(context: Context, person: str, text: str, new: Any, how: Execution) -> None:
    """Change an objective of any owner as it was last read, and drop its constraints."""
    world: World = context.world
    known = world.state(WorkState).objectives
    seen, opening = known[text], world.as_tenant(person)
    known[text] = (
        world.perform(person, opening, lambda tx: tx.objectives.change(seen, new), how) or seen
    )


@when(
    '{person:Person} changes the objective "{text:Quoted}" to "{new:Quoted}"'
    " within {constraints:Constraints}"
)
def changes_within(
    context: Context, person: str, text: str, new: str, constraints: list[Any]
) -> None:
    """Change the objective and its constraints."""
    world: World = context.world
    known = world.state(WorkState).objectives
    with world.attempt(), world.tenant(person) as tx:
        known[text] = tx.objectives.change(known[text], new, constraints)


@given('another client changes the objective "{text:Quoted}" to "{new:Quoted}"{how:Execution}')
@when('another client changes the objective "{text:Quoted}" to "{new:Quoted}"{how:Execution}')
def another_client_changes(context: Context, text: str, new: str, how: Execution) -> None:
    """A change by the owner that the owner's next change is not based on."""
    world: World = context.world
    seen = world.state(WorkState).objectives[text]
    world.perform(
        "other client",
        lambda domain: domain.tenant(seen.owner_id),
        lambda tx: tx.objectives.change(seen, new),
        how,
    )


@then('the history of "{text:Quoted}" is')
def history_is(context: Context, text: str) -> None:
    """The owner reads exactly these entries, oldest first, and the stored ones are the same."""
    world: World = context.world
    objective = world.state(WorkState).objectives[text]
    with world.domain.tenant(objective.owner_id) as tx:
        entries = tx.objectives.history(objective.id).items
    rows = [{name: getattr(entry, name) for name in ENTRY} for entry in entries]
    assert rows == [
        {name: row[name] for name in ENTRY}
        for row in world.stored("objective_history", objective_id=objective.id)
    ], "what was read is not what is stored"
    data_tables.expect(context.table, map(described.entry, rows))


def _pursue(world: World, person: str, text: Any, constraints: list[Any]) -> None:
    with world.attempt(), world.tenant(person) as tx:
        world.state(WorkState).objectives[text] = tx.objectives.pursue(text, constraints)
