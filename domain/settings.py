"""Costs and limits: all parameters of the service that a deployment may change."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Final

import jwt

from domain.errors import InvalidSetting


@dataclass(frozen=True)
class Argon2Cost:
    """The cost of one Argon2id hash (RFC 9106).

    The defaults are RFC 9106's second recommended option: 64 MiB, 3 passes, 4 lanes, with a salt
    of 16 and a tag of 32 bytes. Raises `InvalidSetting` below OWASP's minimum (19 MiB, 2 passes,
    1 lane).
    """

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4
    salt_bytes: int = 16
    tag_bytes: int = 32

    def __post_init__(self) -> None:
        for name, least in ARGON2_MINIMUM.items():
            if getattr(self, name) < least:
                raise InvalidSetting(f"argon2.{name}", f"must be at least {least}")


ARGON2_MINIMUM: Final = {
    "memory_kib": 19 * 1024,
    "passes": 2,
    "lanes": 1,
    "salt_bytes": 16,
    "tag_bytes": 32,
}
"""OWASP's Password Storage Cheat Sheet for memory, passes and lanes; RFC 9106 for the others."""


LONGEST_DURATION: Final = timedelta(days=36_500)
"""A hundred years. The service's clock stays this far from the first and the last instant."""

NOTHING: Final = timedelta(0)
SECOND: Final = timedelta(seconds=1)
"""The unit of times in tokens."""


def _check_durations(
    group: str, rules: object, shortest: Mapping[str, timedelta], longest: timedelta
) -> None:
    """Refuse a duration above `longest` or below that of `shortest` (0 for one not in it)."""
    for name, value in vars(rules).items():
        least = shortest.get(name, NOTHING)
        if isinstance(value, timedelta) and not least <= value <= longest:
            raise InvalidSetting(
                f"{group}.{name}",
                f"must be from {least.total_seconds():g} s to {longest.days} days",
            )


@dataclass(frozen=True)
class Timeouts:
    """How long a statement, a wait for a lock and an idle transaction may last.

    Nothing may last for ever, which is what 0 means to PostgreSQL and to its driver; PostgreSQL
    counts in milliseconds, in 31 bits, and the driver in seconds.
    """

    statement: timedelta = timedelta(seconds=30)
    lock: timedelta = timedelta(seconds=10)
    idle_in_transaction: timedelta = timedelta(seconds=60)
    connect: timedelta = timedelta(seconds=5)

    def __post_init__(self) -> None:
        _check_durations("timeouts", self, SHORTEST, LONGEST)


SHORTEST: Final = {
    "statement": timedelta(milliseconds=1),
    "lock": timedelta(milliseconds=1),
    "idle_in_transaction": timedelta(milliseconds=1),
    "connect": timedelta(seconds=1),
}
LONGEST: Final = timedelta(days=24)


@dataclass(frozen=True)
class Retries:
    """How often a unit of work is tried after conflicts, and the waits between the attempts.

    The waits grow from `first` to at most `longest`, twice as long each time, and each is a
    random part of that ("full jitter": M. Brooker, Exponential Backoff and Jitter, AWS, 2015).
    """

    attempts: int = 6
    first: timedelta = timedelta(milliseconds=10)
    longest: timedelta = timedelta(milliseconds=500)

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise InvalidSetting("retries.attempts", "must be at least 1")
        if not NOTHING <= self.first <= self.longest:
            raise InvalidSetting("retries.first", "must be between 0 and retries.longest")
        _check_durations("retries", self, {}, LONGEST_DURATION)

    def longest_wait(self, attempt: int) -> timedelta:
        """Return how long to wait at most after an attempt; the first one is 1."""
        times = 2 ** (attempt - 1)
        # Compared first: the doubled wait may be more than a `timedelta` holds.
        if self.first and times >= self.longest / self.first:
            return self.longest
        return self.first * times if self.first else self.first


@dataclass(frozen=True)
class PasswordRules:
    """What a password must be. Lengths are counted in code points."""

    min_length: int = 15
    """NIST SP 800-63B-4 for a password that is the only factor.

    Counted three times: as typed, after NFKC, and of that what can be seen.
    """
    max_length: int = 128
    """ASVS 6.2.9 wants at least 64 to be allowed. Counted after NFKC."""
    min_score: int = 4
    """Of zxcvbn, from 0 to 4: more than 10^10 guesses."""
    history: int = 5
    """The number of last passwords, with the current one, that are refused as a new one."""
    temporary_lasts: timedelta = timedelta(hours=24)
    """How long a temporary password is valid for its one login."""
    service_words: tuple[str, ...] = ("postgres", "acceptance")
    """The names of the service, which no password may contain (ASVS 6.2.11)."""

    def __post_init__(self) -> None:
        if self.history < 1:
            raise InvalidSetting("passwords.history", "must be at least 1")
        _check_durations("passwords", self, {"temporary_lasts": SECOND}, LONGEST_DURATION)


