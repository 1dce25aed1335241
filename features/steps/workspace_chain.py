"""From a project to what has happened in it, and back; what is said, and what has happened."""

from datetime import datetime
from itertools import count
from typing import Any, Final

from behave import given, then, when
from behave.runner import Context
from psycopg import sql

from domain.work.turns_and_events import About, TurnActor, TurnIntent
from features.support.arrange import raw_sql
from features.support.arrange.known_work import WorkState
from features.support.tasks import workspace
from features.support.tasks.invalid_json import UNFIT, around
from features.support.world import World
from pgharness.data import data_tables

NOTHING: Final = "nothing"


@when(
    "{person:Person} begins a project, an agent, a task, a turn and an event,"
    " each for the one before"
)
def begins_chain(context: Context, person: str) -> None:
    """Make all of them in one unit of work."""
    world: World = context.world
    with world.attempt(), world.tenant(person) as tx:
        world.state(WorkState).read = workspace.make_chain(tx)


@then("each of them reads as it was written")
def chain_reads(context: Context) -> None:
    """What is stored is what the operations have returned, in every field."""
    world: World = context.world
    assert world.outcome.claim() is None, "something was refused"
    for made, table in zip(world.state(WorkState).read, workspace.TABLES, strict=True):
        stored = world.stored_one(table, id=made.id)
        assert {column: getattr(made, column) for column in stored} == stored, f"{table} differ"


@then("from the event {person:Person} comes to the turn, the task, the agent and the project")
def follows_up(context: Context, person: str) -> None:
    """Each reading leads to the next."""
    world: World = context.world
    state = world.state(WorkState)
    with world.tenant(person) as tx:
        found = workspace.follow_up(tx, state.read[-1].id)
    assert found == [made.id for made in state.read], f"found was {found}"


@then("from the project {person:Person} comes to the agent, the task, the turn and the event")
def follows_down(context: Context, person: str) -> None:
    """Each listing leads to the next, and to nothing else."""
    world: World = context.world
    state = world.state(WorkState)
    with world.tenant(person) as tx:
        found = workspace.follow_down(tx, state.read[0].id)
    assert found == [[made.id] for made in state.read[1:]], f"found was {found}"


@given(
    "{person:Person} has {number:Number} {things:Things}, each followed by one of {other:Person}'s"
)
def has_things(context: Context, person: str, number: int, things: str, other: str) -> None:
    """So many of a kind, in turn with somebody else's."""
    for _ in range(number):
        workspace.another(context.world, person, things)
        workspace.another(context.world, other, things)


@given("{person:Person} has read the first page of {size:Number} {things:Things}")
def has_read_first_page(context: Context, person: str, size: int, things: str) -> None:
    """Read one page and remember where the next one starts."""
    _read_page(context.world, person, things, size)


@when("{person:Person} lists {whose:Whose} {things:Things} in pages of {size:Number}")
@when("{person:Person} lists the rest of {whose:Whose} {things:Things} in pages of {size:Number}")
def lists_things(context: Context, person: str, whose: str, things: str, size: int) -> None:
    """Read pages until there is no more."""
    for _ in count():
        _read_page(context.world, person, things, size)
        if context.world.state(WorkState).listed_after is None:
            break


@then("all of {person:Person}'s {things:Things} were listed once, oldest first")
def all_listed(context: Context, person: str, things: str) -> None:
    """All pages together are all that is stored, in its order."""
    world: World = context.world
    stored = world.stored(things, owner_id=world.people[person].id)
    listed = [each for page in world.state(WorkState).listing for each in page]
    assert listed == [str(row["id"]) for row in stored], f"listed were {listed}"


# --- turns ----------------------------------------------------------------------------------


@when('"{text:Quoted}" is said about "{title:Quoted}" by {actor:TurnActor} as {intent:TurnIntent}')
def is_said_by(
    context: Context, text: str, title: str, actor: TurnActor, intent: TurnIntent
) -> None:
    """Write down what somebody said, now."""
    world: World = context.world
    with world.attempt(), world.tenant("Ada") as tx:
        tx.workspace.say(world.state(WorkState).tasks[title].id, actor, intent, text)


@when('"{text:Quoted}" is said about "{title:Quoted}" at {time:Instant}')
def is_said_at(context: Context, text: str, title: str, time: datetime) -> None:
    """Write down what was said at a time."""
    _say(context.world, "Ada", title, text, time)


