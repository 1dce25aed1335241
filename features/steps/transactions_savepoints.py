"""What goes wrong in the middle of a unit of work, in a savepoint or swallowed."""

from behave import given, then, when
from behave.runner import Context

from features.support.transactions import mid_transaction_faults
from features.support.transactions.mid_transaction_faults import suffer, swallowed
from features.support.transactions.state import TransactionState
from features.support.world import World


@given("{person:Person} has an account and a project, and locks are given up at once")
def has_ground(context: Context, person: str) -> None:
    """What the things that can go wrong need; all that is not theirs waits as it always does."""
    mid_transaction_faults.ground(context.world, person)


@when(
    '{person:Person} submits "{before}", then "{inside}" in a savepoint in which {mishap:Mishap},'
    ' then "{after}"'
)
def submits_with_savepoint(context: Context, person: str, mishap: str, **titles: str) -> None:
    """One unit of work, and a part of it that fails alone; the error is swallowed outside."""
    world: World = context.world
    with world.attempt(), world.tenant(person) as tx:
        tx.tasks.submit(titles["before"], payload=None)
        with swallowed(), tx.savepoint():
            tx.tasks.submit(titles["inside"], payload=None)
            suffer(world, tx, mishap)
        tx.tasks.submit(titles["after"], payload=None)


@when('{person:Person} submits "{outer}", and in savepoints in each other "{middle}" and "{inner}"')
def submits_in_each_other(
    context: Context, person: str, outer: str, middle: str, inner: str
) -> None:
    """The innermost part fails."""
    world: World = context.world
    with world.attempt(), world.tenant(person) as tx:
        tx.tasks.submit(outer, payload=None)
        with tx.savepoint():
            tx.tasks.submit(middle, payload=None)
            with swallowed(), tx.savepoint():
                tx.tasks.submit(inner, payload=None)
                suffer(world, tx, "the database refuses a statement")


@when(
    '{person:Person} submits "{outer}", and "{inside}" in a savepoint that is released;'
    " then {mishap:Mishap}"
)
def fails_after_savepoint(context: Context, person: str, mishap: str, **titles: str) -> None:
    """What a savepoint has let through goes with all the rest."""
    world: World = context.world
    with world.attempt(), world.tenant(person) as tx:
        tx.tasks.submit(titles["outer"], payload=None)
        with tx.savepoint():
            tx.tasks.submit(titles["inside"], payload=None)
        suffer(world, tx, mishap)


@when('{person:Person} submits "{title}" and swallows the error when {mishap:Mishap}')
def swallows(context: Context, person: str, title: str, mishap: str) -> None:
    """Nothing more is done in the unit of work."""
    world: World = context.world
    with world.attempt(), world.tenant(person) as tx:
        tx.tasks.submit(title, payload=None)
        with swallowed():
            suffer(world, tx, mishap)


@when(
    '{person:Person} submits "{title}", swallows the error when {mishap:Mishap},'
    ' and then submits "{after}"'
)
def swallows_and_goes_on(
    context: Context, person: str, title: str, mishap: str, after: str
) -> None:
    """The unit of work goes on as if nothing had happened."""
    world: World = context.world
    with world.attempt(), world.tenant(person) as tx:
        tx.tasks.submit(title, payload=None)
        with swallowed():
            suffer(world, tx, mishap)
        tx.tasks.submit(after, payload=None)


@when("{mishap:Mishap} in {person:Person}'s work, and it is caught outside of the savepoint")
def caught_outside_savepoint(context: Context, mishap: str, person: str) -> None:
    """Keep what came out of the savepoint; the unit of work then does nothing more."""
    world: World = context.world
    with world.tenant(person) as tx:
        try:
            with tx.savepoint():
                suffer(world, tx, mishap)
        except Exception as error:  # noqa: BLE001 (whatever it is, it is judged)
            world.state(TransactionState).told = error


@then("it is caught as the service's own error of that")
def caught_as_own(context: Context) -> None:
    """The error has the type that the mishap is told by, so that one can tell them apart."""
    told = context.world.state(TransactionState).told
    assert type(told) in mid_transaction_faults.AT_THE_END, f"what came out was {told!r}"


@then("exactly these tasks are stored: {titles}")
def exactly_these_tasks(context: Context, titles: str) -> None:
    """By their titles, in the order in which they were submitted."""
    found = ", ".join(f'"{row["title"]}"' for row in context.world.stored("tasks"))
    assert found == titles, f"stored are {found or 'none'}"
