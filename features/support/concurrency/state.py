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
    """A server that crashes while clients store rows."""

    def __init__(self) -> None:
        self.clients: CrashWorkload
