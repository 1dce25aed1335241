"""Keys of tokens: what can be wrong with choosing and checking them."""

import re
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

from _pytest.monkeypatch import MonkeyPatch

from domain import settings
from domain.identity import tokens
from domain.identity.tokens import TokenRefused
from domain.settings import KeyRing
from tests.faults.catalogue import fault


@fault("every key of the ring is tried", noticed_by="sessions/keys")
def every_key_of_ring_is_tried(patch: MonkeyPatch) -> None:
    original = tokens._verify

    def verify(token: str, header: dict[str, Any], keys: KeyRing) -> None:
        *others, last = keys.keys.values()
        for key in others:
            with suppress(TokenRefused):
                return original(token, header, KeyRing("k", {"k": key, header["kid"]: key}))
        return original(token, header, KeyRing("k", {"k": last, header["kid"]: last}))

    patch.setattr(tokens, "_verify", verify)


@fault("the text of a key file is a key", noticed_by="sessions/keys")
def text_of_key_file_is_key(patch: MonkeyPatch) -> None:
    patch.setattr(settings, "_is_key_file", lambda _: False)


@fault("only what PyJWT knows is taken for the text of a key file", noticed_by="sessions/keys")
def only_pyjwt_recognizes_key_files(patch: MonkeyPatch) -> None:
    patch.setattr(settings, "_KEY_FILE", re.compile(b"(?!)"))


@fault("only text in UTF-8 is taken for that of a key file", noticed_by="sessions/keys")
def only_utf_8_is_a_key_file(patch: MonkeyPatch) -> None:
    pattern, original = settings._KEY_FILE, settings._is_key_file
    patch.setattr(settings, "_KEY_FILE", SimpleNamespace(search=lambda text: None))
    patch.setattr(
        settings, "_is_key_file", lambda key: pattern.search(key) is not None or original(key)
    )


@fault("a JWK in a text of JSON is a key", noticed_by="sessions/keys")
def jwk_in_text_of_json_is_key(patch: MonkeyPatch) -> None:
    original = settings._is_json
    patch.setattr(settings, "_is_json", lambda key: isinstance(key, bytes) and original(key))


@fault("a key may be text", noticed_by="sessions/keys")
def key_may_be_text(patch: MonkeyPatch) -> None:
    patch.setattr(
        settings,
        "isinstance",
        lambda value, kind: kind is bytes or isinstance(value, kind),
        raising=False,
    )
    patch.setattr(settings, "_is_key_file", lambda _: False)


@fault("a key may be short", noticed_by="sessions/keys")
def key_may_be_short(patch: MonkeyPatch) -> None:
    patch.setattr(settings, "KEY_MIN_BYTES", 1)
