"""What sessions of one tenant see and overwrite of each other's, at each isolation level."""

from functools import partial
from typing import Final

from behave import given, then, when
from behave.runner import Context
from sqlalchemy.orm import Session

from domain import Isolation
from domain.database.schema import Role
from domain.database.tenancy import bind
from features.support.concurrency.state import ConcurrencyState
from features.support.concurrency.stress_tests import in_lockstep
from features.support.transactions import anomaly_operations
from features.support.world import World
from pgharness.interleaving.schedules import ScheduleRunner

OWNER: Final = "Ada"


@given("{person:Person}'s agents have these priorities: {stated:Priorities}")
def agents_have_priorities(context: Context, person: str, stated: str) -> None:
    """Agents of one project, each with a priority."""
    anomaly_operations.store(context.world, person, stated)


@when("{person:Person}'s devices do this in turn at {level:Level}")
def devices_do_in_turn(context: Context, person: str, level: Isolation) -> None:
    """Each device in a transaction of its own, one step after the other, as the table says.

    The step fails as soon as a device finds something else, or waits, or does not wait.
    """
    world: World = context.world
    state = world.state(ConcurrencyState)
    state.priorities = _all(world)
    for_owner = partial(bind, role=Role.TENANT, user_id=world.people[person].id)
    devices = [
        in_lockstep(device, world.url, level, for_owner, world.settings)
        for device in context.table.headings
    ]
    state.lockstep = ScheduleRunner(devices, anomaly_operations.PHRASES, world.reader)
    world.add_cleanup(state.lockstep.close)
    state.lockstep.play([row.as_dict() for row in context.table])


@then("the anomaly {verdict:Verdict}")
def anomaly(context: Context, verdict: str) -> None:
    """It happens: no order of one at a time leads there; or somebody waited, or was refused."""
    played = context.world.state(ConcurrencyState).lockstep
    refused = bool(played.ended("is refused"))
    waited = bool(played.waited)
    orders = _orders(context.world)
    match verdict:
        case "happens":
            assert not orders, f"no anomaly: it is as if {orders} had worked, one at a time"
            assert not refused, "somebody was refused"
        case "is prevented by a refusal":
            assert refused, "nobody was refused"
        case "is prevented by waiting":
            assert waited, "nobody waited"
            assert not refused, "somebody was refused"
        case _:
            assert not waited, f"{played.waited} waited"
            assert not refused, "somebody was refused"


@then("the priorities are {stated:Priorities}")
def priorities_are(context: Context, stated: str) -> None:
    """What is committed in the end, agent by agent."""
    found = _all(context.world)
    assert found == stated, f"the priorities are {found}"


@then("it is as if these had worked, one at a time: {order:Order}")
def as_if_one_at_a_time(context: Context, order: tuple[str, ...]) -> None:
    """Those who committed, one after the other, find and leave the same."""
    orders = _orders(context.world)
    assert order in orders, f"the orders that would lead there: {orders or 'none'}"


def _orders(world: World) -> list[tuple[str, ...]]:
    state = world.state(ConcurrencyState)
    done = {each.name: each.done for each in state.lockstep.ended("commits")}
    with Session(world.engine) as session:
        bind(session, Role.TENANT, world.people[OWNER].id)
        return anomaly_operations.explanations(session, done, state.priorities, _all(world))


def _all(world: World) -> str:
    with world.past_the_domain() as session:
        return anomaly_operations.found(session)
