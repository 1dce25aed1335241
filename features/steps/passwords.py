"""Passwords: hashing them, changing one's own."""

from dataclasses import replace
from typing import Any

from behave import given, then, when
from behave.runner import Context

from domain import Settings
from domain.errors import InvalidSetting
from domain.identity.failed_logins import CurrentPasswordRefused
from domain.identity.password_policy import WeakPassword
from domain.settings import Argon2Cost
from features.support import data
from features.support.arrange import factories
from features.support.arrange.known_accounts import IdentityState
from features.support.counting_hasher import CountingHasher
from features.support.identity import logins
from features.support.world import World

# --- what is there already ------------------------------------------------------------------


@given("{person:Person} has an account")
def has_account(context: Context, person: str) -> None:
    """An account like any other."""
    factories.account(context.world, person)


@given("{person:Person} has an account with the password {password:Value}")
def has_account_with_password(context: Context, person: str, password: str) -> None:
    """An account whose password is this one, whatever the policy thinks of it."""
    factories.account(context.world, person, password=password)


@given("{person:Person}'s passwords have been, in this order")
def had_passwords(context: Context, person: str) -> None:
    """An account with former passwords; the last in the table is the present one."""
    factories.had_passwords(context.world, person, [row["password"] for row in context.table])


@given("{person:Person}'s password is hashed at {cost:Cost}")
def hashed_at(context: Context, person: str, cost: Argon2Cost) -> None:
    """An account whose hash has this cost."""
    factories.account(context.world, person, cost=cost)


@given("the service hashes at {cost:Cost}")
def service_hashes_at(context: Context, cost: Argon2Cost) -> None:
    """Set the cost of the scenario's service."""
    _hash_at(context.world, cost)


@given("the service hashes as it does unless told otherwise")
def service_hashes_by_default(context: Context) -> None:
    """Take the cost of ordinary settings."""
    _hash_at(context.world, Settings().argon2)


@given("the service remembers the last {last:Number} password")
@given("the service remembers the last {last:Number} passwords")
def service_remembers(context: Context, last: int) -> None:
    """Set how many passwords are barred from coming back."""
    world: World = context.world
    rules = replace(world.settings.passwords, history=last)
    world.settings = replace(world.settings, passwords=rules)


def _hash_at(world: World, cost: Argon2Cost) -> None:
    world.settings = replace(world.settings, argon2=cost)
    world.hasher = CountingHasher(cost)


@when('somebody called "{name}" at "{email}" chooses the password {password:Value}')
def somebody_chooses(context: Context, name: str, email: str, password: str) -> None:
    """Register with these words of one's own, and with this password."""
    world: World = context.world
    with world.attempt(), world.domain.identity() as tx:
        tx.accounts.register(email, name, password)


# --- changing -------------------------------------------------------------------------------


@given("{person:Person} has replaced {whose:Whose} password with {new:Value}")
@when("{person:Person} replaces {whose:Whose} password with {new:Value}")
def changes_password(context: Context, person: str, whose: str, new: str) -> None:
    """Change the password, with the right current one."""
    logins.change_password(
        context.world, person, context.world.state(IdentityState).passwords[person], new
    )


@when("{person:Person} replaces {whose:Whose} password {current:Value} with {new:Value}")
def changes_password_from(
    context: Context, person: str, whose: str, current: str, new: str
) -> None:
    """Change the password, with a current one that may be wrong."""
    logins.change_password(context.world, person, current, new)


@when("{person:Person} replaces {whose:Whose} password in a unit of work that then fails")
def changes_password_and_fails(context: Context, person: str, whose: str) -> None:
    """Change the password, then let something else in the same unit of work go wrong."""
    world: World = context.world
    state = world.state(IdentityState)
    world.before = data.fingerprint(world.reader)
    mishap = RuntimeError("the mail server is away")
    seen: list[RuntimeError] = []
    try:
        with world.domain.identity() as tx:
            token = state.tokens[logins.place(person)]
            tx.passwords.change(token, state.passwords[person], "amber kettles sing at dawn")
            raise mishap
    except RuntimeError as error:
        seen.append(error)
    assert seen == [mishap], f"the caller did not see the error that happened, but {seen}"


@when("{person:Person} gives {number:Number} wrong current passwords")
def gives_wrong_current_passwords(context: Context, person: str, number: int) -> None:
    """Try to change the password so many times, each time without knowing the current one."""
    for attempt in range(number):
        logins.change_password(context.world, person, f"wrong {attempt}", "amber kettles sing")
        refusal = context.world.outcome.claim()
        assert isinstance(refusal, CurrentPasswordRefused), f"the refusal was {refusal!r}"


@then("it is suggested: {suggestion:Value}")
def suggested(context: Context, suggestion: str) -> None:
    """The refusal of the password that was claimed last says what would be better."""
    refusal = context.world.outcome.judged
    assert isinstance(refusal, WeakPassword), f"the refusal was {refusal!r}"
    assert suggestion in refusal.suggestions, f"suggested was {refusal.suggestions}"
    assert suggestion in str(refusal), f"it is not in the sentence: {refusal}"


@then("the refusal does not repeat {password:Value}")
def password_not_repeated(context: Context, password: str) -> None:
    """Neither the sentence nor the representation of the refusal has the password in it."""
    refusal = context.world.outcome.judged
    assert refusal is not None, "nothing was refused"
    assert password not in f"{refusal} {refusal!r} {vars(refusal)}", "it does"


# --- settings -------------------------------------------------------------------------------


@when("the service is to be set up with an Argon2 cost whose {name:Name} is {value:Value}")
def set_up_with_cost(context: Context, name: str, value: Any) -> None:
    """Make settings that are right but for one number."""
    with context.world.outcome.expected(InvalidSetting):
        Settings(argon2=Argon2Cost(**{name: value}))


@then("the setting {setting} is refused because it {problem}")
def setting_refused(context: Context, setting: str, problem: str) -> None:
    """The setting was refused, by its name and with its problem."""
    refusal = context.world.outcome.claim()
    assert isinstance(refusal, InvalidSetting), f"the refusal was {refusal!r}"
    found = (refusal.setting, refusal.problem)
    assert found == (setting, problem), f"refused was another setting: {refusal}"
