"""Tokens: presenting them, as issued or altered, and the keys that sign them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from behave import given, then, when
from behave.runner import Context

from domain import Settings
from domain.errors import InvalidSetting
from domain.identity.authentication import Principal
from domain.settings import KeyRing, TokenRules
from features.support.arrange.known_accounts import IdentityState
from features.support.defaults import KEYS, NOON
from features.support.execution import Execution
from features.support.identity import logins, token_builder
from features.support.identity.logins import Client
from features.support.identity.token_builder import Members
from features.support.identity.token_tampering import ALTERATIONS, signing_key
from features.support.world import World

# --- presenting a token ---------------------------------------------------------------------


@given("{person:Person} presents {owner:Owner} token{device:OnDevice}{how:Execution}")
@when("{person:Person} presents {owner:Owner} token{device:OnDevice}{how:Execution}")
def presents(context: Context, person: str, owner: str, device: str, how: Execution) -> None:
    """Authenticate with the token of the session on the device."""
    world: World = context.world
    client = Client(owner or person, device)
    logins.present(world, logins.token(world, *client), client, how)


@given("{person:Person} has used {owner:Owner} session every 20 minutes for {hours:Number} hours")
def used_regularly(context: Context, person: str, owner: str, hours: int) -> None:
    """Present the token every 20 minutes, while the session lasts."""
    world: World = context.world
    expires = logins.stored_session(world, person)["expires_at"]
    for _ in range(hours * 3):
        world.clock.advance(timedelta(minutes=20))
        if world.clock.now() < expires:
            with world.domain.identity() as tx:
                tx.sessions.authenticate(logins.token(world, person))


@then("the bearer is {person:Person}")
def bearer_is(context: Context, person: str) -> None:
    """The token was accepted, and leads to this person and the session it was made for."""
    refusal = context.world.outcome.claim()
    assert refusal is None, f"the token was refused: {getattr(refusal, 'reason', refusal)}"
    expected: Any = logins.stored_session(context.world, person)
    found = context.world.state(IdentityState).principal
    assert isinstance(found, Principal), "nothing was returned"
    assert (found.user_id, found.jti) == (expected["user_id"], expected["jti"]), f"it is {found}"


# --- altered tokens -------------------------------------------------------------------------


@when("{person:Person}'s token is presented {alteration:Alteration}")
def presented_altered(context: Context, person: str, alteration: str) -> None:
    """Present the token after an alteration."""
    token = logins.token(context.world, person)
    logins.present(context.world, ALTERATIONS[alteration](token))


@given("{person:Person} has a token {alteration:Alteration}")
def has_altered(context: Context, person: str, alteration: str) -> None:
    """Alter the token of the laptop, with which the person's next operations are done."""
    tokens = context.world.state(IdentityState).tokens
    place = logins.place(person)
    tokens[place] = ALTERATIONS[alteration](tokens[place])


@when("{person:Person}'s token is presented in a transaction that ignores the refusal")
def presented_ignoring(context: Context, person: str) -> None:
    """Catch the refusal in the unit of work, which then commits."""
    logins.present_in_vain(context.world, logins.token(context.world, person))


@when("{person:Person}'s token is presented with the {part:Part} {name:Name} {value:Json}")
def presented_with(context: Context, person: str, part: str, name: str, value: Any) -> None:
    """Present a token with another value in one place; its signature is valid."""

    def change(header: Members, claims: Members) -> None:
        {"header": header, "claim": claims}[part][name] = value

    _present_remade(context.world, person, change)


@when("{person:Person}'s token is presented without the {part:Part} {name:Name}")
def presented_without(context: Context, person: str, part: str, name: str) -> None:
    """Present a token without one member; its signature is valid."""

    def change(header: Members, claims: Members) -> None:
        del {"header": header, "claim": claims}[part][name]

    _present_remade(context.world, person, change)


@when("{person:Person}'s token is presented with its {claim:Name} {seconds:Seconds} from now")
def presented_with_time(context: Context, person: str, claim: str, seconds: int) -> None:
    """Present a token with another time; its signature is valid."""
    time = int(context.world.clock.now().timestamp()) + seconds

    def change(_: Members, claims: Members) -> None:
        claims[claim] = time

    _present_remade(context.world, person, change)


@when("{person:Person}'s token is presented with {other:Person} as its subject")
def presented_with_subject(context: Context, person: str, other: str) -> None:
    """Present a token that names another user; its signature is valid."""
    logins.present(context.world, _with_subject(context.world, person, other))


