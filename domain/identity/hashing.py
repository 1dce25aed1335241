"""How a password becomes something that may be stored, and how it is verified: Argon2id."""

import secrets
import unicodedata
from base64 import b64encode

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import VerifyMismatchError

from domain.settings import Argon2Cost


def normal_form(password: str) -> str:
    """Return the form in which two ways of typing one password are the same text: NFKC.

    Nothing else is changed (NIST SP 800-63B-4; ASVS 6.2.8 for the rest).
    """
    return unicodedata.normalize("NFKC", password)


class Hasher:
    """Hashes and verifies passwords in their normal form, at one cost."""

    def __init__(self, cost: Argon2Cost) -> None:
        self._cost = cost
        self.own_cost = f"m={cost.memory_kib},t={cost.passes},p={cost.lanes}"
        """What new hashes cost, as a hash names it."""

    def hash(self, password: str) -> str:
        """Return the hash in PHC format, with a salt of its own."""
        return _argon2(self._cost).hash(password)

    def verify(self, stored: str, password: str) -> bool:
        """Tell whether this hash was made from this password. Costs what the hash had cost."""
        try:
            return _argon2(self._cost).verify(stored, password)
        except VerifyMismatchError:
            return False

    @staticmethod
    def cost_of(stored: str) -> str:
        """Return the cost that a hash names, and no text at all for what names none."""
        return "".join(stored.split("$")[3:4])

    @staticmethod
    def decoy(cost: str) -> str:
        """Return a hash of this cost that no password has: random, so it is made for nothing."""
        salt, tag = (
            b64encode(secrets.token_bytes(size)).decode().rstrip("=")
            for size in (Argon2Cost.salt_bytes, Argon2Cost.tag_bytes)
        )
        return f"$argon2id$v=19${cost}${salt}${tag}"

    def raised(self, stored: str, password: str) -> str | None:
        """Return a dearer hash if the stored one is cheaper in any respect, and None if not.

        No respect is ever lowered: where the stored hash is the dearer one, it stays so.
        """
        found = extract_parameters(stored)
        former = Argon2Cost(
            memory_kib=found.memory_cost,
            passes=found.time_cost,
            lanes=found.parallelism,
            salt_bytes=found.salt_len,
            tag_bytes=found.hash_len,
            for_tests=True,
        )
        target = former.at_least(self._cost)
        return None if target == former else _argon2(target).hash(password)


def _argon2(cost: Argon2Cost) -> PasswordHasher:
    return PasswordHasher(
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        salt_len=cost.salt_bytes,
        hash_len=cost.tag_bytes,
        type=Type.ID,
    )
