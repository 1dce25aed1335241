"""What new passwords cost, counted: judging them, hashing them, and what is kept from others."""

from typing import Final

from behave import then, when
from behave.runner import Context

from features.support.arrange.known_accounts import IdentityState
from features.support.identity import cost_counters, logins
from features.support.identity.recorded import ObservedState
from features.support.world import World

WORDS: Final = ("Ea " * 66 + "Ea", f"{'e' * 64}@{'.'.join(['ae' * 10] * 8)}.org")
"""A name and an address with as many words as there can be, for a password made of them."""

BROKEN_OFF: Final = 2_000_000
"""Lines after which there is no need to go on counting."""


@when("somebody registers with the password {password:Value}, and the work is counted")
def registers_and_counted(context: Context, password: str) -> None:
    """Register, and count statements and hashing."""
    world: World = context.world
    with cost_counters.counted(world), world.attempt(), world.domain.identity() as tx:
        tx.accounts.register("chen@example.org", "Chen", password)


@when("{person:Person} replaces {whose:Whose} password with {new:Value}, and the work is counted")
def changes_and_counted(context: Context, person: str, whose: str, new: str) -> None:
    """Change the password with the right current one, and count statements and hashing."""
    world: World = context.world
    with cost_counters.counted(world):
        logins.change_password(world, person, world.state(IdentityState).passwords[person], new)


@when("{person:Person} sets {whose:Whose} own password {new:Value}, and the work is counted")
def sets_own_and_counted(context: Context, person: str, whose: str, new: str) -> None:
    """Replace the temporary password, and count statements and hashing."""
    world: World = context.world
    with cost_counters.counted(world), world.attempt(), world.domain.identity() as tx:
        tx.passwords.replace_temporary(world.state(IdentityState).tokens[logins.place(person)], new)


@when("an administrator issues a temporary password to {person:Person}, and the work is counted")
def issues_and_counted(context: Context, person: str) -> None:
    """Issue a temporary password, and count statements and hashing."""
    world: World = context.world
    with cost_counters.counted(world), world.attempt(), world.domain.identity() as tx:
        tx.passwords.issue_temporary(world.people[person].id)


@when("somebody with many words registers with the password {password:Value}")
def registers_with_many_words(context: Context, password: str) -> None:
    """Register with the longest name and address, and count the lines of Python that are run."""
    world: World = context.world
    name, email = WORDS
    counting = cost_counters.lines_counted(world, BROKEN_OFF)
    with world.attempt(), counting, world.domain.identity() as tx:
        tx.accounts.register(email, name, password)


@then("that took no more than {number:Number} lines of Python, whatever came of it")
def lines_at_most(context: Context, number: int) -> None:
    """The work is bounded; whether the password is a good one is another matter."""
    world: World = context.world
    state = world.state(ObservedState)
    if world.outcome.unclaimed() is not None:
        world.outcome.claim()
    assert state.lines_run <= number, f"it took {state.lines_run} or more"