@when(
    "{person:Person}'s token is presented with {other:Person} as its subject"
    " in a transaction that ignores the refusal"
)
def presented_with_subject_ignoring(context: Context, person: str, other: str) -> None:
    """Catch the refusal in the unit of work, which then commits."""
    logins.present_in_vain(context.world, _with_subject(context.world, person, other))


@when("the token {text:Value} is presented")
def text_presented(context: Context, text: str) -> None:
    """Present any text."""
    logins.present(context.world, text)


def _present_remade(world: World, person: str, change: Callable[[Members, Members], None]) -> None:
    logins.present(world, _remade(world, person, change))


def _remade(world: World, person: str, change: Callable[[Members, Members], None]) -> str:
    header, claims = token_builder.read(logins.token(world, person))
    change(header, claims)
    return token_builder.make(header, claims, signing_key())


def _with_subject(world: World, person: str, other: str) -> str:
    subject = str(world.people[other].id)

    def change(_: Members, claims: Members) -> None:
        claims["sub"] = subject

    return _remade(world, person, change)


# --- what a token states --------------------------------------------------------------------


@then("the header of {person:Person}'s token is")
def header_is(context: Context, person: str) -> None:
    """Exactly these members are in the header."""
    header, _ = token_builder.read(logins.token(context.world, person))
    expected = {row["member"]: row["value"] for row in context.table}
    assert header == expected, f"it is {header}"


@then("the claims of {person:Person}'s token are")
def claims_are(context: Context, person: str) -> None:
    """Exactly these claims are made; times are in seconds since 1970."""
    world: World = context.world
    _, claims = token_builder.read(logins.token(world, person))
    midnight = NOON.replace(hour=0) + timedelta(days=1)
    meant = {
        f"{person}'s id": str(world.people[person].id),
        "the session's id": world.stored_one("login_sessions")["jti"],
        "12:00": int(NOON.timestamp()),
        "00:00": int(midnight.timestamp()),
    }
    expected = {row["claim"]: meant.get(row["value"], row["value"]) for row in context.table}
    assert claims == expected, f"they are {claims}"


@then("all tokens are different")
def tokens_differ(context: Context) -> None:
    """There are at least two."""
    tokens = list(context.world.state(IdentityState).tokens.values())
    assert len(set(tokens)) == len(tokens) > 1, f"{len(tokens)} tokens, {len(set(tokens))} differ"


@then("each token has an id of {bits:Number} bits, each of which varies from token to token")
def ids_vary(context: Context, bits: int) -> None:
    """No bit has the same value in all ids; 40 tokens do so by chance once in 10^9 runs."""
    ids = [
        token_builder.decoded(logins.jti(token))
        for token in context.world.state(IdentityState).tokens.values()
    ]
    assert {len(one) * 8 for one in ids} == {bits}, "an id has another length"
    numbers = [int.from_bytes(one) for one in ids]
    ever, always = 0, -1
    for number in numbers:
        ever, always = ever | number, always & number
    assert ever == (1 << bits) - 1, "a bit is never set"
    assert always == 0, "a bit is always set"


# --- keys and settings ----------------------------------------------------------------------


@given("the service has no keys")
def no_keys(context: Context) -> None:
    """The service neither signs nor verifies tokens."""
    world: World = context.world
    world.settings = replace(world.settings, tokens=TokenRules())


@given("the service has the keys {kids} and signs with {signing}")
def service_has_keys(context: Context, kids: str, signing: str) -> None:
    """Set the key ring; a key keeps its bytes as long as it keeps its id."""
    keys = {kid: KEYS.keys.get(kid, kid.encode() * 8) for kid in kids.split(", ")}
    _set_keys(context.world, KeyRing(signing, keys))


@given("the service has another key with the id {kid}")
def service_has_another_key(context: Context, kid: str) -> None:
    """Set a key ring of one key, whose id was another key's."""
    _set_keys(context.world, KeyRing(kid, {kid: b"another key under the same name."}))


@given("the service allows a clock skew of {leeway:Duration}")
def clock_skew(context: Context, leeway: timedelta) -> None:
    """Set by how much the clock of another server may differ."""
    world: World = context.world
    world.settings = replace(world.settings, tokens=replace(world.settings.tokens, leeway=leeway))


@when(
    'the service is configured with {key:KeyMaterial} as the key "{kid}" and signs with "{signing}"'
)
def configured_with_key(context: Context, key: bytes, kid: str, signing: str) -> None:
    """The key ring has this key only."""
    with context.world.outcome.expected(InvalidSetting):
        Settings(tokens=TokenRules(keys=KeyRing(signing, {kid: key})))


def _set_keys(world: World, keys: KeyRing) -> None:
    world.settings = replace(world.settings, tokens=replace(world.settings.tokens, keys=keys))
