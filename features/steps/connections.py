"""The service's pool of connections: lost connections, and errors of the driver."""

from contextlib import ExitStack

from behave import given, then, when
from behave.runner import Context
from sqlalchemy.exc import DBAPIError

from features.support.arrange import given_work
from features.support.arrange.known_work import WorkState
from features.support.transactions import connection_loss
from features.support.transactions.state import TransactionState
from features.support.world import World
from pgharness.faults.statement_faults import wait_until_gone


@given("the service's pool has lost {number:PoolConnections}")
def pool_has_lost(context: Context, number: int) -> None:
    """All that it has: they were used and given back, and the server has ended them since."""
    connection_loss.lose_pool(context.world, number)


@given("the server cannot be reached")
def cannot_be_reached(context: Context) -> None:
    """The service's pool has no connection, and connects to where no server is."""
    connection_loss.make_unreachable(context.world)


@when("{person:Person} submits {number:Number} tasks in overlapping transactions")
def submits_side_by_side(context: Context, person: str, number: int) -> None:
    """As many connections are in use concurrently."""
    world: World = context.world
    with world.attempt(), ExitStack() as transactions:
        for position in range(1, number + 1):
            tx = transactions.enter_context(world.tenant(person))
            tx.tasks.submit(f"Task {position}", payload=None)


@then("the service's pool has opened {number:PoolConnections}")
def pool_has_opened(context: Context, number: int) -> None:
    """The server has exactly this number of sessions for it, and none of the lost ones."""
    world: World = context.world
    now = set(connection_loss.pooled_pids(world))
    assert len(now) == number, f"there are {len(now)}"
    assert not now & set(world.state(TransactionState).lost_pids), "some were not lost"


@then("the server has ended the session of the lost connection")
def server_has_ended(context: Context) -> None:
    """With its transaction, and all its locks."""
    pids = context.world.state(TransactionState).lost_pids
    assert pids, "no connection was lost"
    for pid in pids:
        wait_until_gone(context.world.reader, pid)


@given('{person:Person} has a task "{title:Quoted}", and a script has added a turn at "{time}"')
def turn_at(context: Context, person: str, title: str, time: str) -> None:
    """At a time that PostgreSQL can hold, and Python cannot."""
    world: World = context.world
    task = given_work.task(world, person, title)
    world.reader.execute(
        "INSERT INTO turns (owner_id, task_id, actor, intent, text, created_at)"
        " VALUES (%s, %s, 'user', 'command', 'Begin', %s)",
        [world.people[person].id, task.id, time],
    )


@when('{person:Person} lists the turns of "{title:Quoted}"')
def lists_turns(context: Context, person: str, title: str) -> None:
    """An error of the driver is kept as well as a refusal."""
    world: World = context.world
    with world.attempt():
        try:
            with world.tenant(person) as tx:
                tx.workspace.turns(world.state(WorkState).tasks[title].id)
        except DBAPIError as error:
            world.state(TransactionState).error = error
