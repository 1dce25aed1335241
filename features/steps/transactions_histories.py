"""What many transactions saw of each other, and whether it could have been one at a time."""

from collections import Counter

from behave import given, then, when
from behave.runner import Context

from domain import Isolation
from features.support.arrange import given_work
from features.support.concurrency.state import ConcurrencyState
from features.support.transactions import list_append_workload
from features.support.world import World
from pgharness.interleaving import list_append_checker


@given("{person:Person} has {number:Number} objectives without constraints")
def has_objectives(context: Context, person: str, number: int) -> None:
    """So many objectives, which are to be extended."""
    for position in range(1, number + 1):
        given_work.objective(context.world, person, f"objective {position}")


@when(
    "{devices:Number} devices each read some of {person:Person}'s objectives and extend another,"
    " all at once, {rounds:Number} times at {level:Level}"
)
def read_and_extend(
    context: Context, devices: int, person: str, rounds: int, level: Isolation
) -> None:
    """Each in a unit of work of its own, anew when another gets in its way."""
    world: World = context.world
    world.state(ConcurrencyState).history = list_append_workload.play(
        world, person, level, devices, rounds
    )


@then("all {number:Number} constraints are there, each once")
def all_there(context: Context, number: int) -> None:
    """Every commit that was acknowledged is in the lists, and nothing else is."""
    state: ConcurrencyState = context.world.state(ConcurrencyState)
    committed = list_append_workload.appended(state.history)
    found = list_append_workload.found_in_the_end(state.history)
    assert found == committed, f"there are {found}, committed were {committed}"
    assert len(committed) == number, f"{len(committed)} were committed"


@then("what they saw could have been one at a time")
def one_at_a_time(context: Context) -> None:
    """No reading is impossible, and no dependencies go round in a circle."""
    found = list_append_checker.anomalies(context.world.state(ConcurrencyState).history)
    assert not found, f"anomalies: {found}"


@then("what they saw could not have been one at a time, for {kinds:AnomalyKinds} only")
def not_one_at_a_time(context: Context, kinds: tuple[str, ...]) -> None:
    """There are circles, each of one of these kinds."""
    found = Counter(
        each.kind
        for each in list_append_checker.anomalies(context.world.state(ConcurrencyState).history)
    )
    assert found, "no anomaly was found"
    assert found.keys() <= set(kinds), f"anomalies: {dict(found)}"
