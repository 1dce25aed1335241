"""Per-scenario state of the steps about tasks, the workspace and objectives."""

from typing import Any

from domain.work.objectives import Objective
from domain.work.projects import Agent, Project
from domain.work.task_queue import Claim
from domain.work.tasks import Task
from domain.work.turns_and_events import Event, Turn


class WorkState:
    """What people own, by the names that the features use."""

    def __init__(self) -> None:
        self.projects: dict[str, Project] = {}
        """By slug."""
        self.agents: dict[str, Agent] = {}
        """By name."""
        self.tasks: dict[str, Task] = {}
        """By title, as they were last seen."""
        self.turns: dict[str, Turn] = {}
        """By text."""
        self.events: dict[str, Event] = {}
        """By type."""
        self.objectives: dict[str, Objective] = {}
        """By their first text, as they were last seen."""
        self.claims: list[Claim] = []
        """What was claimed, in order."""
        self.read: Any = None
        """What was read last."""
        self.listing: list[list[int]] = []
        """The ids on the pages that were read so far."""
        self.listed_after: int | None = None
        """Where the next page starts."""

    def known(self, things: str) -> dict[str, Any]:
        """Return what is known of a table, by name."""
        known: dict[str, Any] = getattr(self, things)
        return known
