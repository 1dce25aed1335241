"""Every operation of the service, made to fail wherever it can."""

from behave import given, then, when
from behave.runner import Context

from features.support.operations import examples, fault_sweep
from features.support.operations.fault_sweep import WAYS
from features.support.operations.state import SweepState
from features.support.world import World
from pgharness.data import data_tables


@given("there is something for every operation of the service to work on")
def something_for_every_operation(context: Context) -> None:
    """Accounts, sessions, tasks and what else there is, each as some operation needs it."""
    context.world.state(SweepState).scene = examples.scene(context.world)


@when("every operation is made to fail at every statement it sends, and at its end, by {way:Way}")
def every_operation_fails(context: Context, way: str) -> None:
    """All operations that write; which they are, and what they send, is seen by doing them once."""
    world: World = context.world
    state = world.state(SweepState)
    state.operations = fault_sweep.survey(world, state.scene)
    state.failures = [
        failure
        for operation in state.operations
        if operation.writes
        for failure in fault_sweep.failures(world, state.scene, operation, WAYS[way])
    ]


@when("every operation is watched")
def every_operation_watched(context: Context) -> None:
    """Do each of them once, and undo it."""
    state = context.world.state(SweepState)
    state.operations = fault_sweep.survey(context.world, state.scene)


@then("these were made to fail, each as often as it sends statements and once more")
def made_to_fail(context: Context) -> None:
    """Exactly these operations write, and this many failures there were."""
    state = context.world.state(SweepState)
    writing = [operation for operation in state.operations if operation.writes]
    data_tables.expect(context.table, [operation.line for operation in writing])
    expected = sum(operation.statements + 1 for operation in writing)
    assert len(state.failures) == expected, f"{len(state.failures)} of {expected} failures"


@then("each time everything in the database was as before")
def everything_as_before(context: Context) -> None:
    """Every row of every table; nothing but ids may have been used up."""
    changed = [
        f"{failure.where} changed {', '.join(failure.changed)}"
        for failure in context.world.state(SweepState).failures
        if failure.changed
    ]
    assert not changed, "; ".join(changed)
    others = fault_sweep.other_sequences(context.world.reader)
    assert not others, f"these count something, and are never put back: {others}"


@then("each time the caller was told of that failure, and of no other")
def told_of_that_failure(context: Context) -> None:
    """The very error that arose; for a lost connection, that it is lost, and what is known."""
    misled = [
        f"{failure.where} told {failure.misled}"
        for failure in context.world.state(SweepState).failures
        if failure.misled
    ]
    assert not misled, "; ".join(misled)


@then("exactly these write nothing")
def write_nothing(context: Context) -> None:
    """The server never gave their transactions an id."""
    reading = [
        operation
        for operation in context.world.state(SweepState).operations
        if not operation.writes
    ]
    data_tables.expect(context.table, [operation.line for operation in reading])
