"""Per-scenario state of the steps about tenancy."""

from typing import Any


class TenancyState:
    """What tenants attempted on rows that are not theirs, and the results."""

    def __init__(self) -> None:
        self.estates: dict[str, dict[str, Any]] = {}
        """What everybody owns, by the kind of thing."""
        self.came_of_it: list[dict[str, str]] = []
        """What came of the last attempts: a line for each, with a word for each table."""
        self.answers: list[dict[str, str]] = []
        """What the service answered, operation by operation."""
        self.plan: dict[str, Any] = {}
        """How the server would read what was asked for."""
        self.owners_seen: dict[str, list[int]] = {}
        """Whose rows were seen by what was prepared for somebody else, table by table."""
        self.asked = ""
        """The query for what a unit of work has left in its session."""
        self.kept: Any = None
        """What that query finds in a session that is not reset."""
        self.described: dict[str, Any] = {}
        """What the server told of a session before anybody had worked in it."""
