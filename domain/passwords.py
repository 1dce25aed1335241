"""How a password is turned into something that may be stored."""

import unicodedata

from argon2 import PasswordHasher, Type

from domain.errors import InvalidValue
from domain.settings import Settings
from domain.values import storable


class Passwords:
    """Hashes passwords with Argon2id, at the cost that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        cost = settings.argon2
        self._hasher = PasswordHasher(
            time_cost=cost.passes,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
            salt_len=cost.salt_bytes,
            hash_len=cost.tag_bytes,
            type=Type.ID,
        )

    def hash(self, password: str) -> str:
        """Return the hash in PHC format, with a salt of its own.

        The password is normalised to NFKC (NIST SP 800-63B-4) and otherwise taken as it is; its
        length is counted in code points. Raises `InvalidValue` before any hashing.
        """
        normal = unicodedata.normalize("NFKC", storable("password", password))
        shortest, longest = self._settings.password_min_length, self._settings.password_max_length
        if len(normal) < shortest:
            raise InvalidValue("password", f"is shorter than {shortest} characters")
        if len(normal) > longest:
            raise InvalidValue("password", f"is longer than {longest} characters")
        return self._hasher.hash(normal)
