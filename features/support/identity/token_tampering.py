"""Alterations of a token, in the words of the features."""

import json
from collections.abc import Callable
from typing import Any, Final

from features.support.defaults import KEYS
from features.support.identity import token_builder
from features.support.identity.token_builder import Members


def signing_key() -> bytes:
    """Return the key by which the service signs."""
    return KEYS.keys[KEYS.signing]


"""The key that the service signs tokens with."""


def _parts(token: str) -> list[str]:
    return token.split(".")


def _with_payload(token: str, **claims: Any) -> str:
    """Change the payload and keep the signature."""
    header, _, signature = _parts(token)
    changed = {**token_builder.read(token)[1], **claims}
    return f"{header}.{token_builder.encoded(json.dumps(changed).encode())}.{signature}"


def _with_signature(token: str, change: Callable[[bytes], bytes]) -> str:
    header, payload, signature = _parts(token)
    return f"{header}.{payload}.{token_builder.encoded(change(token_builder.decoded(signature)))}"


def _signed(token: str, key: bytes) -> str:
    return token_builder.make(*token_builder.read(token), key)


def _with_bit_changed(raw: bytes) -> bytes:
    return raw[:-1] + bytes([raw[-1] ^ 1])


def _respelt(token: str) -> str:
    """Change bits of the last character that are not decoded."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1]
    assert token_builder.decoded(_parts(other)[2]) == token_builder.decoded(_parts(token)[2])
    return other


def _with_json(
    token: str, *, header: str | None = None, payload: str | None = None, encoding: str = "utf-8"
) -> str:
    """Replace the header or the payload by any text; the signature is valid."""
    members, claims = token_builder.read(token)
    return token_builder.make(
        members if header is None else header.encode(encoding),
        claims if payload is None else payload.encode(encoding),
        signing_key(),
    )


def _in(encoding: str) -> dict[str, Callable[[str], str]]:
    """Return the token with the same header, and the same payload, in another encoding."""
    return {
        f"with its header in {encoding}": lambda token: _with_json(
            token, header=json.dumps(token_builder.read(token)[0]), encoding=ENCODINGS[encoding]
        ),
        f"with its payload in {encoding}": lambda token: _with_json(
            token, payload=json.dumps(token_builder.read(token)[1]), encoding=ENCODINGS[encoding]
        ),
    }


ENCODINGS: Final = {
    "UTF-8 with a byte order mark": "utf-8-sig",
    "UTF-16": "utf-16-le",
    "UTF-16 with a byte order mark": "utf-16",
    "UTF-32": "utf-32-be",
}
"""Those that Python's `json` reads beside UTF-8, by the names of its codecs."""


ALTERATIONS: Final[dict[str, Callable[[str], str]]] = {
    "rebuilt with the service's key": lambda token: _signed(token, signing_key()),
    "with the id of a session that never existed": lambda token: _with_json(
        token, payload=json.dumps({**token_builder.read(token)[1], "jti": "A" * 43})
    ),
    "with the id of a user that never existed": lambda token: _with_json(
        token, payload=json.dumps({**token_builder.read(token)[1], "sub": "4242"})
    ),
    "with Bram's id in its payload": lambda token: _with_payload(token, sub="2"),
    "with a later expiry in its payload": lambda token: _with_payload(token, exp=1999999999),
    "with the signature of another token": lambda token: _with_signature(
        token, lambda _: token_builder.decoded(_parts(_with_json(token, payload="{}"))[2])
    ),
    "with one bit of its signature changed": lambda token: _with_signature(
        token, _with_bit_changed
    ),
    "with half of its signature": lambda token: _with_signature(token, lambda raw: raw[:16]),
    "without its signature": lambda token: _with_signature(token, lambda _: b""),
    "signed with another key": lambda token: _signed(token, b"X" * 32),
    "signed with another key of the service": lambda token: _signed(token, KEYS.keys["2026-02"]),
    "signed with an empty key": lambda token: _signed(token, b""),
    "signed with the id of the key": lambda token: _signed(token, KEYS.signing.encode()),
    "with padding": lambda token: token + "=",
    "with another spelling of its last character": _respelt,
    "with a space in front": lambda token: f" {token}",
    "with a line break at the end": lambda token: f"{token}\n",
    "with Bearer in front": lambda token: f"Bearer {token}",
    "with a fourth part": lambda token: f"{token}.e30",
    "with only two parts": lambda token: token.rpartition(".")[0],
    "with a list for a header": lambda token: _with_json(token, header="[]"),
    "with a list for a payload": lambda token: _with_json(token, payload="[]"),
    "with a payload that is not JSON": lambda token: _with_json(token, payload="{exp: 1}"),
    **_in("UTF-8 with a byte order mark"),
    **_in("UTF-16"),
    **_in("UTF-16 with a byte order mark"),
    **_in("UTF-32"),
    "with its claim exp repeated": lambda token: _with_json(
        token, payload=_repeated(token_builder.read(token)[1], "exp")
    ),
    "with its header alg repeated": lambda token: _with_json(
        token, header=_repeated(token_builder.read(token)[0], "alg")
    ),
}


def _repeated(members: Members, name: str) -> str:
    once = json.dumps({name: members[name]})[1:-1]
    return json.dumps(members)[:-1] + f", {once}}}"
