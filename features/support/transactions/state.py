"""Per-scenario state of the steps about transactions."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from features.support.transactions.open_transaction import OpenTransaction
from pgharness.interleaving.list_append_checker import Transaction
from pgharness.interleaving.schedules import ScheduleRunner


class TransactionState:
    """The transaction of a scenario, the fault in it, and the error that its caller got."""

    def __init__(self) -> None:
        self.transaction: OpenTransaction
        self.fault = ""
        """The name of the fault that was injected."""
        self.raised: Exception | None = None
        """The error of the fault, as it was where it arose."""
        self.caught: Exception | None = None
        """The error that the transaction itself has caught."""
        self.error: Exception | None = None
        """The error that the caller got, if it is no refusal of the service."""
        self.judged = False
        """Whether a Then has asked about `error`."""
        self.attempts = 0
        """How often a unit of work was run."""
        self.waits: list[timedelta] = []
        """The waits between the attempts, at their longest."""
        self.waited: list[timedelta] = []
        """How long the system's clock took for each of them."""
        self.pool_name = ""
        """What the connections of the service's pool are called on the server."""
        self.lost_pids: list[int] = []
        """The server's processes whose connections were lost."""
        self.open_block: AbstractContextManager[object]
        """A block of the driver that nothing ends."""
        self.settings: Mapping[str, Mapping[str, str]] = {}
        """The server's settings, by where they were read."""
        self.accounts: list[dict[str, Any]] = []
        """All accounts as they were stored before."""

    def unclaimed(self) -> Exception | None:
        """Return an error that no Then has asked about, if there is one."""
        return None if self.judged else self.error


class AnomalyState:
    """Interleaved transactions of one tenant, and what they read of each other."""

    def __init__(self) -> None:
        self.schedule: ScheduleRunner
        """The sessions that a table interleaves."""
        self.priorities = ""
        """The priorities of the agents before the schedule."""
        self.history: list[Transaction] = []
        """The reads and appends of concurrent transactions."""
