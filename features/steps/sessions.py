"""Sessions: logging in and being let in."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from behave import given, then, when
from behave.runner import Context

from domain.identity.authentication import Principal
from domain.settings import TokenRules
from features.support.arrange import factories
from features.support.arrange.known_accounts import IdentityState
from features.support.identity import logins
from features.support.world import World

# --- what is there already ------------------------------------------------------------------


@given("{person:Person} is logged in")
def is_logged_in(context: Context, person: str) -> None:
    """Log in with one's own password; an account is made if there is none."""
    _is_logged_in(context.world, person, logins.LAPTOP)


@given("{person:Person} is logged in on {whose:Whose} {device:Device}")
def is_logged_in_on(context: Context, person: str, whose: str, device: str) -> None:
    """Log in on one device among several."""
    _is_logged_in(context.world, person, device)


def _is_logged_in(world: World, person: str, device: str) -> None:
    if person not in world.people:
        factories.account(world, person)
    logins.logged_in(world, person, device)


@given("{time:Duration} have passed")
@given("{time:Duration} has passed")
@when("{time:Duration} have passed")
def time_passed(context: Context, time: timedelta) -> None:
    """Move the scenario's clock on."""
    context.world.clock.advance(time)


# --- logging in -----------------------------------------------------------------------------


@given("{person:Person} has logged in with {password:Value}")
@when("{person:Person} logs in with {password:Value}")
def logs_in(context: Context, person: str, password: str) -> None:
    """Log in at one's own address with this password."""
    logins.log_in(context.world, person, password)


@when("{person:Person} logs in on {whose:Whose} {device:Device}")
def logs_in_on(context: Context, person: str, whose: str, device: str) -> None:
    """Log in with one's own password, on one device among several."""
    logins.log_in(
        context.world, person, context.world.state(IdentityState).passwords[person], device
    )


@when("{person:Person} logs in with {password:Value} in a unit of work that then fails")
def logs_in_and_fails(context: Context, person: str, password: str) -> None:
    """Log in, then let something else in the same unit of work go wrong."""
    logins.log_in_and_fail(context.world, person, password)


@when("{person:Person} logs in from {ip:Value} with the browser {browser:Value}")
def logs_in_from(context: Context, person: str, ip: str | None, browser: str | None) -> None:
    """Log in with one's own password, from somewhere, with some browser."""
    world: World = context.world
    email, password = world.people[person].email, world.state(IdentityState).passwords[person]
    with world.attempt(), world.domain.identity() as tx:
        login = tx.sessions.log_in(email, password, ip=ip, user_agent=browser)
        logins.keep(world, person, logins.LAPTOP, login)


@when("somebody logs in at {email:Value} with {password:Value}")
def somebody_logs_in(context: Context, email: str, password: str) -> None:
    """Log in at an address that may be anybody's or nobody's."""
    with context.world.attempt(), context.world.domain.identity() as tx:
        tx.sessions.log_in(email, password)


@when("{person:Person} registers and logs in")
def registers_and_logs_in(context: Context, person: str) -> None:
    """Open an account and a session."""
    factories.account(context.world, person)
    logins.logged_in(context.world, person)


@when("{person:Person} logs in {number:Number} times")
def logs_in_times(context: Context, person: str, number: int) -> None:
    """Log in so many times, each time on another device."""
    for position in range(number):
        logins.logged_in(context.world, person, f"device {position}")


@given("the service has no keys")
def no_keys(context: Context) -> None:
    """Set the service up without keys."""
    world: World = context.world
    world.settings = replace(world.settings, tokens=TokenRules())


@given("the service gives clocks a leeway of {leeway:Duration}")
def leeway_of(context: Context, leeway: timedelta) -> None:
    """Set how far another server's clock may be off."""
    world: World = context.world
    world.settings = replace(world.settings, tokens=replace(world.settings.tokens, leeway=leeway))


@then("{person:Person} is let in")
def is_let_in(context: Context, person: str) -> None:
    """The last login went through, and there is a live session of this person's."""
    refusal = context.world.outcome.claim()
    assert refusal is None, f"{person} was refused: {refusal!r}"
    session = logins.stored_session(
        context.world, person, context.world.state(IdentityState).latest
    )
    assert session["user_id"] == context.world.people[person].id, "it is somebody else's session"
    assert session["ended_at"] is None, f"it has ended: {session['ended_because']}"


# --- being let in ---------------------------------------------------------------------------


@when("{person:Person}'s token is presented")
def token_presented(context: Context, person: str) -> None:
    """Present the token of the laptop as it is."""
    logins.present(
        context.world, context.world.state(IdentityState).tokens[logins.place(person)], person
    )


@when("the token of {person:Person}'s {device:Device} is presented")
def token_of_device_presented(context: Context, person: str, device: str) -> None:
    """Present one of several tokens as it is."""
    logins.present(
        context.world, context.world.state(IdentityState).tokens[logins.place(person, device)]
    )


@then("the bearer is {person:Person}")
def bearer_is(context: Context, person: str) -> None:
    """The token was accepted, and leads to this person and the session it was made for."""
    refusal = context.world.outcome.claim()
    assert refusal is None, f"the token was refused: {getattr(refusal, 'reason', refusal)}"
    expected: Any = logins.stored_session(context.world, person)
    found = context.world.state(IdentityState).principal
    assert isinstance(found, Principal), "nobody was authenticated"
    assert (found.user_id, found.jti) == (expected["user_id"], expected["jti"]), f"it is {found}"
