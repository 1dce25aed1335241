"""Failed logins, one after the other and inside other work."""

from contextlib import suppress

from behave import given, when
from behave.runner import Context

from domain.identity.failed_logins import LoginProblem, LoginRefused
from features.support import data
from features.support.arrange import factories
from features.support.identity import logins
from features.support.world import World

WRONG = "violet teapots hum at noon"


@given("{number:Number} logins to {person:Person}'s account have failed")
@given("{number:Number} login to {person:Person}'s account has failed")
def logins_failed(context: Context, number: int, person: str) -> None:
    """So many logins with a wrong password."""
    _fail(context.world, person, number, LoginProblem.WRONG_PASSWORD)


@given("{number:Number} logins to {person:Person}'s account were refused because it is locked")
def logins_refused_by_lock(context: Context, number: int, person: str) -> None:
    """So many logins with a wrong password, while the account is locked."""
    _fail(context.world, person, number, LoginProblem.LOCKED)


@when('{person:Person} is renamed to "{name}" and then fails to log in, in one unit of work')
def renamed_and_fails(context: Context, person: str, name: str) -> None:
    """Do something in the unit of work before the login fails."""
    world: World = context.world
    user = world.people[person]
    with world.attempt(), world.domain.identity() as tx:
        tx.accounts.rename(user, name)
        tx.sessions.log_in(user.email, WRONG)


@when("{person:Person} fails to log in in a unit of work that goes on as if nothing had happened")
def fails_unnoticed(context: Context, person: str) -> None:
    """Catch the refusal inside the unit of work, which then commits."""
    context.world.before = data.fingerprint(context.world.reader)
    _fail_unnoticed(context.world, person)


@given(
    "{number:Number} logins to {person:Person}'s account have failed in units of work that go on"
)
def fail_unnoticed(context: Context, number: int, person: str) -> None:
    """So many, each caught inside its unit of work."""
    for _ in range(number):
        _fail_unnoticed(context.world, person)


def _fail(world: World, person: str, number: int, expected: LoginProblem) -> None:
    if person not in world.people:
        factories.account(world, person)
    for _ in range(number):
        found = logins.fail_to_log_in(world, world.people[person].email, WRONG)
        assert found is expected, f"the login came out as {found}"


def _fail_unnoticed(world: World, person: str) -> None:
    with world.domain.identity() as tx, suppress(LoginRefused):
        tx.sessions.log_in(world.people[person].email, WRONG)
