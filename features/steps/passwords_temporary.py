"""Temporary passwords: issuing, logging in with one, replacing it."""

import math
from collections.abc import Callable
from typing import Final

from behave import given, then, when
from behave.runner import Context

from domain import DomainError
from domain.identity.password_policy import acceptable
from domain.identity.temporary_passwords import ALPHABET
from domain.transactions import IdentityWork
from features.support.arrange.known_accounts import IdentityState
from features.support.identity import logins
from features.support.world import World

POSITION: Final = {"the": -1, "the first": 0, "the second": 1}

FORBIDDEN: Final[dict[str, Callable[[IdentityWork, str], object]]] = {
    "be let in": lambda tx, token: tx.sessions.authenticate(token),
    "change her password": lambda tx, token: tx.passwords.change(
        token, "violet teapots hum at dusk", "amber kettles sing at dawn"
    ),
    "list her sessions": lambda tx, token: tx.sessions.list(token),
    "end a session": lambda tx, token: tx.sessions.end(token, "A" * 43),
    "end other sessions": lambda tx, token: tx.sessions.end_others(token),
}
"""What a session that was opened with a temporary password is tried for."""


@given("an administrator has issued a temporary password to {person:Person}")
@when("an administrator issues a temporary password to {person:Person}")
def issues(context: Context, person: str) -> None:
    """Have a temporary password issued, and tell it to the person."""
    _issue(context.world, person)


@when("an administrator issues {number:Number} temporary passwords to {person:Person}")
def issues_many(context: Context, number: int, person: str) -> None:
    """Have so many issued, each in the place of the one before."""
    for _ in range(number):
        _issue(context.world, person)


@given("{person:Person} has logged in with {which:Which} temporary password")
@when("{person:Person} logs in with {which:Which} temporary password")
def logs_in_with_temporary(context: Context, person: str, which: str) -> None:
    """Log in with a temporary password that was issued to the person."""
    password = context.world.state(IdentityState).temporary[person][POSITION[which]]
    logins.log_in(context.world, person, password)


@when("{person:Person} logs in with the temporary password in a unit of work that then fails")
def logs_in_with_temporary_and_fails(context: Context, person: str) -> None:
    """Log in, then let something else in the same unit of work go wrong."""
    logins.log_in_and_fail(
        context.world, person, context.world.state(IdentityState).temporary[person][-1]
    )


@given("{person:Person} has set {whose:Whose} own password {new:Value}")
@when("{person:Person} sets {whose:Whose} own password {new:Value}")
def sets_own(context: Context, person: str, whose: str, new: str) -> None:
    """Replace the temporary password with one's own."""
    _set_own(context.world, person, new)


@when("{person:Person} sets the temporary password as {whose:Whose} own")
def sets_temporary_as_own(context: Context, person: str, whose: str) -> None:
    """Try to keep the temporary password."""
    _set_own(context.world, person, context.world.state(IdentityState).temporary[person][-1])


@when("{person:Person} tries to {do}")
def tries(context: Context, person: str, do: str) -> None:
    """Try one operation with the session of the laptop."""
    world: World = context.world
    with world.attempt(), world.domain.identity() as tx:
        FORBIDDEN[do](tx, world.state(IdentityState).tokens[logins.place(person)])


@then("no two of them are the same")
def all_different(context: Context) -> None:
    """Every temporary password that was issued is another one."""
    (issued,) = context.world.state(IdentityState).temporary.values()
    assert len(set(issued)) == len(issued) > 1, f"{len(issued)} issued, {len(set(issued))} differ"


@then("each of them has at least {bits:Number} random bits")
def random_bits(context: Context, bits: int) -> None:
    """So many characters, each of which could be any of the alphabet (NIST: 112 bits)."""
    (issued,) = context.world.state(IdentityState).temporary.values()
    characters = min(sum(character in ALPHABET for character in one) for one in issued)
    found = characters * math.log2(len(set(ALPHABET)))
    assert found >= bits, f"the shortest has {found:.0f}"
    used = set("".join(issued)) - {"-"}
    assert used == set(ALPHABET), f"never used: {''.join(sorted(set(ALPHABET) - used))}"


@then("each of them satisfies the policy for {person:Person}")
def satisfies_policy(context: Context, person: str) -> None:
    """The person could set each of them as a password of their own."""
    world: World = context.world
    for one in world.state(IdentityState).temporary[person]:
        try:
            acceptable(one, world.settings.passwords, world.people[person].own_words)
        except DomainError as refusal:
            raise AssertionError(f"{one!r} would be refused: {refusal}") from None


@then("what was issued does not show the password in its representation")
def issued_hides_password(context: Context) -> None:
    """The object that carries the password to the administrator can be logged by mistake."""
    state: IdentityState = context.world.state(IdentityState)
    ((password,),) = state.temporary.values()
    assert password not in repr(state.issued), "it does"


def _issue(world: World, person: str) -> None:
    state = world.state(IdentityState)
    with world.attempt(), world.domain.identity() as tx:
        issued = tx.passwords.issue_temporary(world.people[person].id)
        state.issued = issued
        state.temporary.setdefault(person, []).append(issued.password)


def _set_own(world: World, person: str, new: str) -> None:
    state = world.state(IdentityState)
    with world.attempt():
        with world.domain.identity() as tx:
            tx.passwords.replace_temporary(state.tokens[logins.place(person)], new)
        state.passwords[person] = new
