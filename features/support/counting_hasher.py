"""Hashing that is counted instead of timed."""

from collections.abc import Callable, Sequence

from domain.identity.hashing import Hasher
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
        self.lent: list[int] = []
        """How many connections were in use while each was hashed or verified."""
        self._sent: Sequence[str] = ()
        self._count_lent: Callable[[], int] = int

    def start_counting(self, sent: Sequence[str] = (), count_lent: Callable[[], int] = int) -> None:
        """Forget what was counted so far. `sent` grows by every statement that is sent."""
        self.verified, self.hashes, self.hashed_after, self.lent = [], 0, [], []
        self._sent, self._count_lent = sent, count_lent

    def hash(self, password: str) -> str:
        """Hash, and count it."""
        self.hashes += 1
        self.hashed_after.append(len(self._sent))
        self.lent.append(self._count_lent())
        return super().hash(password)

    def verify(self, stored: str, password: str) -> bool:
        """Verify, and count it: no run of Argon2 was what raises an error, as for a bad hash."""
        lent = self._count_lent()
        right = super().verify(stored, password)
        self.verified.append(stored)
        self.lent.append(lent)
        return right

    def raised(self, stored: str, password: str) -> str | None:
        """Raise the cost of a hash if it is due, and count it if it was."""
        dearer = super().raised(stored, password)
        if dearer is not None:
            self.hashes += 1
            self.lent.append(self._count_lent())
        return dearer
