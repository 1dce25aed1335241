"""Per-scenario state of the steps about transactions."""

from datetime import timedelta
from typing import Any


class TransactionState:
    """Units of work that failed, and how."""

    def __init__(self) -> None:
        self.accounts: list[dict[str, Any]] = []
        """All accounts as they were stored before."""
        self.raised: BaseException | None = None
        """What went wrong, as it was when it arose."""
        self.told: BaseException | None = None
        """What the caller was told who does not only expect the service's own refusals."""
        self.mishap = ""
        """What was to go wrong."""
        self.tries = 0
        """How often a unit of work was tried."""
        self.waits: list[timedelta] = []
        """How long was waited in between."""
        self.limits: list[list[str]] = []
        """The limits that the server named, connection by connection."""
        self.pids: list[int] = []
        """The connections that there were."""
        self.came_to_its_end = False
        """Whether a unit of work had come to its end before it was refused."""
