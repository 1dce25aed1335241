"""Transactions: a fault in one, its savepoints, its end, and its retries."""

from datetime import timedelta

from behave import given, then, when
from behave.runner import Context
from sqlalchemy.exc import DBAPIError

from domain import DomainError
from domain.errors import RuleBroken
from features.support.arrange.known_work import WorkState
from features.support.transactions import (
    conflicts,
    connection_loss,
    connection_settings,
    mid_transaction_faults,
)
from features.support.transactions.conflicts import Conflicts
from features.support.transactions.open_transaction import Handling, OpenTransaction
from features.support.transactions.state import TransactionState
from features.support.world import World
from pgharness.faults.statement_faults import InjectedError

MILLISECOND = timedelta(milliseconds=1)

# --- one transaction, step by step ----------------------------------------------------------


@given("{person:Person} has begun a transaction")
def has_begun(context: Context, person: str) -> None:
    """The following steps work in it, until it commits or an error ends it."""
    world: World = context.world
    world.state(TransactionState).transaction = OpenTransaction(world, person)


@given('the transaction submits "{title:Quoted}"{savepoint:InSavepoint}')
@when('the transaction submits "{title:Quoted}"{savepoint:InSavepoint}')
def submits(context: Context, title: str, savepoint: bool) -> None:  # noqa: FBT001 (behave passes it so)
    """A refusal ends the transaction, and is kept; a new savepoint stays open."""
    world: World = context.world
    transaction = world.state(TransactionState).transaction
    if savepoint:
        transaction.begin_savepoint()
    with world.outcome.expected(DomainError):
        transaction.run(lambda tx: tx.tasks.submit(title, payload=None))


@given("the savepoint is released")
def savepoint_released(context: Context) -> None:
    """The innermost one."""
    context.world.state(TransactionState).transaction.release_savepoint()


@given("{fault:Fault}{handling:Handling}")
@when("{fault:Fault}{handling:Handling}")
def fault_occurs(context: Context, fault: str, handling: Handling) -> None:
    """Of the open transaction; its caller gets the error unless the handling catches it."""
    world: World = context.world
    state = world.state(TransactionState)
    with world.outcome.expected(DomainError):
        try:
            state.caught = state.transaction.run(
                lambda tx: mid_transaction_faults.inject(world, tx, fault), handling
            )
        except (DBAPIError, InjectedError) as error:
            state.error = error


@when("the connection is cut during COMMIT, which then {end:CommitEnd}")
def cut_during_commit(context: Context, end: str) -> None:
    """The server is committing, and cannot report the end of that."""
    world: World = context.world
    commit = world.state(TransactionState).transaction.commit
    with world.outcome.expected(DomainError):
        connection_loss.cut_during_commit(world, commit, connection_loss.COMMIT_ENDS[end])


@when("the transaction commits")
def transaction_commits(context: Context) -> None:
    """A refusal is kept for the Then that names it."""
    world: World = context.world
    with world.outcome.expected(DomainError):
        world.state(TransactionState).transaction.commit()


@then("the caller gets exactly that error")
def gets_that_error(context: Context) -> None:
    """The program's error itself, or the service's for an error of the database."""
    world: World = context.world
    state = world.state(TransactionState)
    state.judged = True
    error = state.error or state.caught or world.outcome.claim()
    mid_transaction_faults.check_is_of_fault(world, error)


@then("{subject:Subject} is refused by the constraint {constraint:Name}")
def refused_by_constraint(context: Context, subject: str, constraint: str) -> None:
    """The database's own constraint, by its name."""
    refusal = context.world.refusal(subject)
    assert isinstance(refusal, RuleBroken), f"the refusal was {refusal!r}"
    assert refusal.constraint == constraint, f"the constraint is {refusal.constraint}"


@then("the caller gets the driver's error {kind:DriverError}")
def gets_drivers_error(context: Context, kind: type[Exception]) -> None:
    """The service neither replaces it nor retries."""
    state = context.world.state(TransactionState)
    state.judged = True
    assert isinstance(state.error, DBAPIError), f"the error is {state.error!r}"
    assert isinstance(state.error.orig, kind), f"the error is {state.error.orig!r}"


