"""Tokens: JWTs signed with HS256 by a key of the ring, read by a closed list of what may be there.

PyJWT makes and verifies the signature. What is around it is read here, because PyJWT accepts by
default what must be refused: no expiry, any type, a list of audiences, a claim given twice, the
same token in several spellings (RFC 8725).
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto
from typing import Any, Final

import jwt

from domain.errors import DomainError
from domain.settings import KeyRing, TokenRules

ALGORITHM: Final = "HS256"
TYPE: Final = "session"
MAX_LENGTH: Final = 4096
"""Characters; a token of ours has some 400."""

HEADER: Final = {"alg", "kid", "typ"}
"""What a header may hold. Keys and addresses of keys (jwk, jku, x5u …) are not among it."""

CLAIMS: Final[Mapping[str, type]] = {
    "iss": str,
    "aud": str,
    "sub": str,
    "jti": str,
    "iat": int,
    "nbf": int,
    "exp": int,
    "typ": str,
}
"""What a token must hold, all of it and nothing else, and of which type."""

_SUBJECT: Final = re.compile(r"[1-9][0-9]{0,17}")
JTI: Final = re.compile(r"[A-Za-z0-9_-]{43}")
"""The id of a session: 256 bits in base64url."""


class TokenProblem(StrEnum):
    """Why a token is refused. For logs and features; the bearer is not told."""

    MALFORMED = auto()
    ALGORITHM = auto()
    HEADER = auto()
    UNKNOWN_KEY = auto()
    SIGNATURE = auto()
    CLAIMS = auto()
    TYPE = auto()
    ISSUER = auto()
    AUDIENCE = auto()
    NOT_YET_VALID = auto()
    EXPIRED = auto()
    UNKNOWN_SESSION = auto()
    ANOTHER_SUBJECT = auto()
    ENDED = auto()
    IDLE = auto()
    DEACTIVATED = auto()


@dataclass(eq=False)
class TokenRefused(DomainError):
    """The one refusal of every token that is not good. Why is for logs, and in no text."""

    reason: TokenProblem = field(repr=False)

    sentence = "the session is not valid; log in again"


@dataclass(eq=False)
class NoKeyRing(DomainError):
    """The service was set up without keys, so it can neither sign nor verify a token."""

    sentence = "no keys are set: give Settings a KeyRing (tokens.keys) to sign tokens with"


@dataclass(frozen=True)
class Claims:
    """What a token says of its session."""

    user_id: int
    jti: str = field(repr=False)


class Tokens:
    """Makes and reads tokens by the settings' rules."""

    def __init__(self, rules: TokenRules) -> None:
        self._rules = rules

    def make(self, claims: Claims, issued: datetime, expires: datetime) -> str:
        """Return a token for a session. Raises `NoKeyRing`."""
        keys = self._keys()
        payload = {
            "iss": self._rules.issuer,
            "aud": self._rules.audience,
            "sub": str(claims.user_id),
            "jti": claims.jti,
            "iat": int(issued.timestamp()),
            "nbf": int(issued.timestamp()),
            "exp": int(expires.timestamp()),
            "typ": TYPE,
        }
        key = keys.keys[keys.signing]
        return jwt.encode(payload, key, algorithm=ALGORITHM, headers={"kid": keys.signing})

    def read(self, token: str, now: datetime) -> Claims:
        """Return what a token says, if it is one of ours and of this time.

        The algorithm and the signature come first; only then are the claims looked at. Whether
        there is such a session is for its row to say. Raises `TokenRefused`, `NoKeyRing`.
        """
        keys = self._keys()
        if not isinstance(token, str) or len(token) > MAX_LENGTH:
            raise TokenRefused(TokenProblem.MALFORMED)
        parts = [_decoded(part) for part in token.split(".")]
        if len(parts) != len(("header", "payload", "signature")):
            raise TokenRefused(TokenProblem.MALFORMED)
        _verify(token, _object(parts[0]), keys)
        claims = _object(parts[1])
        self._judge(claims, now.timestamp())
        return Claims(int(claims["sub"]), claims["jti"])

    def _keys(self) -> KeyRing:
        if self._rules.keys is None:
            raise NoKeyRing
        return self._rules.keys

    def _judge(self, claims: dict[str, Any], now: float) -> None:
        leeway = self._rules.leeway.total_seconds()
        if {name: type(value) for name, value in claims.items()} != CLAIMS:
            raise TokenRefused(TokenProblem.CLAIMS)
        if not _SUBJECT.fullmatch(claims["sub"]) or not JTI.fullmatch(claims["jti"]):
            raise TokenRefused(TokenProblem.CLAIMS)
        if claims["typ"] != TYPE:
            raise TokenRefused(TokenProblem.TYPE)
        if claims["iss"] != self._rules.issuer:
            raise TokenRefused(TokenProblem.ISSUER)
        if claims["aud"] != self._rules.audience:
            raise TokenRefused(TokenProblem.AUDIENCE)
        if max(claims["nbf"], claims["iat"]) > now + leeway:
            raise TokenRefused(TokenProblem.NOT_YET_VALID)
        if claims["exp"] <= now - leeway:
            raise TokenRefused(TokenProblem.EXPIRED)


def _verify(token: str, header: dict[str, Any], keys: KeyRing) -> None:
    """Refuse a token whose header is not one of ours, or that none of our keys has signed."""
    if header.get("alg") != ALGORITHM:
        raise TokenRefused(TokenProblem.ALGORITHM)
    if header.keys() != HEADER:
        raise TokenRefused(TokenProblem.HEADER)
    if header["typ"] != "JWT":
        raise TokenRefused(TokenProblem.TYPE)
    kid = header["kid"]
    key = keys.keys.get(kid) if isinstance(kid, str) else None
    if key is None:
        raise TokenRefused(TokenProblem.UNKNOWN_KEY)
    try:
        jwt.PyJWS().decode(token, key, algorithms=[ALGORITHM])
    except jwt.InvalidTokenError:
        raise TokenRefused(TokenProblem.SIGNATURE) from None


def _decoded(part: str) -> bytes:
    """Return the bytes of a part that is spelt in the one right way (RFC 7515, section 2)."""
    try:
        raw = urlsafe_b64decode(part.encode("ascii") + b"=" * (-len(part) % 4))
    except (UnicodeEncodeError, Base64Error):
        raise TokenRefused(TokenProblem.MALFORMED) from None
    if urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
        raise TokenRefused(TokenProblem.MALFORMED)
    return raw


def _object(raw: bytes) -> dict[str, Any]:
    """Return the JSON object that a part holds, if no name is in it twice.

    In UTF-8 and without a byte order mark (RFC 8259, section 8.1): bytes alone `json` would also
    read in UTF-16 and UTF-32.
    """
    try:
        found = json.loads(raw.decode("utf-8"), object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError):
        raise TokenRefused(TokenProblem.MALFORMED) from None
    if not isinstance(found, dict):
        raise TokenRefused(TokenProblem.MALFORMED)
    return found


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found
