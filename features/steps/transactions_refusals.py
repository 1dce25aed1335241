"""Refusals that are remembered although the work that they happened in is undone."""

from contextlib import suppress

from behave import then, when
from behave.runner import Context

from domain.identity.failed_logins import CurrentPasswordRefused, LoginRefused
from domain.transactions import IdentityWork, NotRecorded
from features.support import data
from features.support.operations import fault_sweep
from features.support.operations.examples import WRONG_PASSWORDS, Scene
from features.support.operations.fault_sweep import WAYS
from features.support.operations.state import SweepState
from features.support.transactions import conflicts
from features.support.transactions.state import TransactionState
from features.support.world import World

NEW_NAME = "Ada King"


@when("{person:Person} {does:PasswordUse} with a wrong password in the middle of other work")
def wrong_password(context: Context, person: str, does: str) -> None:
    """The account is renamed before; the refusal goes up, and undoes that."""
    world: World = context.world
    scene = world.state(SweepState).scene
    world.state(TransactionState).accounts = world.stored("users")
    with world.attempt(), world.domain.identity() as tx:
        tx.accounts.rename(scene.ada, NEW_NAME)
        WRONG_PASSWORDS[does](scene, tx)


@when("{person:Person} {does:PasswordUse} with a wrong password, failing everywhere by {way:Way}")
def wrong_password_fails(context: Context, person: str, does: str, way: str) -> None:
    """At each statement of the work, at each of what is to be remembered, and at its COMMIT."""
    world: World = context.world
    state = world.state(SweepState)
    scene = state.scene
    operation = fault_sweep.observed(world, scene, "identity", does, WRONG_PASSWORDS[does])
    state.operations = [operation]
    state.failures = list(fault_sweep.failures(world, scene, operation, WAYS[way]))


@then("{person:Person} is told that it is refused")
def told_refused(context: Context, person: str) -> None:
    """By the refusal of whoever gives a wrong password."""
    refusal = context.world.outcome.claim()
    assert isinstance(refusal, LoginRefused | CurrentPasswordRefused), (
        f"{person} was told {refusal!r}"
    )


@then("all that is stored of it is that {person:Person} failed to log in at this time")
def only_failure_stored(context: Context, person: str) -> None:
    """One column of one row, and nothing in any other table."""
    world: World = context.world
    who = world.people[person].id
    changed = data.differences(world.before, data.fingerprint(world.reader))
    assert changed == [f"users of {who}"], f"changed: {', '.join(changed) or 'nothing'}"
    (before,) = [row for row in world.state(TransactionState).accounts if row["id"] == who]
    assert before["failed_logins_at"] == [], "there was a failure before"
    expected = before | {"failed_logins_at": [world.clock.now()]}
    assert world.stored_one("users", id=who) == expected, "more than that is stored"


@then("it failed in {number:Number} places")
def failed_in_places(context: Context, number: int) -> None:
    """So many there are: what is remembered takes statements and a COMMIT of its own."""
    found = len(context.world.state(SweepState).failures)
    assert found == number, f"it failed in {found} places"


@when(
    "{person:Person}'s account is renamed although a login was refused meanwhile,"
    " and others get in the way of remembering that"
)
def renamed_despite_refusal(context: Context, person: str) -> None:
    """The refusal is swallowed and the work stored; then what is to be remembered conflicts."""
    world: World = context.world
    state = world.state(TransactionState)
    scene: Scene = world.state(SweepState).scene

    def work(tx: IdentityWork) -> None:
        state.tries += 1
        tx.accounts.rename(scene.ada, NEW_NAME)
        with suppress(LoginRefused):
            WRONG_PASSWORDS["logs in"](scene, tx)

    with world.attempt(), conflicts.in_the_way_of(world, "UPDATE users SET failed", "40P01", 1):
        world.domain.run(world.domain.identity, work)


@then("{person:Person} is told that the work is stored, and not to do it again")
def told_not_remembered(context: Context, person: str) -> None:
    """Which is no conflict, so nobody tries it again."""
    refusal = context.world.outcome.claim()
    assert isinstance(refusal, NotRecorded), f"{person} was told {refusal!r}"


@then('{person:Person}\'s account is called "{name}", which was changed once')
def renamed_once(context: Context, person: str, name: str) -> None:
    """The name, and that the version has been counted once."""
    world: World = context.world
    seen = world.people[person]
    account = world.stored_one("users", id=seen.id)
    found = (account["display_name"], account["version"])
    assert found == (name, seen.version + 1), f"it is {found}"
