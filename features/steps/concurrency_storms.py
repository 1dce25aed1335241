"""Many people at once, through the service or carelessly past it, and what must not come of it."""

from dataclasses import replace

from behave import given, then, when
from behave.runner import Context

from domain import DomainError
from domain.transactions import IdentityWork, Isolation
from domain.work.tasks import TaskStatus
from features.support import data
from features.support.arrange import factories, given_work
from features.support.concurrency import invariants, stress_tests
from features.support.concurrency.invariants import Find
from features.support.concurrency.raw_participant import Stopped
from features.support.concurrency.state import ConcurrencyState
from features.support.concurrency.stress_tests import Race
from features.support.concurrency.text_workloads import Crossed
from features.support.error_phrases import Reason
from features.support.identity import logins
from features.support.world import World
from pgharness.interleaving.stress import SEED

# --- what is there already ------------------------------------------------------------------


@given("{person:Person} has {number:Number} task that is being worked on")
@given("{person:Person} has {number:Number} tasks that are being worked on")
def tasks_at_work(context: Context, person: str, number: int) -> None:
    """So many tasks, each claimed by some worker."""
    for position in range(1, number + 1):
        given_work.task(context.world, person, f"task {position}", TaskStatus.PROCESSING)


@given("there are {number:Number} people")
def people(context: Context, number: int) -> None:
    """So many accounts, of people whose names do not matter."""
    factories.accounts(context.world, number)


@given("{person:Person} is logged in on {number:Number} devices, as many as are allowed")
def on_many_devices(context: Context, person: str, number: int) -> None:
    """So many live sessions of one person."""
    world: World = context.world
    rules = replace(world.settings.sessions, at_most=number)
    world.settings = replace(world.settings, sessions=rules)
    for position in range(number):
        logins.logged_in(world, person, f"device {position}")


@given("an account is locked after {number:Number} failed logins")
def locked_after(context: Context, number: int) -> None:
    """Failures are counted up to there."""
    world: World = context.world
    world.settings = replace(
        world.settings, lockout=replace(world.settings.lockout, failures=number)
    )


@given("the database does not guard {guard:Guard}")
def not_guarded(context: Context, guard: str) -> None:
    """Take away what the database itself holds to, in a database of the scenario's own."""
    assert "fixture.database" in context.tags, "only a database of its own may be weakened"
    context.world.reader.execute(guard)


# --- the storm ------------------------------------------------------------------------------


@when("{number:Number} people at once {race:Race}")
def at_once(context: Context, number: int, race: Race) -> None:
    """Let so many loose at the same moment, each in a thread and a connection of their own."""
    world: World = context.world
    state = world.state(ConcurrencyState)
    state.arranged = {table: len(world.stored(table)) for table in data.tables(world.reader)}
    storm = stress_tests.storm(world, number)
    state.answers = storm.run(race(world), watch=lambda: invariants.look_at_entries(world))


@when("{person:Person} renames {whose:Whose} account, which Chen has renamed after every reading")
def renames_in_vain(context: Context, person: str, whose: str) -> None:
    """Read and rename in isolation, and be forestalled at every attempt."""
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


# --- what came of it ------------------------------------------------------------------------


@then("there is no {trouble:Trouble}")
def no_trouble(context: Context, trouble: Find) -> None:
    """What is stored, and what people were answered, fit together."""
    answers = context.world.state(ConcurrencyState).answers
    found = trouble(context.world)
    assert not found, f"there is: {'; '.join(found)} (dice {SEED}, answers {answers})"


@then("there is a {trouble:Trouble}")
@then("there is an {trouble:Trouble}")
def some_trouble(context: Context, trouble: Find) -> None:
    """The check that other examples rely on finds what is wrong."""
    answers = context.world.state(ConcurrencyState).answers
    assert trouble(context.world), f"the check has found nothing (dice {SEED}, answers {answers})"


@then("all of them went through")
def all_went_through(context: Context) -> None:
    """Nobody was refused."""
    _check_went_through(context.world, len(context.world.state(ConcurrencyState).answers))


@then("{number:Number} of them went through")
def so_many_went_through(context: Context, number: int) -> None:
    """All others were refused."""
    _check_went_through(context.world, number)


@then("{number:Number} was refused because {reason:Reason}")
@then("{number:Number} were refused because {reason:Reason}")
def number_refused(context: Context, number: int, reason: Reason) -> None:
    """Exactly this number of operations was refused for this reason."""
    _check_refused(context.world, number, reason)


@then("each of them was refused because {reason:Reason}")
def each_refused(context: Context, reason: Reason) -> None:
    """No operation went through, and all were refused for this reason."""
    _check_refused(context.world, len(context.world.state(ConcurrencyState).answers), reason)


@then("{number:Number} were stopped by the database")
def so_many_stopped(context: Context, number: int) -> None:
    """So many careless statements broke a rule that the database holds to."""
    state: ConcurrencyState = context.world.state(ConcurrencyState)
    stopped = [answer for answer in state.answers if isinstance(answer, Stopped)]
    assert len(stopped) == number, f"{len(stopped)} were, of {state.answers}"


@then("one of them at least had to try again")
@then("one of each pair at least had to try again")
def some_tried_again(context: Context) -> None:
    """Of those who stood in each other's way, somebody got through at a later attempt only."""
    attempts = [
        each.attempts
        for each in context.world.state(ConcurrencyState).answers
        if isinstance(each, Crossed)
    ]
    pairs = list(zip(attempts[::2], attempts[1::2], strict=True))
    assert pairs, "nobody stood in anybody's way"
    assert all(max(pair) > 1 for pair in pairs), f"the attempts of each were {pairs}"


def _check_went_through(world: World, number: int) -> None:
    found = len(invariants.went_through(world))
    assert found == number, f"{found} went through, of {world.state(ConcurrencyState).answers}"


def _check_refused(world: World, number: int, reason: Reason) -> None:
    answers = world.state(ConcurrencyState).answers
    found = sum(reason.is_given_by(answer) for answer in answers)
    assert found == number, f"{found} were, of {answers}"
