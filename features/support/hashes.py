"""Hashing that is counted instead of timed."""

from collections.abc import Sequence

from domain.hashing import Hasher
from domain.settings import Argon2Cost


class CountingHasher(Hasher):
    """Hashes as the service does, and counts the Argon2 runs."""

    def __init__(self, cost: Argon2Cost) -> None:
        super().__init__(cost)
        self.verified: list[str] = []
        """What passwords were compared with."""
        self.hashes = 0
        self.hashed_after: list[int] = []
        """How many statements had been sent when each was hashed."""
        self._sent: Sequence[str] = ()

    def start_counting(self, sent: Sequence[str] = ()) -> None:
        """Forget what was counted so far. `sent` grows by every statement that is sent."""
        self.verified, self.hashes, self.hashed_after, self._sent = [], 0, [], sent

    def hash(self, password: str) -> str:
        """Hash, and count it."""
        self.hashes += 1
        self.hashed_after.append(len(self._sent))
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
