"""Projects, agents, turns and events."""

from datetime import datetime
from typing import Any

from behave import given, then, when
from behave.runner import Context

from domain.work.turns_and_events import About, TurnActor, TurnIntent
from features.support import data
from features.support.arrange import given_work
from features.support.arrange.known_work import WorkState
from features.support.arrange.work_factories import session_uuid_of
from features.support.execution import Execution
from features.support.tasks import workspace
from features.support.tasks.workspace import References
from features.support.world import World

# --- projects -------------------------------------------------------------------------------


@given('{person:Person} has a project "{slug:Quoted}"')
def has_project(context: Context, person: str, slug: str) -> None:
    """A project in the person's own folder."""
    given_work.project(context.world, person, slug)


@given('{person:Person} has a project "{slug:Quoted}" with an agent "{name:Quoted}"')
def has_agent(context: Context, person: str, slug: str, name: str) -> None:
    """A project in the person's own folder, and one agent in it."""
    given_work.project(context.world, person, slug)
    given_work.agent(context.world, person, name, slug)


@given("{person:Person} has a complete workspace")
def has_workspace(context: Context, person: str) -> None:
    """A row of each kind, each belonging to the one before it, and events about all of them."""
    given_work.everything(context.world, person)


@when('{person:Person} creates the project "{slug:Quoted}" in "{path:Quoted}"')
def creates_project(context: Context, person: str, slug: str, path: str) -> None:
    """Create a project with these values."""
    _create(context.world, person, path=path, slug=slug)


@when("{person:Person} creates a project whose {field:Field} is {value:Value}")
def creates_project_with(context: Context, person: str, field: str, value: Any) -> None:
    """Create a project with one value that may be refused; the other is valid."""
    _create(context.world, person, **{"path": "/srv/q3", "slug": "q3", field: value})


# --- agents ---------------------------------------------------------------------------------


@when('{person:Person} adds the agent {name:Value} to "{slug:Quoted}"')
def adds_agent(context: Context, person: str, name: Any, slug: str) -> None:
    """Add an agent with a session of its own to a project of any owner."""
    _add(context.world, person, slug, name, str(name))


@when(
    '{person:Person} adds the agent {name:Value} to "{slug:Quoted}"'
    ' with the session of "{other:Quoted}"'
)
def adds_agent_with(context: Context, person: str, name: Any, slug: str, other: str) -> None:
    """Add an agent with another agent's session."""
    _add(context.world, person, slug, name, other)


@given('{person:Person} prioritises "{name:Quoted}" with {score:Number} because of {reason:Value}')
@when('{person:Person} prioritises "{name:Quoted}" with {score:Number} because of {reason:Value}')
def prioritises(context: Context, person: str, name: str, score: int, reason: str) -> None:
    """Set the priority of an agent of any owner."""
    world: World = context.world
    with world.attempt(), world.tenant(person) as tx:
        tx.workspace.prioritise(world.state(WorkState).agents[name].id, score, reason)


@when('{person:Person} removes the priority of "{name:Quoted}"')
def removes_priority(context: Context, person: str, name: str) -> None:
    """Clear the score, the reason and the time."""
    world: World = context.world
    with world.attempt(), world.tenant(person) as tx:
        tx.workspace.clear_priority(world.state(WorkState).agents[name].id)


# --- the chain ------------------------------------------------------------------------------


@when("{person:Person} creates a project, and in turn an agent, a task, a turn and an event for it")
def creates_chain(context: Context, person: str) -> None:
    """Create all of them in one unit of work."""
    world: World = context.world
    with world.attempt(), world.tenant(person) as tx:
        world.state(WorkState).read = workspace.make_chain(tx)


@then("each of them was read as it is stored")
def chain_read(context: Context) -> None:
    """The operations returned the stored value of every column."""
    world: World = context.world
    assert world.outcome.claim() is None, "an operation was refused"
    for made, table in zip(world.state(WorkState).read, workspace.CHAIN, strict=True):
        stored = world.stored_one(table, id=made.id)
        assert not data.differing(made, stored), f"{table} differ"


@then("from the event {person:Person} finds the turn, the task, the agent and the project")
def follows_up(context: Context, person: str) -> None:
    """Each row refers to the next."""
    world: World = context.world
    state = world.state(WorkState)
    with world.tenant(person) as tx:
        found = workspace.follow_up(tx, state.read[-1].id)
    assert found == [made.id for made in state.read], f"found was {found}"


