"""Per-scenario state of the steps about tenancy."""

from collections.abc import Callable
from typing import Any

OwnersSeen = dict[str, Any]
"""The owners of the rows that a tenant sees, by table; or the error, in words."""


class TenancyState:
    """What tenants own, what they attempted, and the results."""

    def __init__(self) -> None:
        self.fixtures: dict[str, dict[str, Any]] = {}
        """The rows of each tenant, by the kind of thing."""
        self.results: list[dict[str, str]] = []
        """The outcomes of the last attempts: a line for each, as a data table shows it."""
        self.effects: list[str] = []
        """What showed or changed the victim's rows, and how."""
        self.finding = ""
        """What the intruder learns from the last side channel."""
        self.plan: dict[str, Any] = {}
        """The plan of the last statement, as EXPLAIN returns it."""
        self.owners_seen: Callable[[int | None], OwnersSeen]
        """Returns what a tenant, or a session without one, sees in the connection at hand."""
