"""Units of work that are tried again as a whole, and settings that cannot be."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from behave import given, then, when
from behave.runner import Context

from domain.errors import InvalidSetting
from domain.settings import Retries
from features.support import data
from features.support.operations.extreme_times import DURATIONS
from features.support.transactions import conflicts, mid_transaction_faults
from features.support.transactions.state import TransactionState
from features.support.world import World

MILLISECOND = timedelta(milliseconds=1)


@given("a unit of work is tried up to {number:Number} times")
@given("a unit of work is tried {number:Number} time, and not again")
def tried_up_to(context: Context, number: int) -> None:
    """The bound that the settings give."""
    world: World = context.world
    world.settings = replace(world.settings, retries=Retries(attempts=number))


@when(
    '{person:Person} submits "{title}", and others are in the way {times:Number} times: {how:How}'
)
def others_get_in_the_way(context: Context, person: str, title: str, times: int, how: str) -> None:
    """The server tells so many units of work of a conflict."""
    world: World = context.world
    with world.attempt(), conflicts.in_the_way(world, how, times):
        conflicts.submit(world, person, title)


@when('{person:Person} submits "{title}", to be tried again, and {mishap:Mishap}')
def submits_and_fails(context: Context, person: str, title: str, mishap: str) -> None:
    """Nobody is in the way: what goes wrong would go wrong again, or is not ours to repeat."""
    world: World = context.world
    state = world.state(TransactionState)
    state.mishap = mishap
    world.before = data.fingerprint(world.reader)
    try:
        conflicts.submit(world, person, title, mishap)
    except Exception as error:  # noqa: BLE001 (whatever it is, it is judged)
        state.told = error


@then("it was tried {number:Number} times")
def tried_times(context: Context, number: int) -> None:
    """The whole unit of work, from its beginning."""
    tries = context.world.state(TransactionState).tries
    assert tries == number, f"it was tried {tries} times"


@then("{person:Person} is told of that at once")
def told_at_once(context: Context, person: str) -> None:
    """The same kind of error as ever, after one try and no wait."""
    trouble = context.world.state(TransactionState)
    assert trouble.told is not None, f"{person} was told nothing"
    _, expected = mid_transaction_faults.MISHAPS[trouble.mishap]
    assert expected.is_given_by(trouble.told), f"{person} was told of {trouble.told!r}"
    assert (trouble.tries, trouble.waits) == (1, []), f"it was tried {trouble.tries} times"


@then("between the tries it waited up to {waits} ms")
def waited_between(context: Context, waits: str) -> None:
    """The longest that each wait may be."""
    found = ", ".join(
        f"{wait / MILLISECOND:g}" for wait in context.world.state(TransactionState).waits
    )
    assert found == waits, f"it waited up to {found} ms"


@then("between the tries it never waited longer than {number:Number} ms")
def never_waited_longer(context: Context, number: int) -> None:
    """It did wait that long, and never longer."""
    longest = max(context.world.state(TransactionState).waits) / MILLISECOND
    assert longest == number, f"it waited up to {longest:g} ms"


@when("the service is to be set up with {group:Group} whose {name:Name} is {value:Value} ms")
def set_up_with_duration(context: Context, group: str, name: str, value: Any) -> None:
    """Make settings that are right but for one duration."""
    with context.world.outcome.expected(InvalidSetting):
        DURATIONS[group](**{name: value * MILLISECOND})


@when("the service is to be set up to try {number:Number} times")
def set_up_with_attempts(context: Context, number: int) -> None:
    """Make settings that are right but for the bound."""
    with context.world.outcome.expected(InvalidSetting):
        Retries(attempts=number)
