"""Passwords: their cost, replacing one's own, temporary ones, and what is stored of them."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from behave import given, then, when
from behave.runner import Context
from sqlalchemy import delete

from domain import Settings
from domain.errors import InvalidSetting
from domain.identity.failed_logins import CurrentPasswordRefused
from domain.identity.password_policy import WeakPassword
from domain.identity.temporary_passwords import TemporaryPassword
from domain.settings import Argon2Cost
from features.support.arrange import factories
from features.support.arrange.known_accounts import IdentityState
from features.support.counting_hasher import CountingHasher
from features.support.execution import Execution
from features.support.identity import account_operations, cost_counters, logins
from features.support.identity.logins import Client
from features.support.identity.recorded import ObservedState
from features.support.world import World

GIVE_UP_AFTER = 2_000_000
"""Lines of Python after which counting stops."""

# --- what exists before ---------------------------------------------------------------------


@given("{person:Person}'s passwords have been, in this order")
def had_passwords(context: Context, person: str) -> None:
    """An account with former passwords; the last in the table is the current one."""
    factories.had_passwords(context.world, person, [row["password"] for row in context.table])


@given(
    "{person:Person}'s passwords have been, in this order,"
    " each replaced an hour earlier by the clock than the one before"
)
def had_passwords_backwards(context: Context, person: str) -> None:
    """The same, and the clock was set back after each change."""
    passwords = [row["password"] for row in context.table]
    factories.had_passwords(context.world, person, passwords, timedelta(hours=-1))


@given("{person:Person}'s password is hashed at {cost:Cost}")
def hashed_at(context: Context, person: str, cost: Argon2Cost) -> None:
    """An account whose hash has this cost."""
    factories.account(context.world, person, cost=cost)


@given("the service hashes at {cost:Cost}")
def service_hashes_at(context: Context, cost: Argon2Cost) -> None:
    """Set the cost of new hashes."""
    world: World = context.world
    world.settings = replace(world.settings, argon2=cost)
    world.hasher = CountingHasher(cost)


@given("the service remembers the last {number:Passwords}")
def service_remembers(context: Context, number: int) -> None:
    """Set how many passwords are refused as new ones; the current one is counted."""
    world: World = context.world
    rules = replace(world.settings.passwords, history=number)
    world.settings = replace(world.settings, passwords=rules)


# --- replacing one's own --------------------------------------------------------------------


@given(
    "{person:Person} replaces {owner:Owner} password{device:OnDevice}"
    " with {new:Value}{how:Execution}"
)
@when(
    "{person:Person} replaces {owner:Owner} password{device:OnDevice}"
    " with {new:Value}{how:Execution}"
)
def replaces(context: Context, **words: Any) -> None:
    """Replace the password; the current one is given correctly."""
    client = Client(words["person"], words["device"])
    current = context.world.state(IdentityState).passwords[client.person]
    _replace(context.world, client, current, words["new"], words["how"])


@when(
    "{person:Person} replaces {owner:Owner} password with {new:Value},"
    " giving {current:Value} as the current one"
)
def replaces_giving(context: Context, person: str, owner: str, new: str, current: str) -> None:
    """Replace the password; the current one may be wrong."""
    _replace(context.world, Client(person), current, new)


@when("{person:Person} gives {number:Number} wrong current passwords")
def gives_wrong_current_passwords(context: Context, person: str, number: int) -> None:
    """Try to replace the password; each attempt must be refused."""
    for attempt in range(number):
        _replace(context.world, Client(person), f"wrong {attempt}", "amber kettles sing at dawn")
        refusal = context.world.outcome.claim()
        assert isinstance(refusal, CurrentPasswordRefused), f"the refusal was {refusal!r}"


def _replace(
    world: World,
    client: Client,
    current: str,
    new: str,
    how: Execution = Execution.COMMITTED,
) -> None:
    logins.set_password(
        world, client, new, lambda tx, token: tx.passwords.change(token, current, new), how
    )


@then("the refusal suggests {suggestion:Value}")
def suggests(context: Context, suggestion: str) -> None:
    """The last refusal, of a password, contains this advice."""
    refusal = context.world.outcome.judged
    assert isinstance(refusal, WeakPassword), f"the refusal was {refusal!r}"
    assert suggestion in refusal.suggestions, f"suggested was {refusal.suggestions}"
    assert suggestion in str(refusal), f"it is not in the sentence: {refusal}"


@then("the refusal does not contain {password:Value}")
def password_not_contained(context: Context, password: str) -> None:
    """Neither the sentence, the representation nor an attribute contains the password."""
    refusal = context.world.outcome.judged
    assert refusal is not None, "nothing was refused"
    assert password not in f"{refusal} {refusal!r} {vars(refusal)}", "it does"


# --- temporary ones -------------------------------------------------------------------------


@when("an administrator issues {number:Number} temporary passwords to {person:Person}")
def issues_many(context: Context, number: int, person: str) -> None:
    """Each replaces the one before."""
    world: World = context.world
    for _ in range(number):
        with world.attempt(), world.domain.identity() as tx:
            account_operations.issue_temporary(world, person, tx)


@given("a script gives {person:Person} a temporary password")
def script_stores_temporary(context: Context, person: str) -> None:
    """Without the service, which would end the person's sessions."""
    user = context.world.people[person]
    factories.stored(context.world, factories.TemporaryPasswordFactory, user=user)


