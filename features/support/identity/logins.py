"""What the steps about passwords and sessions share: logging in, presenting a token."""

from typing import Final

from domain.identity.failed_logins import LoginProblem, LoginRefused
from domain.identity.sessions import Login
from features.support import data
from features.support.arrange.known_accounts import IdentityState
from features.support.identity import token_builder
from features.support.world import World

WRONG: Final = "violet teapots hum at noon"
"""A password that nobody has."""

LAPTOP: Final = "laptop"
"""Where somebody is logged in if nothing else is said."""


def place(person: str, device: str = LAPTOP) -> str:
    """Return the name under which a token is kept."""
    return f"{person}'s {device}"


def log_in(world: World, person: str, password: str, device: str = LAPTOP) -> None:
    """Try to log in at somebody's own address, and keep the token."""
    with world.attempt(), world.domain.identity() as tx:
        keep(world, person, device, tx.sessions.log_in(world.people[person].email, password))


def logged_in(world: World, person: str, device: str = LAPTOP) -> None:
    """Log in with the person's own password, as a matter of course."""
    with world.domain.identity() as tx:
        login = tx.sessions.log_in(
            world.people[person].email,
            world.state(IdentityState).passwords[person],
            user_agent=device,
        )
    keep(world, person, device, login)


def log_in_and_fail(world: World, person: str, password: str) -> None:
    """Log in, then let something else in the same unit of work go wrong."""
    mishap = RuntimeError("the mail server is away")
    seen: list[RuntimeError] = []
    try:
        with world.attempt(), world.domain.identity() as tx:
            tx.sessions.log_in(world.people[person].email, password)
            raise mishap
    except RuntimeError as error:
        seen.append(error)
    assert seen == [mishap], f"the caller did not see the error that happened, but {seen}"


def keep(world: World, person: str, device: str, login: Login) -> None:
    """Remember the token of a login."""
    state = world.state(IdentityState)
    state.latest = device
    state.tokens[place(person, device)] = login.token


def fail_to_log_in(world: World, email: str, password: str) -> LoginProblem | None:
    """Try to log in, and return why it was refused; None means that it was not."""
    try:
        with world.domain.identity() as tx:
            tx.sessions.log_in(email, password)
    except LoginRefused as refusal:
        return refusal.reason
    return None


def present(world: World, token: str, person: str = "") -> None:
    """Try to be let in with a token."""
    state = world.state(IdentityState)
    state.principal = None
    world.acting = person
    with world.attempt(), world.domain.identity() as tx:
        state.principal = tx.sessions.authenticate(token)


def stored_session(world: World, person: str, device: str = LAPTOP) -> data.Row:
    """Return the row of the session that a kept token leads to."""
    _, claims = token_builder.read(world.state(IdentityState).tokens[place(person, device)])
    return world.stored_one("login_sessions", jti=claims["jti"])


def failures(world: World, person: str) -> int:
    """Return how many failed logins are counted against somebody."""
    return len(world.stored_one("users", id=world.people[person].id)["failed_logins_at"])


def change_password(world: World, person: str, current: str, new: str) -> None:
    """Try to change a password in the session on the laptop; on success it is the person's."""
    state = world.state(IdentityState)
    world.acting = person
    with world.attempt():
        with world.domain.identity() as tx:
            tx.passwords.change(state.tokens[place(person)], current, new)
        state.passwords[person] = new
