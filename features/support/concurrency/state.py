"""Per-scenario state of the steps about concurrent work."""

from collections.abc import Mapping, Sequence
from typing import Any

from features.support.concurrency.crash_workload import Traffic
from pgharness.interleaving.list_append_checker import Transaction
from pgharness.interleaving.schedules import ScheduleRunner


class ConcurrencyState:
    """Concurrent operations and their results."""

    def __init__(self) -> None:
        self.lockstep: ScheduleRunner
        """The sessions that a table has moved in lock step."""
        self.history: list[Transaction] = []
        """What many did at once, and what they saw."""
        self.priorities = ""
        """The priorities of somebody's agents, as they were before."""
        self.traffic: Traffic
        """Clients that store their work until the server is killed."""
        self.failures: list[BaseException | None] = []
        """What went wrong when each of them went on."""
        self.settings_found: dict[str, dict[str, str]] = {}
        """The server's settings, as each kind of unit of work has found them."""
        self.answers: Sequence[Any] = ()
        """What those who worked at once were answered, each in turn."""
        self.arranged: Mapping[str, int] = {}
        """How many rows each table had before they worked."""
        self.watched: list[Any] = []
        """What was seen again and again meanwhile."""
