"""Every operation with passwords and tokens, once successful and once refused, in order."""

from collections.abc import Callable, Generator, Iterator
from datetime import timedelta
from functools import partial

from domain import DomainError
from domain.identity.sessions import Login
from domain.identity.temporary_passwords import IssuedPassword
from domain.transactions import IdentityWork
from features.support.arrange.known_accounts import IdentityState
from features.support.identity import logins, token_builder
from features.support.identity.token_tampering import ALTERATIONS, signing_key
from features.support.world import World

FIRST = "violet teapots hum at dusk"
SECOND = "amber kettles sing at dawn"
THIRD = "nine herons wade upstream"
COMMON = "correct horse battery staple"
NEVER_SET = "a heron drifts past gull rock"


def perform_all(world: World, person: str) -> Iterator[object]:
    """Perform one operation after the other; yield each result or refusal."""
    state = world.state(IdentityState)
    state.secrets.update({FIRST, SECOND, THIRD, NEVER_SET, COMMON})
    email = f"{person.lower()}@example.org"

    def log_in(password: str) -> Iterator[object]:
        login = yield from _do(
            world,
            lambda tx: tx.sessions.log_in(email, password, ip="192.0.2.7", user_agent="curl/8"),
        )
        if isinstance(login, Login):
            logins.keep(world, person, f"login {len(state.tokens)}", login)

    yield from _do(world, lambda tx: tx.accounts.register(email, person, FIRST))
    yield from _do(world, lambda tx: tx.accounts.register("x@acme.org", "X", NEVER_SET[:8]))
    yield from _do(world, lambda tx: tx.accounts.register("x@acme.org", "X", COMMON))
    yield from _do(world, lambda tx: tx.accounts.register(email, person, SECOND))
    user = yield from _do(world, lambda tx: tx.accounts.get_by_email(email))
    user_id = user.id  # type: ignore[attr-defined]
    yield from log_in(FIRST)
    yield from log_in(NEVER_SET)
    yield from log_in(FIRST)
    token = _latest(world)
    world.clock.advance(timedelta(minutes=2))
    yield from _do(world, lambda tx: tx.sessions.authenticate(token))
    yield from _do(world, lambda tx: tx.sessions.list(token))
    for forged in [alter(token) for alter in ALTERATIONS.values()]:
        state.secrets.add(forged)
        yield from _do(world, partial(_authenticate, forged))
    yield from _do(
        world, partial(_authenticate, token_builder.make(*token_builder.read(token), signing_key()))
    )
    yield from _do(world, lambda tx: tx.passwords.change(token, NEVER_SET, SECOND))
    yield from _do(world, lambda tx: tx.passwords.change(token, FIRST, FIRST))
    yield from _do(world, lambda tx: tx.passwords.change(token, FIRST, SECOND))
    yield from _do(world, lambda tx: tx.sessions.log_out(token))
    issued = yield from _do(world, lambda tx: tx.passwords.issue_temporary(user_id))
    assert isinstance(issued, IssuedPassword)
    state.temporary[person] = [issued.password]
    yield from log_in(issued.password)
    restricted = _latest(world)
    yield from _do(world, lambda tx: tx.sessions.authenticate(restricted))
    yield from _do(world, lambda tx: tx.passwords.replace_temporary(restricted, issued.password))
    yield from _do(world, lambda tx: tx.passwords.replace_temporary(restricted, THIRD))
    for _ in range(6):
        yield from log_in(NEVER_SET)
    yield from _do(world, lambda tx: tx.accounts.deactivate(tx.accounts.get(user_id)))
    yield from log_in(THIRD)
    yield from _do(world, lambda tx: tx.accounts.delete(tx.accounts.get(user_id)))


def _authenticate(token: str, tx: IdentityWork) -> object:
    return tx.sessions.authenticate(token)


def _latest(world: World) -> str:
    return list(world.state(IdentityState).tokens.values())[-1]


def _do(world: World, work: Callable[[IdentityWork], object]) -> Generator[object, None, object]:
    """Run one operation in a unit of work of its own; yield and return its result or refusal."""
    try:
        with world.domain.identity() as tx:
            result: object = work(tx)
    except DomainError as refusal:
        result = refusal
    yield result
    return result
