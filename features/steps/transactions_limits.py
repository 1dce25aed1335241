"""The limits of the service's connections, and the rules that a commit is judged by."""

from functools import partial

from behave import given, then, when
from behave.runner import Context
from psycopg.errors import QueryCanceled
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from domain.database.connections import LimitExceeded, reset_session
from domain.errors import RuleBroken
from features.support import data
from features.support.transactions import constraint_violations, timeouts
from features.support.transactions.state import TransactionState
from features.support.world import World
from pgharness.data import data_tables
from pgharness.faults.statement_faults import terminate

# --- limits ---------------------------------------------------------------------------------


@when("{number:Number} connections of the service are asked for their limits")
def connections_asked(context: Context, number: int) -> None:
    """All of a pool, open beside each other."""
    world: World = context.world
    state = world.state(TransactionState)
    engine = timeouts.pool(world, number)
    state.pids, state.limits = timeouts.all_asked(engine, number)


@when("{number:Number} connections of the service are lost, and those in their place are asked")
def new_connections_asked(context: Context, number: int) -> None:
    """The server ends all of a pool; the pool opens others by itself."""
    world: World = context.world
    state = world.state(TransactionState)
    engine = timeouts.pool(world, number)
    lost, _ = timeouts.all_asked(engine, number)
    for pid in lost:
        terminate(world.reader, pid)
    state.pids, state.limits = timeouts.all_asked(engine, number)
    assert not set(lost) & set(state.pids), "the connections were not lost"


@then("each of the {number:Number} has these limits")
def each_has_limits(context: Context, number: int) -> None:
    """Different connections, each with exactly these limits, as the server names them."""
    trouble = context.world.state(TransactionState)
    assert len(set(trouble.pids)) == number, f"there were {len(set(trouble.pids))}"
    for limits in trouble.limits:
        data_tables.expect(context.table, _lines(limits))


@given("a unit of work of {person:Person}'s has lifted the limits of its connection")
def limits_lifted(context: Context, person: str) -> None:
    """For as long as the connection lasts; then it was given back to a pool that does not reset it.

    The reset puts the limits back as well; what is shown is that a unit of work does not need it.
    """
    world: World = context.world
    state = world.state(TransactionState)
    world.add_cleanup(partial(setattr, world, "engine", world.engine))
    world.engine = timeouts.pool(world, 1)
    event.remove(world.engine.pool, "reset", reset_session)
    state.pids = [timeouts.lift(world, person)]
    ((pid,), (limits,)) = timeouts.all_asked(world.engine, 1)
    assert (pid, set(limits)) == (state.pids[0], {"0"}), "the limits were not lifted"


@when("{person:Person}'s next unit of work is done in that connection")
def next_in_connection(context: Context, person: str) -> None:
    """Something that takes a statement or two."""
    world: World = context.world
    world.state(TransactionState).limits = []
    with timeouts.noted(world), world.tenant(person) as tx:
        tx.tasks.list()


@then("these limits were in force")
def limits_in_force(context: Context) -> None:
    """In that unit of work, as the server named them."""
    (limits,) = context.world.state(TransactionState).limits
    data_tables.expect(context.table, _lines(limits))


@when("in {person:Person}'s work {excess:Excess}")
def limit_exceeded(context: Context, person: str, excess: str) -> None:
    """One limit is very short and the others are long; the server does the waiting."""
    world: World = context.world
    with world.attempt():
        timeouts.exceed(world, person, excess)


@then("{person:Person} is told that {complaint:Complaint} more than 0.05 s, and: {advice}")
def told_limit(context: Context, person: str, complaint: str, advice: str) -> None:
    """Which limit it was, how long it is, that nothing was changed, and what to do about it."""
    refusal = context.world.outcome.claim()
    assert isinstance(refusal, LimitExceeded), f"{person} was told {refusal!r}"
    begins, ends = f"{complaint} more than 0.05 s (", f"and nothing was changed; {advice}"
    assert str(refusal).startswith(begins), f"{person} was told: {refusal}"
    assert str(refusal).endswith(ends), f"{person} was told: {refusal}"


@when("a statement of {person:Person}'s work is cancelled by an administrator")
def statement_cancelled(context: Context, person: str) -> None:
    """It waits for a lock, and no limit is near. Fails unless it ends as a cancelled one does."""
    world: World = context.world
    world.before = data.fingerprint(world.reader)
    world.state(TransactionState).told = timeouts.cancelled(world, person)


@then("{person:Person} is told so, and of no limit")
def told_of_no_limit(context: Context, person: str) -> None:
    """The database's own error: nothing that the service could know about it."""
    told = context.world.state(TransactionState).told
    assert isinstance(told, DBAPIError), f"{person} was told: {told!r}"
    assert isinstance(told.orig, QueryCanceled), f"{person} was told: {told!r}"


def _lines(limits: list[str]) -> list[dict[str, str]]:
    names = ("a statement", "a wait for a lock", "doing nothing")
    return [{"what": name, "may take": limit} for name, limit in zip(names, limits, strict=True)]


# --- rules ----------------------------------------------------------------------------------


@when("in the middle of {person:Person}'s work {breach:Breach}")
def rule_broken(context: Context, person: str, breach: str) -> None:
    """Past the service's own checks; more is to be done afterwards."""
    world: World = context.world
    with world.attempt():
        constraint_violations.break_rule(world, person, breach)


@then("the work is refused by the rule {rule:Name}")
def work_refused_by_rule(context: Context, rule: str) -> None:
    """The database's own rule, by its name."""
    refusal = context.world.outcome.claim()
    assert isinstance(refusal, RuleBroken), f"the refusal was {refusal!r}"
    assert refusal.constraint == rule, f"refused by the rule {refusal.constraint}"


@then("it was refused {when:When}")
def refused_when(context: Context, when: str) -> None:
    """How far the work had come."""
    found = constraint_violations.WHEN[context.world.state(TransactionState).came_to_its_end]
    assert found == when, f"it was refused {found}"
