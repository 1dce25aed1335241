"""Hashing and verifying passwords with Argon2id."""

import secrets
import unicodedata
from base64 import b64encode
from contextlib import suppress
from dataclasses import replace
from typing import Final

from argon2 import Parameters, PasswordHasher, Type, extract_parameters
from argon2.exceptions import VerifyMismatchError
from argon2.low_level import ARGON2_VERSION

from domain.settings import Argon2Cost

COSTS: Final = ("memory_cost", "time_cost", "parallelism", "salt_len", "hash_len")
"""The parameters of a hash that `Hasher.raised` compares, by argon2-cffi's names."""


def normal_form(password: str) -> str:
    """Return the password in NFKC, which unifies the ways of typing one password.

    Nothing else is changed (NIST SP 800-63B-4; ASVS 6.2.8 for the rest).
    """
    return unicodedata.normalize("NFKC", password)


class Hasher:
    """Hashes and verifies passwords in their normal form, at one cost."""

    def __init__(self, cost: Argon2Cost) -> None:
        self._parameters = Parameters(
            type=Type.ID,
            version=ARGON2_VERSION,
            salt_len=cost.salt_bytes,
            hash_len=cost.tag_bytes,
            time_cost=cost.passes,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
        )
        self._argon2 = PasswordHasher.from_parameters(self._parameters)
        self.own_cost = f"m={cost.memory_kib},t={cost.passes},p={cost.lanes}"
        """The cost of new hashes, in PHC notation: m=65536,t=3,p=4."""

    def hash(self, password: str) -> str:
        """Return the hash in PHC format, with a salt of its own."""
        return self._argon2.hash(password)

    def verify(self, stored: str, password: str) -> bool:
        """Tell whether this hash was made from this password, at the cost of the hash."""
        with suppress(VerifyMismatchError):
            return self._argon2.verify(stored, password)
        return False

    @staticmethod
    def cost_of(stored: str) -> str:
        """Return the cost in the PHC notation of a hash; "" for text without one."""
        return "".join(stored.split("$")[3:4])

    @staticmethod
    def decoy(cost: str) -> str:
        """Return a hash of this cost that no password has; a random tag, so it takes no run."""
        salt, tag = (
            b64encode(secrets.token_bytes(size)).decode().rstrip("=")
            for size in (Argon2Cost.salt_bytes, Argon2Cost.tag_bytes)
        )
        return f"$argon2id$v=19${cost}${salt}${tag}"

    def raised(self, stored: str, password: str) -> str | None:
        """Return a hash at the higher of both costs, or None if that is the stored hash's.

        Each parameter is compared by itself, and none is lowered.
        """
        found, own = extract_parameters(stored), self._parameters
        highest = {name: max(getattr(found, name), getattr(own, name)) for name in COSTS}
        target = replace(found, **highest)
        if target == found:
            return None
        return PasswordHasher.from_parameters(target).hash(password)
