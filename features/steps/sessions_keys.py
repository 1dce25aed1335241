"""The ring of keys that tokens are signed and verified with."""

from dataclasses import replace

from behave import given, then, when
from behave.runner import Context

from domain import Settings
from domain.errors import InvalidSetting
from domain.settings import KeyRing, TokenRules
from features.support.arrange.known_accounts import IdentityState
from features.support.defaults import KEYS
from features.support.identity import logins, token_builder
from features.support.identity.key_files import KEY_FILES
from features.support.world import World


@given("the service has the keys {kids} and signs with {signing}")
def service_has_keys(context: Context, kids: str, signing: str) -> None:
    """Set the ring; a key keeps its bytes as long as it keeps its id."""
    keys = {kid: KEYS.keys.get(kid, kid.encode() * 8) for kid in kids.split(", ")}
    _set_keys(context.world, KeyRing(signing, keys))


@given("the service has another key called {kid}")
def service_has_another_key(context: Context, kid: str) -> None:
    """Set a ring with one key, whose id was that of another."""
    _set_keys(context.world, KeyRing(kid, {kid: b"another key under the same name."}))


@when(
    'the service is to be set up with a key of {size:Number} bytes called "{kid}"'
    ' and to sign with "{signing}"'
)
def set_up_with_key(context: Context, size: int, kid: str, signing: str) -> None:
    """Make settings with a ring of one key."""
    with context.world.outcome.expected(InvalidSetting):
        Settings(tokens=TokenRules(keys=KeyRing(signing, {kid: b"k" * size})))


@when("the service is to be set up with the text of {file:KeyFile} for a key")
def set_up_with_key_file(context: Context, file: str) -> None:
    """Make settings with a ring of one key, which is not meant for HMAC."""
    with context.world.outcome.expected(InvalidSetting):
        KeyRing("2026-03", {"2026-03": KEY_FILES[file]})


@when("the service is to be set up with a text for a key")
def set_up_with_text(context: Context) -> None:
    """Make settings with a ring of one key, as somebody does who reads it from the environment."""
    with context.world.outcome.expected(InvalidSetting):
        KeyRing("2026-03", {"2026-03": "k" * 32})  # type: ignore[dict-item]


@then("{person:Person}'s token names the key {kid}")
def token_names_key(context: Context, person: str, kid: str) -> None:
    """The header says which key has signed it."""
    header, _ = token_builder.read(context.world.state(IdentityState).tokens[logins.place(person)])
    assert header["kid"] == kid, f"it names {header['kid']}"


def _set_keys(world: World, keys: KeyRing) -> None:
    world.settings = replace(world.settings, tokens=replace(world.settings.tokens, keys=keys))
