"""Costs and limits, handed in once, so that a scenario can lower them and one can prove them."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Self


@dataclass(frozen=True)
class Argon2Cost:
    """The cost of one Argon2id hash (RFC 9106).

    The defaults are RFC 9106's second recommended option: 64 MiB, 3 passes, 4 lanes, with a salt
    of 16 and a tag of 32 bytes.
    """

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4
    salt_bytes: int = 16
    tag_bytes: int = 32

    @classmethod
    def cheapest(cls) -> Self:
        """The least that Argon2 allows: for tests of everything but the hashing itself."""
        return cls(memory_kib=8, passes=1, lanes=1)


@dataclass(frozen=True)
class Timeouts:
    """How long a statement, a wait for a lock and an idle transaction may last."""

    statement: timedelta = timedelta(seconds=30)
    lock: timedelta = timedelta(seconds=10)
    idle_in_transaction: timedelta = timedelta(seconds=60)
    connect: timedelta = timedelta(seconds=5)


PASSWORD_MIN_LENGTH: Final = 15
"""Code points; NIST SP 800-63B-4 for a password that is the only factor."""

PASSWORD_MAX_LENGTH: Final = 128
"""Code points; ASVS 6.2.9 wants at least 64 to be allowed."""


@dataclass(frozen=True)
class Settings:
    """Everything about the service that may differ between a laptop, a test and production."""

    argon2: Argon2Cost = field(default_factory=Argon2Cost)
    timeouts: Timeouts = field(default_factory=Timeouts)
    password_min_length: int = PASSWORD_MIN_LENGTH
    password_max_length: int = PASSWORD_MAX_LENGTH
    page_size_max: int = 100
