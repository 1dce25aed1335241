"""Per-scenario state of the steps about tasks, the workspace and objectives."""

from typing import Any

from domain.work.objectives import Objective
from domain.work.projects import Agent, Project
from domain.work.task_queue import Claim
from domain.work.tasks import Task
from domain.work.turns_and_events import Event, Turn


class WorkState:
    """What people own, under the names that the features call it by."""

    def __init__(self) -> None:
        self.projects: dict[str, Project] = {}
        """By slug."""
        self.agents: dict[str, Agent] = {}
        """By name."""
        self.tasks: dict[str, Task] = {}
        """By title, as they were last seen."""
        self.turns: dict[str, Turn] = {}
        """By what was said."""
        self.events: dict[str, Event] = {}
        """By type."""
        self.objectives: dict[str, Objective] = {}
        """By what the objective was at first, as they were last seen."""
        self.claims: list[Claim] = []
        """What was claimed, in order."""
        self.read: Any = None
        """What the last reading brought."""
        self.listing: list[list[str]] = []
        """What a listing has brought so far, page by page, by names."""
        self.listed_after: int | None = None
        """Where its next page starts."""
