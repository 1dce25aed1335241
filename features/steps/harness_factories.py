"""Factories: making what a criterion starts from."""

from datetime import timedelta
from typing import Any, Final

from behave import given, then, when
from behave.runner import Context
from sqlalchemy.orm import Session

from features.support import crafting, factories
from features.support.crafting import PLAIN
from features.support.defaults import NOON
from features.support.factories import PASSWORD
from features.support.workshop import Workshop
from features.support.world import World
from pgharness.data import data_tables
from pgharness.observe import statement_recorder

CHAIN: Final = ("projects", "agents", "tasks", "turns", "events")


@when("{number:Number} of everything that the service stores are made")
def several_made(context: Context, number: int) -> None:
    """Make them in one session, and say nothing about any of them."""
    world: World = context.world
    with crafting.making(world) as session:
        world.state(Workshop).made = crafting.one_of_each(session, number)


@when("one of everything is made in every status that it may have")
def every_status_made(context: Context) -> None:
    """Make them in one session."""
    world: World = context.world
    with crafting.making(world) as session:
        world.state(Workshop).made = crafting.every_status(session, world.clock.now())


@when("one of everything is made in every status at noon, and again at one")
def made_twice(context: Context) -> None:
    """Make them twice, and say another time."""
    world: World = context.world
    state = world.state(Workshop)
    with crafting.making(world) as session:
        state.made = crafting.every_status(session, NOON)
        state.later = crafting.every_status(session, NOON + timedelta(hours=1))


@when("an event about a project, its agent, its task and its turn is made")
def chain_made(context: Context) -> None:
    """Make an event, and all that it is about."""
    with crafting.making(context.world) as session:
        factories.EventFactory.create(session=session, about_all=True)


@when("a task for an agent of {person:Person}'s is made")
def assigned_task_made(context: Context, person: str) -> None:
    """Hand the owner in, and nothing else."""
    world: World = context.world
    with crafting.making(world) as session:
        factories.TaskFactory.create(session=session, owner=world.people[person], assigned=True)


@when("a task of {person:Person}'s for an agent of {other:Person}'s is made")
def mixed_task_made(context: Context, person: str, other: str) -> None:
    """Hand in an owner, and an agent that is somebody else's."""
    world: World = context.world
    with crafting.making(world) as session:
        agent = factories.AgentFactory.create(session=session, owner=world.people[other])
        factories.TaskFactory.create(session=session, owner=world.people[person], agent=agent)


@when("an objective that was changed is made")
def changed_objective_made(context: Context) -> None:
    """Make one at its second version."""
    world: World = context.world
    with crafting.making(world) as session:
        one = factories.ObjectiveFactory.create(session=session, changed=True)
        world.state(Workshop).made = [("changed", one)]


@when("a task is made whose time has no zone")
def naive_task_made(context: Context) -> None:
    """Hand in a time as a careless person would write it."""
    with crafting.making(context.world) as session:
        factories.TaskFactory.create(session=session, created_at=NOON.replace(tzinfo=None))


@when("{number:Number} tasks of {person:Person}'s are made at once")
def many_made(context: Context, number: int, person: str) -> None:
    """Make them as a batch, and look at what is sent."""
    world: World = context.world
    state = world.state(Workshop)
    with statement_recorder.watched(world.engine) as sent, crafting.making(world) as session:
        made = factories.TaskFactory.create_batch(
            number, session=session, owner=world.people[person]
        )
    state.statements = sent
    state.made = [(PLAIN, one) for one in made]


@when("{number:Number} accounts are made at once")
def accounts_made(context: Context, number: int) -> None:
    """Make them as a batch, and say nothing of their password."""
    world: World = context.world
    with crafting.making(world) as session:
        made = factories.UserFactory.create_batch(number, session=session)
        world.state(Workshop).made = [(PLAIN, one) for one in made]


@given("somebody has made a task and not said what is to become of it")
def uncommitted_task(context: Context) -> None:
    """Make it in a session that stays open."""
    world: World = context.world
    state = world.state(Workshop)
    state.session = world.enter(Session(world.engine))
    factories.TaskFactory.create(session=state.session)
    state.rows = world.stored("tasks")


@when("whoever made it commits")
def maker_commits(context: Context) -> None:
    """Commit, and close the session."""
    with context.world.state(Workshop).session as session:
        session.commit()


@when("whoever made it rolls back")
def maker_rolls_back(context: Context) -> None:
    """Roll back, and close the session."""
    with context.world.state(Workshop).session as session:
        session.rollback()


