"""Texts of key files, which are taken for HMAC keys by mistake. None of them holds a key."""

import json
from base64 import b64encode, urlsafe_b64encode
from typing import Final

_BYTES: Final = bytes(range(64))
_JWK: Final = {"kty": "oct", "kid": "2026-03", "k": urlsafe_b64encode(_BYTES).decode().rstrip("=")}


def _pem(label: str) -> bytes:
    return b"-----BEGIN %b-----\n%b\n-----END %b-----\n" % (
        label.encode(),
        b64encode(_BYTES),
        label.encode(),
    )


KEY_FILES: Final = {
    "a PEM public key": _pem("PUBLIC KEY"),
    "a PEM certificate": _pem("CERTIFICATE"),
    "an SSH public key": b"ssh-ed25519 " + b64encode(_BYTES) + b" ada@example.org",
    "a JWK": json.dumps(_JWK).encode(),
    "a JWK with a byte order mark": json.dumps(_JWK).encode("utf-8-sig"),
    "a set of JWKs": json.dumps({"keys": [_JWK]}).encode(),
}
"""By what they are called in the features."""
