"""Anomalies: what concurrent transactions of one tenant read and overwrite of each other's."""

from collections import Counter
from functools import partial

from behave import given, then, when
from behave.runner import Context
from sqlalchemy.orm import Session

from domain import Isolation
from domain.database.schema import Role
from domain.database.tenancy import bind
from features.support.arrange import given_work
from features.support.concurrency.stress_tests import schedule_participant
from features.support.transactions import anomaly_operations, list_append_workload
from features.support.transactions.state import AnomalyState
from features.support.world import World
from pgharness.interleaving import list_append_checker
from pgharness.interleaving.schedules import ScheduleRunner

# --- schedules ------------------------------------------------------------------------------


@given("{person:Person}'s agents have these priorities: {stated:Priorities}")
def agents_have_priorities(context: Context, person: str, stated: str) -> None:
    """All agents belong to one project."""
    anomaly_operations.store(context.world, person, stated)


@when("{person:Person}'s devices run this schedule at {level:Level}")
def run_schedule(context: Context, person: str, level: Isolation) -> None:
    """Each device has one transaction; the rows of the table are run one after the other.

    The step fails as soon as a device reads something else than the table says, or waits where
    the table does not say so, or does not wait where it does.
    """
    world: World = context.world
    state = world.state(AnomalyState)
    state.priorities = _priorities(world)
    world.acting = person
    for_owner = partial(bind, role=Role.TENANT, user_id=world.people[person].id)
    devices = [
        schedule_participant(device, world.url, level, for_owner, world.settings)
        for device in context.table.headings
    ]
    state.schedule = ScheduleRunner(devices, anomaly_operations.PHRASES, world.reader)
    world.add_cleanup(state.schedule.close)
    state.schedule.play([row.as_dict() for row in context.table])


@then("the anomaly {verdict:Verdict}")
def anomaly(context: Context, verdict: str) -> None:
    """It happens if the result is that of no serial order; otherwise a device waits or is refused.

    Where it is prevented by what a device reads, no device waits and none is refused.
    """
    schedule = context.world.state(AnomalyState).schedule
    refused = bool(schedule.ended("is refused"))
    waited = bool(schedule.waited)
    orders = _serial_orders(context.world)
    match verdict:
        case "happens":
            assert not orders, f"no anomaly: the result is that of the serial orders {orders}"
            assert not refused, "a device was refused"
        case "is prevented by a refusal":
            assert refused, "no device was refused"
        case "is prevented by waiting":
            assert waited, "no device has waited"
            assert not refused, "a device was refused"
        case _:
            assert not waited, f"{schedule.waited} waited"
            assert not refused, "a device was refused"


@then("the priorities are {stated:Priorities}")
def priorities_are(context: Context, stated: str) -> None:
    """Of all agents, as they are committed."""
    found = _priorities(context.world)
    assert found == stated, f"the priorities are {found}"


@then("the result is that of the serial order {order:Order}")
def result_of_serial_order(context: Context, order: tuple[str, ...]) -> None:
    """The devices that commit read the same and leave the same rows if they run in this order."""
    orders = _serial_orders(context.world)
    assert order in orders, f"the serial orders with this result: {orders or 'none'}"


def _serial_orders(world: World) -> list[tuple[str, ...]]:
    state = world.state(AnomalyState)
    done = {each.name: each.done for each in state.schedule.ended("commits")}
    with Session(world.engine) as session:
        bind(session, Role.TENANT, world.people[world.acting].id)
        return anomaly_operations.serial_orders(session, done, state.priorities, _priorities(world))


def _priorities(world: World) -> str:
    with world.past_the_domain() as session:
        return anomaly_operations.found(session)


# --- histories ------------------------------------------------------------------------------


@given("{person:Person} has {number:Number} objectives without constraints")
def has_objectives(context: Context, person: str, number: int) -> None:
    """Lists that are to be extended."""
    for position in range(1, number + 1):
        given_work.objective(context.world, person, f"objective {position}")


@when(
    "{devices:Number} devices concurrently read and extend {person:Person}'s objectives"
    " in {rounds:Number} rounds at {level:Level}"
)
def read_and_extend(
    context: Context, devices: int, person: str, rounds: int, level: Isolation
) -> None:
    """Each device in one transaction per round, with retries after conflicts."""
    world: World = context.world
    world.state(AnomalyState).history = list_append_workload.run(
        world, person, level, devices, rounds
    )


@then("all {number:Number} constraints are stored, each once")
def all_stored(context: Context, number: int) -> None:
    """Every append that was committed is in the lists, and nothing else is."""
    history = context.world.state(AnomalyState).history
    committed = list_append_workload.appended(history)
    found = list_append_workload.final_values(history)
    assert found == committed, f"stored are {found}, committed were {committed}"
    assert len(committed) == number, f"{len(committed)} were committed"


@then("the history has {kinds:Anomalies}")
def history_has(context: Context, kinds: tuple[str, ...]) -> None:
    """Cycles of dependencies of these kinds only, and at least one; or none, and no wrong read."""
    history = context.world.state(AnomalyState).history
    found = list_append_checker.anomalies(history)
    counted = Counter(each.kind for each in found)
    assert bool(found) == bool(kinds), f"anomalies: {found or 'none'}"
    assert counted.keys() <= set(kinds), f"anomalies: {dict(counted)}"
