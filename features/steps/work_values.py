"""What tenants own: values that are read as they were given, and lists of what is asked for."""

from typing import Any

from behave import given, then, when
from behave.runner import Context

from features.support.arrange.known_work import WorkState
from features.support.tasks import listing, read_back, selected
from features.support.tasks.listing import Selection
from features.support.tasks.workspace import References
from features.support.world import World

# --- values ---------------------------------------------------------------------------------


@then("{person:Person}'s only {things:Things} reads back with the {field:Field} {value:Data}")
def reads_back_with(context: Context, person: str, things: str, field: str, value: Any) -> None:
    """What is stored, and what the owner reads, is the value, in the same types."""
    world: World = context.world
    refusal = world.outcome.claim()
    assert refusal is None, f"it was refused: {refusal}"
    read_back.check(world, person, things, field, value)


@then("{person:Person}'s only objective is within {constraints:Constraints}")
def reads_back_within(context: Context, person: str, constraints: list[Any]) -> None:
    """The objective, and the entry of its history, have exactly these, in this order."""
    world: World = context.world
    refusal = world.outcome.claim()
    assert refusal is None, f"it was refused: {refusal}"
    read_back.check(world, person, "objectives", "constraints", constraints)
    entry = world.stored_one("objective_history", owner_id=world.people[person].id)
    assert entry["constraints"] == constraints, f"its history has {entry['constraints']}"


# --- lists ----------------------------------------------------------------------------------


@given("{person:Person} has {number:Number} {things:Family} of each of two {parents:Parents}")
def has_family(context: Context, person: str, number: int, things: str, parents: str) -> None:
    """Rows of the one and of the other in turn."""
    selected.store(context.world, person, things, number)


@when(
    "{person:Person} lists the {things:Family} of the {position:Position} {parent:Parents}"
    " in pages of {size:PageSize}"
)
def lists_family(
    context: Context, person: str, things: str, size: dict[str, int], **words: Any
) -> None:
    """Read all pages."""
    selected.read(context.world, person, things, words["position"], **size)


@then("exactly the {things:Family} of the {position:Position} {parent:Parents} were listed")
def family_listed(context: Context, things: str, position: int, parent: str) -> None:
    """All of them, oldest first, and no other."""
    selected.check_only_of(context.world, things, position)


@when(
    '{person:Person} lists {owner:Owner} {selection:Selection}tasks of "{name:Quoted}"'
    " in pages of {size:Number}"
)
def lists_selected(
    context: Context, person: str, selection: Selection, name: str, **words: Any
) -> None:
    """Read all pages of one agent's tasks of a status."""
    agent_id = context.world.state(WorkState).agents[name].id
    filters = {**selection.filters, "agent_id": agent_id}
    listing.read_pages(context.world, person, "tasks", limit=words["size"], **filters)


@then('exactly {person:Person}\'s {selection:Selection}tasks of "{name:Quoted}" were listed')
def selected_listed(context: Context, person: str, selection: Selection, name: str) -> None:
    """All of them, oldest first, and no other."""
    world: World = context.world
    agent_id = world.state(WorkState).agents[name].id
    owner_id = world.people[person].id
    filters = {**selection.filters, "agent_id": agent_id}
    selected.check_exactly(world, world.stored("tasks", owner_id=owner_id, **filters))


@when("{person:Person} lists the events about {rows:References} in pages of {size:Number}")
def lists_events_about(context: Context, person: str, rows: References, size: int) -> None:
    """Read all pages of the events about all of these rows."""
    about = rows.of(context.world, person)
    listing.read_pages(context.world, person, "events", about=about, limit=size)


@then('exactly the events "{types:Quoted}" were listed')
def events_listed(context: Context, types: str) -> None:
    """These and no others, oldest first."""
    world: World = context.world
    names = {row["id"]: row["type"] for row in world.stored("events")}
    found = [names[id_] for page in world.state(WorkState).listing for id_ in page]
    assert found == types.split(", "), f"listed were {found}"
