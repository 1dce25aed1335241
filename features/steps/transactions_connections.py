"""Connections that are lost: what is known then, and what becomes of the pool."""

from contextlib import ExitStack

from behave import given, then, when
from behave.runner import Context
from sqlalchemy.exc import DataError

from domain.database.connections import CommitOutcome, ConnectionLost
from features.support import data
from features.support.arrange import given_work
from features.support.arrange.known_work import WorkState
from features.support.transactions import connection_loss, mid_transaction_faults
from features.support.transactions.connection_loss import LOSSES
from features.support.transactions.state import TransactionState
from features.support.unit_of_work import connection_of
from features.support.world import World
from pgharness.faults.statement_faults import wait_until_gone


@when("the connection of {person:Person}'s work {loss:Loss} in the middle of it")
def lost_in_the_middle(context: Context, person: str, loss: str) -> None:
    """Something has been written, and more is to be."""
    world: World = context.world
    with world.attempt(), world.tenant(person) as tx:
        tx.tasks.submit("Water", payload=None)
        LOSSES[loss](world, connection_of(tx))
        tx.tasks.submit("Feed", payload=None)


@when("the connection of {person:Person}'s work {loss:Loss} just before its end")
def lost_before_the_end(context: Context, person: str, loss: str) -> None:
    """Everything has been written; the service finds out when it commits."""
    world: World = context.world
    with world.attempt(), world.tenant(person) as tx:
        tx.tasks.submit("Water", payload=None)
        LOSSES[loss](world, connection_of(tx))


@when('the connection is cut while {person:Person}\'s "{title}" is being committed, {ends:Ends}')
def cut_while_committing(context: Context, person: str, title: str, ends: str) -> None:
    """The server has been told to commit, and is at it; it cannot tell us what becomes of that."""
    world: World = context.world
    with world.attempt():
        connection_loss.cut_off(world, person, title, connection_loss.ENDS[ends])


@given(
    '{person:Person} has a task "{title:Quoted}" with a turn at "{time}", written past the service'
)
def has_turn_past_the_service(context: Context, person: str, title: str, time: str) -> None:
    """At a time that PostgreSQL can hold, and Python cannot."""
    world: World = context.world
    task = given_work.task(world, person, title)
    world.reader.execute(
        "INSERT INTO turns (owner_id, task_id, actor, intent, text, created_at)"
        " VALUES (%s, %s, 'user', 'command', 'Begin', %s)",
        [world.people[person].id, task.id, time],
    )


@when('{person:Person} lists what was said about "{title:Quoted}"')
def lists_what_was_said(context: Context, person: str, title: str) -> None:
    """Whatever goes up is kept, also what is no refusal of the service's."""
    world: World = context.world
    try:
        with world.tenant(person) as tx:
            tx.workspace.turns(world.state(WorkState).tasks[title].id)
    except Exception as error:  # noqa: BLE001 (which it is is what is asked)
        world.state(TransactionState).told = error


@then('the driver\'s own error goes up, and says "{words}"')
def drivers_own_error(context: Context, words: str) -> None:
    """It is of the data, so nobody tries again in vain."""
    told = context.world.state(TransactionState).told
    assert isinstance(told, DataError), f"told was {told!r}"
    assert words in str(told), f"it says: {told}"


@then("{person:Person} is told that the connection was lost, and that nothing was changed")
def told_not_committed(context: Context, person: str) -> None:
    """The caller may simply try again, and is told so."""
    _told(context.world, CommitOutcome.NOT_COMMITTED, "nothing was changed, try again")


@then("{person:Person} is told that the connection was lost, and that the outcome is undecided")
def told_undecided(context: Context, person: str) -> None:
    """The caller must look before trying again, and is told so."""
    _told(context.world, CommitOutcome.UNDECIDED, "undecided; read the data before you try again")


@when("the connection of {person:Person}'s work is lost unnoticed, and then the program fails")
def fails_on_lost_connection(context: Context, person: str) -> None:
    """The error is the program's own; that there is nothing left to roll back is not."""
    world: World = context.world
    world.before = data.fingerprint(world.reader)
    try:
        with world.tenant(person) as tx:
            tx.tasks.submit("Water", payload=None)
            mid_transaction_faults.lose(world, tx)
            mid_transaction_faults.suffer(world, tx, "the program itself fails")
    except Exception as error:  # noqa: BLE001 (whatever it is, it is judged)
        world.state(TransactionState).told = error


@then("the program's own failure is what {person:Person} is told of")
def told_of_own_failure(context: Context, person: str) -> None:
    """The very error that was raised, and no other."""
    trouble = context.world.state(TransactionState)
    assert trouble.raised is not None, "nothing went wrong"
    assert trouble.told is trouble.raised, f"{person} was told of {trouble.told!r}"


@given("the only connection of the service's pool has been lost")
def only_one_lost(context: Context) -> None:
    """It has been used, and is at rest; the server ends it, and the service sleeps on."""
    _lose_pool(context.world, 1)


@given("all {number:Number} connections of the service's pool have been lost")
def all_lost(context: Context, number: int) -> None:
    """They have all been used, and are at rest; the server ends them, and the service sleeps on."""
    _lose_pool(context.world, number)


@when("{person:Person} submits a task in a unit of work")
def submits_alone(context: Context, person: str) -> None:
    """One connection is in use."""
    _submit_beside(context.world, person, 1)


@when("{person:Person} submits {number:Number} tasks in as many units of work, open side by side")
def submits_beside(context: Context, person: str, number: int) -> None:
    """As many connections are in use at once."""
    _submit_beside(context.world, person, number)


@then("{number:Number} new connections are in the pool")
def new_connections(context: Context, number: int) -> None:
    """So many, and none of those that were lost."""
    world: World = context.world
    now = set(connection_loss.connections(world.reader))
    assert len(now) == number, f"there are {len(now)}"
    assert not now & set(world.state(TransactionState).pids), "some of them were lost"


@then("the server has forgotten that work")
def server_has_forgotten(context: Context) -> None:
    """The other end of the lost connection is gone too, with all its locks."""
    for pid in context.world.state(TransactionState).pids:
        wait_until_gone(context.world.reader, pid)


def _lose_pool(world: World, number: int) -> None:
    state = world.state(TransactionState)
    with ExitStack() as works:
        for _ in range(number):
            works.enter_context(world.domain.identity()).accounts.list()
    state.pids = connection_loss.connections(world.reader)
    assert len(state.pids) >= number, f"there were {len(state.pids)}"
    for pid in state.pids:
        connection_loss.end(world, pid)


def _submit_beside(world: World, person: str, number: int) -> None:
    with world.attempt(), ExitStack() as works:
        for position in range(1, number + 1):
            tx = works.enter_context(world.tenant(person))
            tx.tasks.submit(f"Task {position}", payload=None)


def _told(world: World, outcome: CommitOutcome, advice: str) -> None:
    refusal = world.outcome.claim()
    assert isinstance(refusal, ConnectionLost), f"told was {refusal!r}"
    assert refusal.outcome is outcome, f"told was that it is {refusal.outcome}"
    assert advice in str(refusal), f"told was: {refusal}"
