"""What tenants own, of every kind: reading, listing, deleting, and what is stored."""

from typing import Any

from behave import given, then, when
from behave.runner import Context

from features.support import data
from features.support.arrange.known_work import WorkState
from features.support.execution import Execution
from features.support.tasks import described, listing
from features.support.tasks.listing import Selection
from features.support.world import World
from pgharness.data import data_tables


@given(
    "{person:Person} has {number:Number} {things:Things},"
    " {followed:Followed} by one of {other:Person}'s"
)
def has_things(context: Context, person: str, number: int, things: str, **words: str) -> None:
    """Rows of two owners in turn; tasks have titles such as "Ada's 1"."""
    for _ in range(number):
        listing.another(context.world, person, things)
        listing.another(context.world, words["other"], things)


@given(
    "{person:Person} has {number:Number} {things:Things}, each an hour older than the one before"
)
def has_things_backwards(context: Context, person: str, number: int, things: str) -> None:
    """Their times run against their ids, as after a clock was set back."""
    listing.backwards(context.world, person, number, things)


# --- reading --------------------------------------------------------------------------------


@given('{person:Person} reads the {things:Item} "{name:Quoted}"')
@when('{person:Person} reads the {things:Item} "{name:Quoted}"')
def reads(context: Context, person: str, things: str, name: str) -> None:
    """Read a row of any owner by its id; the person's changes are based on it."""
    world: World = context.world
    state = world.state(WorkState)
    known = state.known(things)
    with world.attempt(), world.tenant(person) as tx:
        state.read = known[name] = listing.by_id(tx, things, known[name].id)


@then('the {things:Item} "{name:Quoted}" was read as it is stored')
def read_as_stored(context: Context, things: str, name: str) -> None:
    """Every column of what was read has the stored value."""
    world: World = context.world
    state = world.state(WorkState)
    refusal = world.outcome.claim()
    assert refusal is None, f"the reading was refused: {refusal}"
    stored = world.stored_one(things, id=state.known(things)[name].id)
    others = data.differing(state.read, stored)
    assert not others, f"read otherwise: {', '.join(others)}"


# --- listing --------------------------------------------------------------------------------


@given("{person:Person} has read the first page of {size:Number} {things:Things}")
def has_read_first_page(context: Context, person: str, size: int, things: str) -> None:
    """Read one page and remember where the next one starts."""
    listing.read_page(context.world, person, things, limit=size)


@when(
    "{person:Person} lists {owner:Owner} {selection:Selection}{things:Things}"
    " in pages of {size:PageSize}"
)
def lists(context: Context, person: str, selection: Selection, things: str, **words: Any) -> None:
    """Read pages until there is no more, from where the last page ended."""
    listing.read_pages(context.world, person, things, **words["size"], **selection.filters)


@when('{person:Person} lists the tasks of "{name:Quoted}"')
def lists_tasks_of(context: Context, person: str, name: str) -> None:
    """Read all pages of one agent's tasks."""
    agent_id = context.world.state(WorkState).agents[name].id
    listing.read_pages(context.world, person, "tasks", agent_id=agent_id)


@then("the pages have {sizes:Numbers} rows")
def pages_have(context: Context, sizes: list[int]) -> None:
    """The sizes of all pages in order; an empty list is one empty page."""
    found = [len(page) for page in context.world.state(WorkState).listing]
    assert found == sizes, f"the pages have {found}"


@then(
    "all of {person:Person}'s {selection:Selection}{things:Things} were listed once, oldest first"
)
@then(
    "all of {person:Person}'s {selection:Selection}{things:Things} were listed once,"
    " in the order in which they were stored"
)
def all_listed(context: Context, person: str, selection: Selection, things: str) -> None:
    """All pages together are what is stored; "remaining" allows for rows deleted since."""
    listing.check_listed(context.world, person, things, selection)


@then('only "{title:Quoted}" was listed')
def only_listed(context: Context, title: str) -> None:
    """Exactly this task is on all pages together."""
    _check_only(context.world.state(WorkState), [title])


@then("only {titles:Titles} were listed, in this order")
def only_these_listed(context: Context, titles: list[str]) -> None:
    """Exactly these tasks are on all pages together."""
    _check_only(context.world.state(WorkState), titles)


def _check_only(state: WorkState, titles: list[str]) -> None:
    found = [id_ for page in state.listing for id_ in page]
    assert found == [state.tasks[title].id for title in titles], f"listed were {found}"


# --- deleting -------------------------------------------------------------------------------


@given('{person:Person} deletes the {things:Item} "{name:Quoted}"{how:Execution}')
@when('{person:Person} deletes the {things:Item} "{name:Quoted}"{how:Execution}')
def deletes(context: Context, person: str, things: str, name: str, how: Execution) -> None:
    """Delete a row of any owner as it was last read."""
    world: World = context.world
    seen = world.state(WorkState).known(things)[name]
    opening = world.as_tenant(person)
    world.perform(person, opening, lambda tx: listing.delete(tx, things, seen), how)


# --- what is stored -------------------------------------------------------------------------


@then("these {things:Things} are stored")
def these_stored(context: Context, things: str) -> None:
    """Exactly these rows of all owners, oldest first; an empty cell is no value."""
    world: World = context.world
    found = (described.DESCRIBED[things](world, row) for row in world.stored(things))
    data_tables.expect(context.table, found)


@then("{person:Person} has these {things:Things}")
def has_these(context: Context, person: str, things: str) -> None:
    """Exactly these rows of the person's are stored, oldest first."""
    world: World = context.world
    rows = world.stored(things, owner_id=world.people[person].id)
    data_tables.expect(context.table, (described.DESCRIBED[things](world, row) for row in rows))