@then("others have seen {before:Number} tasks before and see {after:Number} now")
def others_see(context: Context, before: int, after: int) -> None:
    """Another connection looked while the session was open, and looks again."""
    world: World = context.world
    found = (len(world.state(Workshop).rows), len(world.stored("tasks")))
    assert found == (before, after), f"they have seen {found[0]} and see {found[1]}"


@then("a session that knows nothing of it finds all of it as it was made")
def found_as_made(context: Context) -> None:
    """Every value of every column, by way of the service's own models."""
    world: World = context.world
    _check_made(world)
    lost = crafting.lost(world, world.state(Workshop).made)
    assert not lost, "\n".join(lost[:5])


@then("these are the statuses")
def statuses_are(context: Context) -> None:
    """Of each table, every status that was made."""
    found: dict[str, list[str]] = {}
    for status, one in context.world.state(Workshop).made:
        found.setdefault(one.__tablename__, []).append(status)
    rows = ({"table": table, "statuses": ", ".join(each)} for table, each in found.items())
    data_tables.expect(context.table, rows)


@then("the service takes these for what they are")
def taken_for(context: Context) -> None:
    """What the service itself says of each, in the order in which they were made."""
    world: World = context.world
    _check_made(world)
    found = [
        {"table": table, "status": status, "taken for": what}
        for (table, status), what in crafting.taken_for(world, world.state(Workshop).made).items()
    ]
    data_tables.expect(context.table, found)


@then("this is all there is, and all of it is one owner's")
def all_there_is(context: Context) -> None:
    """So many of each are stored, and there are no two owners."""
    world: World = context.world
    found = {table: world.stored(table) for table in CHAIN}
    counted = {table: str(len(rows)) for table, rows in found.items()}
    data_tables.expect(context.table, [{"accounts": str(len(world.stored("users"))), **counted}])
    owners = {row["owner_id"] for rows in found.values() for row in rows}
    assert len(owners) <= 1, f"they belong to {owners}"


@then('it is not made, because of "{why:Quoted}"')
def not_made(context: Context, why: str) -> None:
    """What was raised says so."""
    refusal = context.world.state(Workshop).refusal
    assert refusal is not None, "it was made"
    assert why in str(refusal), f"it is not made, but because of: {refusal}"


@then("the entries of its history follow one another, and the last one is what it is")
def history_follows(context: Context) -> None:
    """One entry begins when the other ends, and the open one says what the objective says."""
    world: World = context.world
    ((_, one),) = world.state(Workshop).made
    objective: Any = one
    first, last = world.stored("objective_history", objective_id=objective.id)
    assert first["valid_until"] == last["valid_from"] == objective.since
    assert (last["valid_until"], last["text"]) == (None, objective.text)
    assert first["text"] != last["text"], "nothing was changed"


@then("every time is an hour later, and none is without a zone")
def hour_later(context: Context) -> None:
    """Compare the times column by column, as the database has them."""
    workshop = context.world.state(Workshop)
    _check_made(context.world)
    assert crafting.lost(context.world, [*workshop.made, *workshop.later]) == []
    found = [
        (f"{status} {type(one).__name__}.{name}", value, crafting.columns(other)[name])
        for (status, one), (_, other) in zip(workshop.made, workshop.later, strict=True)
        for name, value in crafting.columns(one).items()
        if hasattr(value, "tzinfo")
    ]
    wrong = [each for each in found if each[2] - each[1] != timedelta(hours=1)]
    assert found, "nothing has a time"
    assert not wrong, f"not an hour later: {wrong}"
    assert all(value.tzinfo is not None for _, value, _ in found)


@then("that took at most {number:Number} statements")
def at_most_statements(context: Context, number: int) -> None:
    """As many as the driver needs for so many values, whatever the number of rows."""
    sent = context.world.state(Workshop).statements
    assert len(sent) <= number, f"it took {len(sent)}: {sent[:3]} …"


@then("one hash serves all of them")
def one_hash(context: Context) -> None:
    """It was made once, whatever it costs."""
    found = {row["password_hash"] for row in context.world.stored("users")}
    assert len(found) == 1, f"there are {len(found)} hashes"


@then("each of them logs in with the usual password")
def each_logs_in(context: Context) -> None:
    """The service verifies the hash, and opens a session."""
    world: World = context.world
    emails = [row["email"] for row in world.stored("users")]
    assert emails, "there is no account"
    found = {crafting.logged_in(world, email, PASSWORD) for email in emails}
    assert found == {"logged in"}, f"some are {found}"


def _check_made(world: World) -> None:
    """Fail if the making itself went wrong."""
    state = world.state(Workshop)
    refusal = state.refusal
    assert refusal is None, f"it could not be made: {refusal}"
    assert state.made, "nothing was made"