@when('"{text:Quoted}" is said about "{title:Quoted}" at a time without a zone')
def is_said_at_no_time(context: Context, text: str, title: str) -> None:
    """Write down what was said at a time that may be anywhere."""
    _say(context.world, "Ada", title, text, context.world.clock.now().replace(tzinfo=None))


@when('{person:Person} says {text:Value} about "{title:Quoted}"')
def says(context: Context, person: str, text: Any, title: str) -> None:
    """Write down what may be refused."""
    _say(context.world, person, title, text)


@then("these turns are stored")
def turns_stored(context: Context) -> None:
    """Exactly these, oldest first."""
    world: World = context.world
    data_tables.expect(
        context.table, (workspace.described_turn(world, row) for row in world.stored("turns"))
    )


# --- events ---------------------------------------------------------------------------------


@when('{person:Person} records "{type_:Quoted}" about {what} of hers')
def records_about_own(context: Context, person: str, type_: str, what: str) -> None:
    """Write down what has happened to one's own things."""
    _record(context.world, person, type_, {}, _about(context.world, person, what))


@when('{person:Person} records "{type_:Quoted}" about {what} of {other:Person}\'s')
def records_about(context: Context, person: str, type_: str, what: str, other: str) -> None:
    """Write down what has happened to somebody else's things."""
    _record(context.world, person, type_, {}, _about(context.world, other, what))


@when("{person:Person} records an event whose type is {type_:Value}")
def records_typed(context: Context, person: str, type_: Any) -> None:
    """Write down an event of a type that may be refused."""
    _record(context.world, person, type_, {}, About())


@when("{person:Person} records an event with a set in its payload")
def records_unfit(context: Context, person: str) -> None:
    """Write down an event whose payload JSON cannot hold."""
    _record(context.world, person, "seen", around(UNFIT["a set"]), About())


@then("the last event is about {what} of {person:Person}'s")
def last_event_about(context: Context, what: str, person: str) -> None:
    """The event is stored with these references and no others, its owner and its time."""
    world: World = context.world
    assert world.outcome.claim() is None, "the recording was refused"
    row = world.stored_one("events", type="seen")
    expected = {
        **vars(_about(world, person, what)),
        "owner_id": world.people[person].id,
        "created_at": world.clock.now(),
    }
    found = {name: row[name] for name in expected}
    assert found == expected, f"found was {found}"


@then("these are {person:Person}'s events")
def events_are(context: Context, person: str) -> None:
    """Exactly these are still the person's, with these references."""
    world: World = context.world
    rows = world.stored("events", owner_id=world.people[person].id)
    data_tables.expect(context.table, map(workspace.described_event, rows))


@when("a script sets the {column:Name} of every event to {value:Value}")
def script_sets_event(context: Context, column: str, value: Any) -> None:
    """Update one column of all events."""
    statement = sql.SQL("UPDATE events SET {} = {}").format(
        sql.Identifier(column), sql.Placeholder("value")
    )
    raw_sql.attempt(context.world, statement, {"value": value})


@when("a script deletes {person:Person}'s turns")
def script_deletes_turns(context: Context, person: str) -> None:
    """Delete what was said, past the service."""
    world: World = context.world
    world.acting = person
    statement = sql.SQL("DELETE FROM turns WHERE owner_id = {}")
    raw_sql.attempt(world, statement.format(world.people[person].id))


def _read_page(world: World, person: str, things: str, size: int) -> None:
    state = world.state(WorkState)
    with world.tenant(person) as tx:
        page = workspace.LISTINGS[things](tx, {"after": state.listed_after, "limit": size})
    state.listing.append([str(thing.id) for thing in page.items])
    state.listed_after = page.next_after


def _say(world: World, person: str, title: str, text: Any, at: datetime | None = None) -> None:
    task_id = world.state(WorkState).tasks[title].id
    with world.attempt(), world.tenant(person) as tx:
        tx.workspace.say(task_id, TurnActor.USER, TurnIntent.COMMAND, text, at)


def _about(world: World, person: str, what: str) -> About:
    state = world.state(WorkState)
    places = {
        "project": (state.projects, f"{person.lower()}-project"),
        "agent": (state.agents, f"{person}'s agent"),
        "task": (state.tasks, f"{person}'s task"),
        "turn": (state.turns, f"{person}'s turn"),
    }
    kinds = [] if what == NOTHING else what.split(" and ")
    return About(**{f"{kind}_id": places[kind][0][places[kind][1]].id for kind in kinds})  # type: ignore[index]


def _record(world: World, person: str, type_: Any, payload: Any, about: About) -> None:
    with world.attempt(), world.tenant(person) as tx:
        tx.workspace.record(type_, payload, about)