@dataclass(frozen=True)
class Lockout:
    """How many failed logins within which window lock an account, and for how long."""

    failures: int = 5
    window: timedelta = timedelta(minutes=15)
    lasts: timedelta = timedelta(minutes=15)

    def __post_init__(self) -> None:
        _check_durations("lockout", self, {}, LONGEST_DURATION)


@dataclass(frozen=True)
class SessionRules:
    """The lifetime of sessions, and how many live ones a user may have."""

    lifetime: timedelta = timedelta(hours=12)
    """From the login, with or without use (ASVS 7.3.2)."""
    idle: timedelta = timedelta(minutes=30)
    """Without any use (ASVS 7.3.1)."""
    touch_every: timedelta = timedelta(minutes=1)
    """The shortest time between two stored uses."""
    at_most: int = 5
    """Live sessions of one user (ASVS 7.1.2); a login beyond that ends the oldest."""
    kept_ended: timedelta = timedelta(days=30)
    """How long a session stays stored after it has ended."""

    def __post_init__(self) -> None:
        if self.touch_every >= self.idle:
            raise InvalidSetting("sessions.touch_every", "must be shorter than sessions.idle")
        if self.at_most < 1:
            raise InvalidSetting("sessions.at_most", "must be at least 1")
        _check_durations("sessions", self, {"lifetime": SECOND}, LONGEST_DURATION)


KEY_MIN_BYTES: Final = 32
"""RFC 7518, section 3.2: a key for HS256 is as long as the hash."""


_KEY_FILE: Final = re.compile(
    rb"---- ?BEGIN |(?<!\w)(?:sk-)?(?:ssh|ecdsa)-[a-z]{2}|PuTTY-User-Key-File"
)
"""PEM, PGP and SSH2; OpenSSH, also with options before the key; PuTTY."""


def _is_key_file(key: bytes) -> bool:
    """Tell whether a key is the text of a key file: for PyJWT, by its words, or as JSON."""
    try:
        jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).prepare_key(key)
    except jwt.InvalidKeyError:
        return True
    # In UTF-16 and UTF-32 the same letters stand between zeros.
    return _KEY_FILE.search(key.replace(b"\0", b"")) is not None or _is_json(key)


def _is_json(key: bytes | str) -> bool:
    """Tell whether this is an object or an array of JSON, or a text of JSON that is one."""
    try:
        value = json.loads(key)
    except (ValueError, RecursionError):
        return False
    return _is_json(value) if isinstance(value, str) else isinstance(value, dict | list)


@dataclass(frozen=True, repr=False)
class KeyRing:
    """The keys of the tokens, by their ids: one signs, all of them verify.

    A key is secret random bytes, 32 or more. It is retired by leaving it out. Raises
    `InvalidSetting` for a key that is too short, for the text of a key file (PEM, SSH, PuTTY, JWK)
    instead of a key, and for a signing key that is not there. No repr shows a key.
    """

    signing: str
    keys: Mapping[str, bytes]

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", MappingProxyType(dict(self.keys)))
        if self.signing not in self.keys:
            raise InvalidSetting("tokens.keys", f"has no key {self.signing!r} to sign with")
        for kid, key in self.keys.items():
            if not isinstance(key, bytes):
                raise InvalidSetting("tokens.keys", f"has a key {kid!r} that is not bytes")
            if len(key) < KEY_MIN_BYTES:
                raise InvalidSetting(
                    "tokens.keys", f"has a key {kid!r} of less than {KEY_MIN_BYTES} bytes"
                )
            if _is_key_file(key):
                raise InvalidSetting(
                    "tokens.keys",
                    f"has a key {kid!r} that is the text of a key file (such as PEM, SSH or JWK);"
                    " give the random bytes themselves",
                )

    def __repr__(self) -> str:
        return f"KeyRing(signing={self.signing!r}, verifying={sorted(self.keys)})"


@dataclass(frozen=True)
class TokenRules:
    """The issuer, the audience and the keys of tokens. There is no default key."""

    issuer: str = "postgres-acceptance"
    audience: str = "postgres-acceptance"
    leeway: timedelta = timedelta(0)
    """How far another server's clock may differ."""
    keys: KeyRing | None = None

    def __post_init__(self) -> None:
        _check_durations("tokens", self, {}, LONGEST_DURATION)


@dataclass(frozen=True)
class Settings:
    """Everything about the service that may differ between a laptop, a test and production."""

    argon2: Argon2Cost = field(default_factory=Argon2Cost)
    timeouts: Timeouts = field(default_factory=Timeouts)
    retries: Retries = field(default_factory=Retries)
    passwords: PasswordRules = field(default_factory=PasswordRules)
    lockout: Lockout = field(default_factory=Lockout)
    sessions: SessionRules = field(default_factory=SessionRules)
    tokens: TokenRules = field(default_factory=TokenRules)
    page_size_max: int = 100
