"""Hashing that is counted instead of timed."""

from domain.hashing import Hasher
from domain.settings import Argon2Cost


class CountingHasher(Hasher):
    """Hashes as the service does, and counts the Argon2 runs."""

    def __init__(self, cost: Argon2Cost) -> None:
        super().__init__(cost)
        self.verified: list[str] = []
        """What passwords were compared with."""
        self.hashes = 0

    def start_counting(self) -> None:
        """Forget what was counted so far."""
        self.verified, self.hashes = [], 0

    def hash(self, password: str) -> str:
        """Hash, and count it."""
        self.hashes += 1
        return super().hash(password)

    def verify(self, stored: str, password: str) -> bool:
        """Verify, and count it."""
        self.verified.append(stored)
        return super().verify(stored, password)

    def raised(self, stored: str, password: str) -> str | None:
        """Raise the cost of a hash if it is due, and count it if it was."""
        dearer = super().raised(stored, password)
        self.hashes += dearer is not None
        return dearer
