"""Stress tests: many clients run one workload concurrently, and no invariant is violated."""

from behave import given, then, when
from behave.runner import Context

from domain import DomainError
from domain.transactions import IdentityWork, Isolation
from domain.work.tasks import TaskStatus
from features.support import data
from features.support.arrange import factories, given_work
from features.support.concurrency import invariants, stress_tests
from features.support.concurrency.invariants import FindViolations
from features.support.concurrency.raw_participant import RefusedByDatabase
from features.support.concurrency.state import ConcurrencyState
from features.support.concurrency.stress_tests import Workload
from features.support.concurrency.text_workloads import AddedToBoth
from features.support.error_phrases import Reason
from features.support.identity import logins
from features.support.world import World
from pgharness.interleaving.stress import SEED

# --- what is stored before ------------------------------------------------------------------


@given("{person:Person} has {number:TaskCount} in progress")
def tasks_in_progress(context: Context, person: str, number: int) -> None:
    """Each claimed by a worker."""
    for position in range(1, number + 1):
        given_work.task(context.world, person, f"task {position}", TaskStatus.PROCESSING)


@given("there are {number:Number} other accounts")
def other_accounts(context: Context, number: int) -> None:
    """Of users whose names do not matter."""
    factories.accounts(context.world, number)


@given("{person:Person} is logged in on {number:Number} devices")
def on_many_devices(context: Context, person: str, number: int) -> None:
    """Each has a live session."""
    for position in range(number):
        logins.logged_in(context.world, person, f"device {position}")


@given("the database has no {protection:Protection}")
def without_protection(context: Context, protection: str) -> None:
    """Removes it from a database of the scenario's own."""
    assert "fixture.database" in context.tags, "only a database of its own may be weakened"
    context.world.reader.execute(protection)


# --- the run --------------------------------------------------------------------------------


@when("{number:Number} clients concurrently {workload:Workload}")
def run_concurrently(context: Context, number: int, workload: Workload) -> None:
    """All start at one moment, each in a thread and a connection of its own."""
    world: World = context.world
    state = world.state(ConcurrencyState)
    state.arranged = {table: len(world.stored(table)) for table in data.tables(world.reader)}
    test = stress_tests.stress_test(world, number)
    state.answers = test.run(workload(world), watch=lambda: invariants.watch_entries(world))


@when("{person:Person} renames {whose:Whose} account, which Chen renames after every read of it")
def renames_in_vain(context: Context, person: str, whose: str) -> None:
    """Read and rename at repeatable read, with retries; every attempt is a conflict."""
    world: World = context.world
    user_id = world.people[person].id

    def rename(tx: IdentityWork) -> None:
        seen = tx.accounts.get(user_id)
        with world.domain.identity() as chen:
            current = chen.accounts.get(user_id)
            chen.accounts.rename(current, f"Chen's {current.version}")
        tx.accounts.rename(seen, "Ada King")

    with world.outcome.expected(DomainError):
        world.domain.run(lambda: world.domain.identity(isolation=Isolation.REPEATABLE_READ), rename)


# --- the results ----------------------------------------------------------------------------


@then("there is {found:Found} {violation:InvariantViolation}")
def violations(context: Context, found: bool, violation: FindViolations) -> None:  # noqa: FBT001 (behave passes it so)
    """Compares the clients' results with the rows; "a" shows that the check can fail."""
    answers = context.world.state(ConcurrencyState).answers
    seen = violation(context.world)
    told = "; ".join(seen) or "none"
    assert bool(seen) is found, f"there is: {told} (seed {SEED}, answers {answers})"


@then("{share:Share} successful")
def succeeded(context: Context, share: int | None) -> None:
    """All other clients were refused."""
    answers = context.world.state(ConcurrencyState).answers
    _check(context.world, share, len(invariants.successes(context.world)), answers)


@then("{share:Share} refused because {reason:Reason}")
def share_refused(context: Context, share: int | None, reason: Reason) -> None:
    """Exactly this number of clients, for this reason."""
    answers = context.world.state(ConcurrencyState).answers
    _check(context.world, share, sum(reason.is_given_by(each) for each in answers), answers)


@then("{share:Share} refused by a constraint")
def refused_by_constraint(context: Context, share: int | None) -> None:
    """Exactly this number of clients, which bypass the service, by a constraint or a trigger."""
    answers = context.world.state(ConcurrencyState).answers
    refused = [each for each in answers if isinstance(each, RefusedByDatabase)]
    _check(context.world, share, len(refused), answers)


@then("in each pair at least one client retried")
def pairs_retried(context: Context) -> None:
    """The clients next to each other were in a deadlock."""
    answers = context.world.state(ConcurrencyState).answers
    attempts = [each.attempts for each in answers if isinstance(each, AddedToBoth)]
    pairs = list(zip(attempts[::2], attempts[1::2], strict=True))
    assert pairs, "no pair has succeeded"
    assert all(max(pair) > 1 for pair in pairs), f"the attempts of each pair were {pairs}"


def _check(world: World, share: int | None, found: int, answers: object) -> None:
    expected = len(world.state(ConcurrencyState).answers) if share is None else share
    assert found == expected, f"{found} of these were: {answers}"
