"""Per-scenario state of the steps about concurrent work and crashes."""

from collections.abc import Mapping, Sequence
from typing import Any

from features.support.concurrency.crash_workload import CrashWorkload


class ConcurrencyState:
    """The clients of a stress test, and the rows that they left."""

    def __init__(self) -> None:
        self.answers: Sequence[Any] = ()
        """The result or the refusal of each client, in order."""
        self.arranged: Mapping[str, int] = {}
        """How many rows each table had before."""
        self.watched: list[Any] = []
        """What was read again and again while they ran."""


class CrashState:
    """Clients that store rows until the server crashes, and their errors."""

    def __init__(self) -> None:
        self.clients: CrashWorkload
        self.errors: list[BaseException | None] = []
        """The errors of those that went on, or of what did not fit on the disk."""
