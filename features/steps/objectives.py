"""Objectives: taking them up, changing them, giving them up."""

from typing import Any, Final

from behave import given, then, when
from behave.runner import Context

from features.support.arrange.known_work import WorkState
from features.support.tasks.tasks import name_of
from features.support.tasks.workspace import time_of
from features.support.world import World
from pgharness.data import data_tables
from pgharness.data.fingerprints import Row

ENTRY: Final = ("id", "owner_id", "text", "constraints", "valid_from", "valid_until")


@given('{person:Person} pursues "{text:Quoted}"')
@when('{person:Person} pursues "{text:Quoted}"')
def pursues(context: Context, person: str, text: str) -> None:
    """Take up an objective without constraints."""
    _pursue(context.world, person, text, [])


@given('{person:Person} pursues "{text:Quoted}" within "{constraint:Quoted}"')
def pursues_within(context: Context, person: str, text: str, constraint: str) -> None:
    """Take up an objective with one constraint."""
    _pursue(context.world, person, text, [constraint])


@when('{person:Person} pursues "{text:Quoted}" within "{first:Quoted}" and "{second:Quoted}"')
def pursues_within_both(context: Context, person: str, text: str, first: str, second: str) -> None:
    """Take up an objective with two constraints."""
    _pursue(context.world, person, text, [first, second])


@when("{person:Person} pursues {text:Value} within the constraint {constraint:Value}")
def pursues_value(context: Context, person: str, text: Any, constraint: Any) -> None:
    """Take up an objective that may be refused."""
    _pursue(context.world, person, text, [constraint])


@when('{person:Person} pursues "{text:Quoted}" within {number:Number} constraints')
def pursues_within_many(context: Context, person: str, text: str, number: int) -> None:
    """Take up an objective with so many constraints."""
    _pursue(context.world, person, text, ["no overtime"] * number)


@when('{person:Person} reads the objective "{text:Quoted}"')
def reads_objective(context: Context, person: str, text: str) -> None:
    """Read an objective by its id, whosever it is."""
    world: World = context.world
    state = world.state(WorkState)
    with world.attempt(), world.tenant(person) as tx:
        state.read = tx.objectives.get(state.objectives[text].id)


@then('it is the objective "{text:Quoted}" in every field')
def is_objective(context: Context, text: str) -> None:
    """What was read is this objective."""
    world: World = context.world
    state = world.state(WorkState)
    assert world.outcome.claim() is None, "the reading was refused"
    stored = world.stored_one("objectives", id=state.objectives[text].id)
    assert {column: getattr(state.read, column) for column in stored} == stored


@when('{person:Person} changes "{text:Quoted}" to "{new:Quoted}"')
def changes(context: Context, person: str, text: str, new: str) -> None:
    """Change the objective as the person last saw it."""
    _change(context.world, person, text, new, [])


@when('{person:Person} changes "{text:Quoted}" to "{new:Quoted}" within "{constraint:Quoted}"')
def changes_within(context: Context, person: str, text: str, new: str, constraint: str) -> None:
    """Change the objective and its constraints."""
    _change(context.world, person, text, new, [constraint])


@when('{person:Person} changes "{text:Quoted}" to "{new:Quoted}" in a unit of work that then fails')
def changes_and_fails(context: Context, person: str, text: str, new: str) -> None:
    """Change the objective, then let something else in the same unit of work go wrong."""
    world: World = context.world
    mishap = RuntimeError("the mail server is away")
    seen: list[RuntimeError] = []
    try:
        with world.attempt(), world.tenant(person) as tx:
            tx.objectives.change(world.state(WorkState).objectives[text], new)
            raise mishap
    except RuntimeError as error:
        seen.append(error)
    assert seen == [mishap], f"the caller did not see the error that happened, but {seen}"


@given('somebody else changes "{text:Quoted}" to "{new:Quoted}"')
def somebody_else_changes(context: Context, text: str, new: str) -> None:
    """A change that the owner does not know of."""
    world: World = context.world
    objective = world.state(WorkState).objectives[text]
    with world.domain.tenant(objective.owner_id) as tx:
        tx.objectives.change(tx.objectives.get(objective.id), new)


@given('{person:Person} has begun to change "{text:Quoted}" to "{new:Quoted}"')
def has_begun_to_change(context: Context, person: str, text: str, new: str) -> None:
    """Change the objective in a unit of work that is still open."""
    _start_changing(context.world, person, text, new)
    context.world.actors[person].outcome()


@when(
    '{person:Person} changes {owner:Person}\'s "{text:Quoted}" to "{new:Quoted}" at the same time'
)
def changes_meanwhile(context: Context, person: str, owner: str, text: str, new: str) -> None:
    """Change the objective on the owner's behalf, while another unit of work is open."""
    _start_changing(context.world, person, text, new)


@given('{person:Person} gives up "{text:Quoted}"')
@when('{person:Person} gives up "{text:Quoted}"')
def gives_up(context: Context, person: str, text: str) -> None:
    """Delete the objective as the person last saw it."""
    world: World = context.world
    world.acting = person
    with world.attempt(), world.tenant(person) as tx:
        tx.objectives.delete(world.state(WorkState).objectives[text])


@then("these objectives are stored")
def objectives_stored(context: Context) -> None:
    """Exactly these, oldest first."""
    world: World = context.world
    data_tables.expect(
        context.table, (_described(world, row) for row in world.stored("objectives"))
    )


@then('the history of "{text:Quoted}" is')
def history_is(context: Context, text: str) -> None:
    """The owner reads exactly these entries, oldest first, all of them the owner's own."""
    world: World = context.world
    objective = world.state(WorkState).objectives[text]
    with world.domain.tenant(objective.owner_id) as tx:
        entries = tx.objectives.history(objective.id).items
    rows = [{name: getattr(entry, name) for name in ENTRY} for entry in entries]
    assert rows == [
        {name: row[name] for name in ENTRY}
        for row in world.stored("objective_history", objective_id=objective.id)
    ], "what was read is not what is stored"
    data_tables.expect(context.table, map(_described_entry, rows))


@then('"{text:Quoted}" has no history')
def has_no_history(context: Context, text: str) -> None:
    """No entry of it is stored."""
    world: World = context.world
    left = world.stored(
        "objective_history", objective_id=world.state(WorkState).objectives[text].id
    )
    assert not left, f"left are {left}"


def _described(world: World, row: Row) -> dict[str, str]:
    return {
        "owner": name_of(world, row["owner_id"]),
        "text": row["text"],
        "constraints": ", ".join(row["constraints"]),
        "since": time_of(row["since"]),
        "version": str(row["version"]),
    }


def _described_entry(row: Row) -> dict[str, str]:
    return {
        "text": row["text"],
        "constraints": ", ".join(row["constraints"]),
        "from": time_of(row["valid_from"]),
        "until": time_of(row["valid_until"]),
    }


def _pursue(world: World, person: str, text: Any, constraints: list[Any]) -> None:
    with world.attempt(), world.tenant(person) as tx:
        world.state(WorkState).objectives[text] = tx.objectives.pursue(text, constraints)


def _change(world: World, person: str, text: str, new: str, constraints: list[str]) -> None:
    state = world.state(WorkState)
    with world.attempt(), world.tenant(person) as tx:
        state.objectives[text] = tx.objectives.change(state.objectives[text], new, constraints)


def _start_changing(world: World, person: str, text: str, new: str) -> None:
    seen = world.state(WorkState).objectives[text]
    actor = world.begin_work(person, lambda domain: domain.tenant(seen.owner_id))
    actor.do(lambda tx: tx.objectives.change(seen, new))