@then('the error says "{words:Quoted}"')
def error_says(context: Context, words: str) -> None:
    """The error that the Then before has judged."""
    world: World = context.world
    error = world.state(TransactionState).error or world.outcome.judged
    assert words in str(error), f"the error says: {error}"


@then('the error says that "{title:Quoted}" has changed since version {version:Number}')
def error_names_version(context: Context, title: str, version: int) -> None:
    """The error that the Then before has judged, and nothing else."""
    world: World = context.world
    task_id = world.state(WorkState).tasks[title].id
    expected = f"task {task_id} was changed since version {version} was read; read it again"
    assert str(world.outcome.judged) == expected, f"the error says: {world.outcome.judged}"


@then("exactly these tasks are stored: {titles}")
def exactly_these_tasks(context: Context, titles: str) -> None:
    """By their titles, in the order in which they were submitted."""
    found = ", ".join(f'"{row["title"]}"' for row in context.world.stored("tasks"))
    assert found == titles, f"stored are {found or 'none'}"


# --- retries --------------------------------------------------------------------------------


@when('{person:Person} submits "{title:Quoted}" with retries, and meets {met:Conflicts}')
def submits_despite_conflicts(context: Context, person: str, title: str, met: Conflicts) -> None:
    """The server reports one conflict to each attempt, beginning with the first."""
    world: World = context.world
    with world.attempt(), met.injected(world):
        conflicts.submit_with_retries(world, person, title)


@when(
    '{person:Person} submits "{title:Quoted}" with retries by the system\'s clock,'
    " and meets {met:Conflicts}"
)
def submits_by_system_clock(context: Context, person: str, title: str, met: Conflicts) -> None:
    """Likewise, and it waits in earnest."""
    world: World = context.world
    with world.attempt(), met.injected(world):
        conflicts.submit_with_retries(world, person, title, clock=conflicts.TimedClock(world))


@when('{person:Person} submits "{title:Quoted}" with retries, and {fault:Fault}')
def submits_with_fault(context: Context, person: str, title: str, fault: str) -> None:
    """In each attempt."""
    world: World = context.world
    with world.attempt():
        try:
            conflicts.submit_with_retries(world, person, title, fault)
        except (DBAPIError, InjectedError) as error:
            world.state(TransactionState).error = error


@then("it takes {attempts:Attempts}")
def takes_attempts(context: Context, attempts: int) -> None:
    """Each from the beginning of the transaction, with a wait before every other one."""
    state = context.world.state(TransactionState)
    assert state.attempts == attempts, f"there were {state.attempts} attempts"
    assert len(state.waits) == attempts - 1, f"the waits were {state.waits}"


@then("each wait was at least as long as its limit")
def waits_are_long(context: Context) -> None:
    """By a clock that the service does not read."""
    state = context.world.state(TransactionState)
    short = [each for each in zip(state.waits, state.waited, strict=True) if each[1] < each[0]]
    assert not short, f"asked for, and waited: {short}"


@then("the limits of the waits between the attempts are {waits:Numbers} ms")
def waits_grow(context: Context, waits: list[int]) -> None:
    """It never shrinks, and stays at the last of these."""
    found = [wait / MILLISECOND for wait in context.world.state(TransactionState).waits]
    assert found == sorted(found), f"the waits are {found}"
    assert [*dict.fromkeys(found)] == waits, f"the waits are {found}"


# --- settings of the server -----------------------------------------------------------------


@given("a transaction of {person:Person}'s has lifted the timeouts of its connection")
def timeouts_lifted(context: Context, person: str) -> None:
    """The pool has one connection, and does not reset it."""
    connection_settings.lift_timeouts(context.world, person)


@when("the server's settings are read in {number:Number} connections")
def read_in_connections(context: Context, number: int) -> None:
    """Of the service's pool, all of them open together."""
    world: World = context.world
    world.state(TransactionState).settings = connection_settings.of_connections(world, number)


@when("the server's settings are read in every kind of transaction")
def read_in_every_kind(context: Context) -> None:
    """For identity, for a tenant, for a worker."""
    world: World = context.world
    world.state(TransactionState).settings = connection_settings.of_transactions(world)


@then("these settings are in force")
def settings_in_force(context: Context) -> None:
    """Wherever they were read; settings that the table does not name have any value."""
    expected = {row["setting"]: row["value"] for row in context.table}
    connection_settings.check_in_force(context.world, expected)
