"""Logging in, presenting a token, setting a password: what several step modules do."""

from collections.abc import Callable
from typing import Final, NamedTuple

from domain import Domain, DomainError
from domain.identity.failed_logins import LoginProblem, LoginRefused
from domain.identity.sessions import Login
from domain.transactions import IdentityWork
from features.support import data
from features.support.arrange.known_accounts import IdentityState
from features.support.execution import Execution
from features.support.identity import token_builder
from features.support.world import World

LAPTOP: Final = "laptop"
"""The device on which a person is logged in unless a step names another."""


class Client(NamedTuple):
    """A person on a device; the device takes part in concurrent work."""

    person: str
    device: str = LAPTOP


def place(person: str, device: str = LAPTOP) -> str:
    """Return the name under which a token is kept."""
    return f"{person}'s {device}"


def token(world: World, person: str, device: str = LAPTOP) -> str:
    """Return the token of a person's session."""
    return world.state(IdentityState).tokens[place(person, device)]


def jti(token: str) -> str:
    """Return the id of the session that a token is made for."""
    _, claims = token_builder.read(token)
    return str(claims["jti"])


def log_in(
    world: World,
    client: Client,
    password: str,
    how: Execution = Execution.COMMITTED,
    **details: str | None,
) -> None:
    """Try to log in at the person's own address, and keep the token."""
    email = world.people[client.person].email

    def operation(tx: IdentityWork) -> Login:
        return tx.sessions.log_in(email, password, **details)

    login = world.perform(client.device, Domain.identity, operation, how)
    if login is not None:
        keep(world, client.person, client.device, login)


def logged_in(world: World, person: str, device: str = LAPTOP) -> None:
    """Log in with the person's own password; a refusal is an error of the scenario."""
    with world.domain.identity() as tx:
        login = tx.sessions.log_in(
            world.people[person].email,
            world.state(IdentityState).passwords[person],
            user_agent=device,
        )
    keep(world, person, device, login)


def keep(world: World, person: str, device: str, login: Login) -> None:
    """Remember the token of a login."""
    state = world.state(IdentityState)
    state.login = login
    state.latest = state.tokens[place(person, device)] = login.token


def fail_to_log_in(world: World, email: str, password: str) -> LoginProblem | None:
    """Try to log in, and return why it was refused; None means that it was not."""
    try:
        with world.domain.identity() as tx:
            tx.sessions.log_in(email, password)
    except LoginRefused as refusal:
        return refusal.reason
    return None


def present(
    world: World, token: str, client: Client | None = None, how: Execution = Execution.COMMITTED
) -> None:
    """Present a token, and keep the principal that it leads to."""
    person, device = client or ("", LAPTOP)
    state = world.state(IdentityState)
    state.principal = None
    world.acting = person

    def authenticate(tx: IdentityWork) -> None:
        state.principal = tx.sessions.authenticate(token)

    world.perform(device, Domain.identity, authenticate, how)


def present_in_vain(world: World, token: str) -> None:
    """Present a token in a unit of work that catches the refusal, and commits."""
    refusals: list[DomainError] = []
    with world.attempt(), world.domain.identity() as tx:
        try:
            tx.sessions.authenticate(token)
        except DomainError as refusal:
            refusals.append(refusal)
    refused = world.outcome.claim()
    assert refused is None, f"the unit of work was refused: {refused}"
    assert refusals, "the token was not refused"


def set_password(
    world: World,
    client: Client,
    new: str,
    operation: Callable[[IdentityWork, str], None],
    how: Execution = Execution.COMMITTED,
) -> None:
    """Set a password with the token of the client; it is the person's own if that commits."""
    state = world.state(IdentityState)
    own = state.tokens[place(*client)]
    world.acting = client.person

    def run(tx: IdentityWork) -> bool:
        operation(tx, own)
        return True

    if world.perform(client.device, Domain.identity, run, how):
        state.passwords[client.person] = new


def stored_session(world: World, person: str, device: str = LAPTOP) -> data.Row:
    """Return the row of the session that a kept token leads to."""
    return world.stored_one("login_sessions", jti=jti(token(world, person, device)))
