"""Every operation of the service, made to fail wherever it can."""

from behave import given, then, when
from behave.runner import Context

from features.support import examples, sweep, tables
from features.support.sweep import WAYS
from features.support.world import World


@given("there is something for every operation of the service to work on")
def something_for_every_operation(context: Context) -> None:
    """Accounts, sessions, tasks and what else there is, each as some operation needs it."""
    context.world.trouble.scene = examples.scene(context.world)


@when("every operation is made to fail at every statement it sends, and at its end, by {way:Way}")
def every_operation_fails(context: Context, way: str) -> None:
    """All operations that write; which they are, and what they send, is seen by doing them once."""
    world: World = context.world
    trouble = world.trouble
    trouble.operations = sweep.survey(world, trouble.scene)
    trouble.failures = [
        failure
        for operation in trouble.operations
        if operation.writes
        for failure in sweep.failures(world, trouble.scene, operation, WAYS[way])
    ]


@when("every operation is watched")
def every_operation_watched(context: Context) -> None:
    """Do each of them once, and undo it."""
    trouble = context.world.trouble
    trouble.operations = sweep.survey(context.world, trouble.scene)


@then("these were made to fail, each as often as it sends statements and once more")
def made_to_fail(context: Context) -> None:
    """Exactly these operations write, and this many failures there were."""
    trouble = context.world.trouble
    writing = [operation for operation in trouble.operations if operation.writes]
    tables.expect(context.table, [operation.line for operation in writing])
    expected = sum(operation.statements + 1 for operation in writing)
    assert len(trouble.failures) == expected, f"{len(trouble.failures)} of {expected} failures"


@then("each time everything in the database was as before")
def everything_as_before(context: Context) -> None:
    """Every row of every table; nothing but ids may have been used up."""
    changed = [
        f"{failure.where} changed {', '.join(failure.changed)}"
        for failure in context.world.trouble.failures
        if failure.changed
    ]
    assert not changed, "; ".join(changed)
    others = sweep.other_sequences(context.world.reader)
    assert not others, f"these count something, and are never put back: {others}"


@then("each time the caller was told of that failure, and of no other")
def told_of_that_failure(context: Context) -> None:
    """The very error that arose; for a lost connection, that it is lost, and what is known."""
    misled = [
        f"{failure.where} told {failure.misled}"
        for failure in context.world.trouble.failures
        if failure.misled
    ]
    assert not misled, "; ".join(misled)


@then("exactly these write nothing")
def write_nothing(context: Context) -> None:
    """The server never gave their transactions an id."""
    reading = [operation for operation in context.world.trouble.operations if not operation.writes]
    tables.expect(context.table, [operation.line for operation in reading])
