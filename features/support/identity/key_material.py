"""What a key of the service may be configured as, among it the texts of key files.

None of the files holds a key.
"""

import json
from base64 import b64encode, urlsafe_b64encode
from typing import Final

_BYTES: Final = bytes(range(64))
_BASE64: Final = b64encode(_BYTES)
_JWK: Final = {"kty": "oct", "kid": "2026-03", "k": urlsafe_b64encode(_BYTES).decode().rstrip("=")}


def _pem(label: str) -> bytes:
    return b"-----BEGIN %b-----\n%b\n-----END %b-----\n" % (
        label.encode(),
        _BASE64,
        label.encode(),
    )


_PEM: Final = _pem("PRIVATE KEY")
_SSH: Final = b"ssh-ed25519 AAAA%b ada@example.org" % _BASE64

_FILES: Final = {
    "a PEM public key": _pem("PUBLIC KEY"),
    "a PEM certificate": _pem("CERTIFICATE"),
    "a PEM without its end": _PEM.partition(b"-----END")[0],
    "a PEM in UTF-16": _PEM.decode().encode("utf-16"),
    "a PEM in UTF-16 without a mark": _PEM.decode().encode("utf-16-le"),
    "a PEM in UTF-32": _PEM.decode().encode("utf-32"),
    "a PGP private key": _pem("PGP PRIVATE KEY BLOCK"),
    "an SSH public key": _SSH,
    "an SSH key on a token": b"sk-ssh-ed25519@openssh.com AAAA" + _BASE64,
    "an indented SSH key": b"  " + _SSH,
    "an SSH key in quotes": b'"%b"' % _SSH,
    "an SSH key behind its options": b'from="10.0.0.1",no-pty ' + _SSH,
    "an SSH key behind its host": b"example.org " + _SSH,
    "an SSH key under a comment": b"# Ada's laptop\n" + _SSH,
    "an SSH2 public key": b"---- BEGIN SSH2 PUBLIC KEY ----\n" + _BASE64,
    "a key of PuTTY": b"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n" + _BASE64,
    "a JWK": json.dumps(_JWK).encode(),
    "a JWK with a byte order mark": json.dumps(_JWK).encode("utf-8-sig"),
    "a JWK in UTF-16": json.dumps(_JWK).encode("utf-16"),
    "a JWK as a text in JSON": json.dumps(json.dumps(json.dumps(_JWK))).encode(),
    "a set of JWKs": json.dumps({"keys": [_JWK]}).encode(),
    "a list of JWKs": json.dumps([_JWK]).encode(),
}

KEY_MATERIAL: Final = rf"\d+ bytes|a str|the text of (?:{'|'.join(_FILES)})"


def key_material(text: str) -> bytes:
    """Return what is written like this; a str has the wrong type on purpose."""
    if text == "a str":
        return "k" * 32  # type: ignore[return-value]
    if (size := text.removesuffix(" bytes")) != text:
        return b"k" * int(size)
    return _FILES[text.removeprefix("the text of ")]