@given("a script deletes {person:Person}'s temporary password")
def script_deletes_temporary(context: Context, person: str) -> None:
    """Without the service, which would end the person's sessions."""
    world: World = context.world
    with world.past_the_domain() as session:
        own = TemporaryPassword.user_id == world.people[person].id
        session.execute(delete(TemporaryPassword).where(own))


@given("the service's first random password is {password:Value}")
def first_random_password(context: Context, password: str) -> None:
    """The characters of which it makes passwords are these, and then random again."""
    random_characters = secrets.choice
    first = iter(password.replace("-", ""))

    def choice(of: Sequence[str]) -> str:
        return next(first, "") or random_characters(of)

    context.world.enter(patch.object(secrets, "choice", choice))


@given("{person:Person} sets {new:Password} as {owner:Owner} own password{how:Execution}")
@when("{person:Person} sets {new:Password} as {owner:Owner} own password{how:Execution}")
def sets_own(context: Context, **words: Any) -> None:
    """Replace the temporary password, in the session of the laptop."""
    world: World = context.world
    client = Client(words["person"])
    new = words["new"](world, client.person)
    logins.set_password(
        world,
        client,
        new,
        lambda tx, token: tx.passwords.replace_temporary(token, new),
        words["how"],
    )


# --- work and settings ----------------------------------------------------------------------


@when("the work is traced while {name:Value} registers with {email:Value} and {password:Value}")
def registers_traced(context: Context, name: str, email: str, password: str) -> None:
    """Count the lines of Python that run; whether the password is accepted does not matter."""
    world: World = context.world
    counting = cost_counters.lines_counted(world, GIVE_UP_AFTER)
    with world.attempt(), counting, world.domain.identity() as tx:
        tx.accounts.register(email, name, password)
    world.outcome.claim()


@then("at most {number:Number} lines of Python ran")
def lines_at_most(context: Context, number: int) -> None:
    """Lines are counted, as time would depend on the machine."""
    found = context.world.state(ObservedState).lines_run
    assert found <= number, f"{found} or more ran"


@when("the service is configured with an Argon2 cost whose {name:Name} is {value:Number}")
def configured_with_cost(context: Context, name: str, value: Any) -> None:
    """The other numbers of the cost are valid."""
    with context.world.outcome.expected(InvalidSetting):
        Settings(argon2=Argon2Cost(**{name: value}))


@then("the setting {setting} is refused because it {problem}")
def setting_refused(context: Context, setting: str, problem: str) -> None:
    """The configuration was refused for this setting."""
    refusal = context.world.outcome.claim()
    assert isinstance(refusal, InvalidSetting), f"the refusal was {refusal!r}"
    found = (refusal.setting, refusal.problem)
    assert found == (setting, problem), f"another setting was refused: {refusal}"
