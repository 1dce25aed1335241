"""Projects and agents: beginning, prioritising, deleting."""

from typing import Any

from behave import given, then, when
from behave.runner import Context

from features.support.arrange import given_work
from features.support.arrange.known_work import WorkState
from features.support.arrange.work_factories import session_of
from features.support.tasks import workspace
from features.support.world import World
from pgharness.data import data_tables


@given('{person:Person} has a project "{slug:Quoted}"')
def has_project(context: Context, person: str, slug: str) -> None:
    """A project in the person's own folder."""
    given_work.project(context.world, person, slug)


@given("everything of {person:Person}'s is there")
def everything_is_there(context: Context, person: str) -> None:
    """One of each kind, each belonging to the one before it, and events about all of them."""
    given_work.everything(context.world, person)


@when('{person:Person} begins a project "{slug:Quoted}" in "{path:Quoted}"')
def begins_project(context: Context, person: str, slug: str, path: str) -> None:
    """Begin a project."""
    _begin(context.world, person, path=path, slug=slug)


@when("{person:Person} begins a project whose {field:Field} is {value:Value}")
def begins_project_with(context: Context, person: str, field: str, value: Any) -> None:
    """Begin a project with one value that may be refused, the other being good."""
    _begin(context.world, person, **{"path": "/srv/q3", "slug": "q3", field: value})


@then("these projects are stored")
def projects_stored(context: Context) -> None:
    """Exactly these, oldest first."""
    world: World = context.world
    data_tables.expect(
        context.table,
        (workspace.described_project(world, row) for row in world.stored("projects")),
    )


@when('{person:Person} lets "{name:Quoted}" work in "{slug:Quoted}"')
def lets_work(context: Context, person: str, name: str, slug: str) -> None:
    """Add an agent with a session of its own to a project, whosever it is."""
    _add(context.world, person, slug, name, name)


@when(
    '{person:Person} lets "{name:Quoted}" work in "{slug:Quoted}"'
    ' with the session of "{other:Quoted}"'
)
def lets_work_with(context: Context, person: str, name: str, slug: str, other: str) -> None:
    """Add an agent with the session that another one has."""
    _add(context.world, person, slug, name, other)


@when('{person:Person} lets an agent work in "{slug:Quoted}" whose name is {name:Value}')
def lets_work_named(context: Context, person: str, slug: str, name: Any) -> None:
    """Add an agent with a name that may be refused."""
    _add(context.world, person, slug, name, "Scribe")


@given(
    '{person:Person} has prioritised "{name:Quoted}" with {score:Number} because of {reason:Value}'
)
@when('{person:Person} prioritises "{name:Quoted}" with {score:Number} because of {reason:Value}')
def prioritises(context: Context, person: str, name: str, score: int, reason: str) -> None:
    """Say how much an agent matters."""
    world: World = context.world
    with world.attempt(), world.tenant(person) as tx:
        tx.workspace.prioritise(world.state(WorkState).agents[name].id, score, reason)


@when('{person:Person} takes the priority of "{name:Quoted}" away')
def takes_priority_away(context: Context, person: str, name: str) -> None:
    """Say nothing any more about how much an agent matters."""
    world: World = context.world
    with world.attempt(), world.tenant(person) as tx:
        tx.workspace.clear_priority(world.state(WorkState).agents[name].id)


@then("these agents are stored")
def agents_stored(context: Context) -> None:
    """Exactly these, oldest first."""
    world: World = context.world
    data_tables.expect(
        context.table, (workspace.described_agent(world, row) for row in world.stored("agents"))
    )


@given('{person:Person} has deleted the project "{slug:Quoted}"')
@when('{person:Person} deletes the project "{slug:Quoted}"')
def deletes_project(context: Context, person: str, slug: str) -> None:
    """Delete a project, whosever it is."""
    world: World = context.world
    world.acting = person
    with world.attempt(), world.tenant(person) as tx:
        tx.workspace.delete_project(world.state(WorkState).projects[slug].id)


@when('{person:Person} deletes the agent "{name:Quoted}"')
def deletes_agent(context: Context, person: str, name: str) -> None:
    """Delete an agent, whosever it is."""
    world: World = context.world
    world.acting = person
    with world.attempt(), world.tenant(person) as tx:
        tx.workspace.delete_agent(world.state(WorkState).agents[name].id)


@then("this is left of {person:Person}'s")
def is_left(context: Context, person: str) -> None:
    """So many of each are stored."""
    world: World = context.world
    owner_id = world.people[person].id
    found = {name: len(world.stored(name, owner_id=owner_id)) for name in context.table.headings}
    data_tables.expect(context.table, [{name: str(number) for name, number in found.items()}])


def _begin(world: World, person: str, **values: Any) -> None:
    with world.attempt(), world.tenant(person) as tx:
        tx.workspace.create_project(**values)


def _add(world: World, person: str, slug: str, name: Any, session: str) -> None:
    with world.attempt(), world.tenant(person) as tx:
        tx.workspace.add_agent(world.state(WorkState).projects[slug].id, name, session_of(session))