@then("from the project {person:Person} finds only the agent, the task, the turn and the event")
def follows_down(context: Context, person: str) -> None:
    """Each list has exactly the next row."""
    world: World = context.world
    state = world.state(WorkState)
    with world.tenant(person) as tx:
        found = workspace.follow_down(tx, state.read[0].id)
    assert found == [[made.id] for made in state.read[1:]], f"found was {found}"


# --- turns ----------------------------------------------------------------------------------


@given('{person:Person} says {text:Value} about "{title:Quoted}"{how:Execution}')
@when('{person:Person} says {text:Value} about "{title:Quoted}"{how:Execution}')
def says(context: Context, person: str, text: Any, title: str, how: Execution) -> None:
    """Add a command of the user's to a task of any owner."""
    world: World = context.world
    task_id = world.state(WorkState).tasks[title].id
    world.perform(
        person,
        world.as_tenant(person),
        lambda tx: tx.workspace.say(task_id, TurnActor.USER, TurnIntent.COMMAND, text),
        how,
    )


@when('{person:Person} says {text:Value} about "{title:Quoted}" at {time:Instant}')
def says_at(context: Context, person: str, text: Any, title: str, time: datetime) -> None:
    """Add a command that the user gave at this time."""
    world: World = context.world
    task_id = world.state(WorkState).tasks[title].id
    with world.attempt(), world.tenant(person) as tx:
        tx.workspace.say(task_id, TurnActor.USER, TurnIntent.COMMAND, text, time)


@when(
    '{person:Person} says {text:Value} about "{title:Quoted}"'
    " as the {actor:TurnActor} with the intent {intent:TurnIntent}"
)
def says_as(context: Context, person: str, text: Any, title: str, **words: Any) -> None:
    """Add a turn of this actor with this intent."""
    world: World = context.world
    task_id = world.state(WorkState).tasks[title].id
    with world.attempt(), world.tenant(person) as tx:
        tx.workspace.say(task_id, words["actor"], words["intent"], text)


# --- events ---------------------------------------------------------------------------------


@then('{person:Person}\'s turn about "{title:Quoted}" was said at {time:Instant}')
def was_said_at(context: Context, person: str, title: str, time: datetime) -> None:
    """The only turn about the task has this instant, whatever zone it is given in."""
    world: World = context.world
    task = world.state(WorkState).tasks[title]
    turn = world.stored_one("turns", owner_id=world.people[person].id, task_id=task.id)
    assert turn["created_at"] == time, f"it was said at {turn['created_at']}"


@when("{person:Person} records the event {type_:Value}")
def records(context: Context, person: str, type_: Any) -> None:
    """Record an event without references; its type may be refused."""
    _record(context.world, person, type_, {}, About())


@when('{person:Person} records the event "{type_:Quoted}" about {rows:References}')
def records_about(context: Context, person: str, type_: str, rows: References) -> None:
    """Record an event about rows of any owner's complete workspace."""
    _record(context.world, person, type_, {}, rows.of(context.world, person))


@when('{person:Person} records the event "{type_:Quoted}" with {payload:Data}')
def records_with(context: Context, person: str, type_: str, payload: Any) -> None:
    """Record an event without references with this payload."""
    _record(context.world, person, type_, payload, About())


@then('{person:Person}\'s event "{type_:Quoted}" is about {rows:References}')
def event_is_about(context: Context, person: str, type_: str, rows: References) -> None:
    """The event has these references and no others, its owner, and the current time."""
    world: World = context.world
    assert world.outcome.claim() is None, "the event was refused"
    row = world.stored_one("events", type=type_)
    expected = {
        **vars(rows.of(world, person)),
        "owner_id": world.people[person].id,
        "created_at": world.clock.now(),
    }
    found = {name: row[name] for name in expected}
    assert found == expected, f"found was {found}"


def _create(world: World, person: str, **values: Any) -> None:
    with world.attempt(), world.tenant(person) as tx:
        tx.workspace.create_project(**values)


def _add(world: World, person: str, slug: str, name: Any, session: str) -> None:
    with world.attempt(), world.tenant(person) as tx:
        tx.workspace.add_agent(
            world.state(WorkState).projects[slug].id, name, session_uuid_of(session)
        )


def _record(world: World, person: str, type_: Any, payload: Any, about: About) -> None:
    with world.attempt(), world.tenant(person) as tx:
        tx.workspace.record(type_, payload, about)
