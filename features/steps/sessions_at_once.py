"""Many logins at once, held up until all of them are there."""

from typing import Final

from behave import given, then, when
from behave.runner import Context

from domain import Domain
from domain.identity.failed_logins import LoginRefused
from domain.identity.sessions import Login
from features.support.arrange.known_accounts import IdentityState
from features.support.identity.logins import WRONG
from features.support.world import World
from pgharness.interleaving.actors import Actor

SOMEBODY: Final = "somebody"


@given("somebody is busy with {person:Person}'s account")
def somebody_is_busy(context: Context, person: str) -> None:
    """Hold the account's row in a unit of work that is still open."""
    user_id = context.world.people[person].id
    context.world.begin_work(SOMEBODY).do(lambda tx: tx.sessions.end_all(user_id))
    context.world.actors[SOMEBODY].outcome()


@when("{person:Person} logs in {number:Number} times at once")
def logs_in_at_once(context: Context, person: str, number: int) -> None:
    """So many logins with the right password, each in a thread and a connection of its own."""
    _log_in_at_once(
        context.world, person, context.world.state(IdentityState).passwords[person], number
    )


@when("{number:Number} logins to {person:Person}'s account with a wrong password are tried at once")
def wrong_logins_at_once(context: Context, number: int, person: str) -> None:
    """So many logins with a wrong password, likewise."""
    _log_in_at_once(context.world, person, WRONG, number)


@then("each of them has to wait")
def each_has_to_wait(context: Context) -> None:
    """The server says that every one waits: for the one who is busy, or in the queue behind."""
    for actor in _those_who_log_in(context.world):
        actor.wait_until_blocked(None, context.world.reader)


@when("the account is free")
def account_is_free(context: Context) -> None:
    """Let the one who is busy commit."""
    context.world.actors[SOMEBODY].commit()


@then("each of them is let in")
def each_is_let_in(context: Context) -> None:
    """Every login opened a session; no error came of their meeting."""
    for actor in _those_who_log_in(context.world):
        answer = actor.answer()
        assert isinstance(answer, Login), f"{actor.name} was told: {answer!r}"


@then("each of them is refused")
@then("both have been refused")
def each_is_refused(context: Context) -> None:
    """Every login was refused as a login is, and no other error came of their meeting."""
    for actor in _those_who_log_in(context.world):
        answer = actor.answer()
        assert isinstance(answer, LoginRefused), f"{actor.name} was told: {answer!r}"


@given("the laptop has begun to write down a failed login to {person:Person}'s account")
def begun_to_write_down(context: Context, person: str) -> None:
    """Stop a failed login at the moment when its failure is about to be written."""
    laptop = context.world.actor("laptop")
    laptop.stop_before("UPDATE users")
    _start(context.world, laptop, person, WRONG)
    laptop.wait_until_stopped()


@when("a login to {person:Person}'s account fails on the phone at the same time")
def fails_meanwhile(context: Context, person: str) -> None:
    """Another login with a wrong password."""
    _start(context.world, context.world.actor("phone"), person, WRONG)


@when("{person:Person} logs in on the phone at the same time")
def logs_in_meanwhile(context: Context, person: str) -> None:
    """Another login, with the right password."""
    password = context.world.state(IdentityState).passwords[person]
    _start(context.world, context.world.actor("phone"), person, password)


@when("the laptop goes on")
def laptop_goes_on(context: Context) -> None:
    """Let the failure be written."""
    context.world.actors["laptop"].go_on()


def _those_who_log_in(world: World) -> list[Actor[Domain]]:
    return [actor for name, actor in world.actors.items() if name != SOMEBODY]


def _log_in_at_once(world: World, person: str, password: str, number: int) -> None:
    for position in range(1, number + 1):
        _start(world, world.actor(f"login {position}"), person, password)


def _start(world: World, actor: Actor[Domain], person: str, password: str) -> None:
    email = world.people[person].email

    def log_in(domain: Domain) -> Login:
        with domain.identity() as tx:
            return tx.sessions.log_in(email, password)

    actor.run(log_in)
