"""What the steps about tenancy know of a scenario, beside what all steps know."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from features.support.pooled import Pooled


class Neighbours:
    """A part of the `World`: tenants who come too close to each other, and what came of it."""

    def __init__(self) -> None:
        self.estates: dict[str, dict[str, Any]] = {}
        """What everybody owns, by the kind of thing."""
        self.came_of_it: list[dict[str, str]] = []
        """What came of the last attempts: a line for each, with a word for each table."""
        self.answers: list[dict[str, str]] = []
        """What the service answered, operation by operation."""
        self.pool: Pooled
        """The only connection that some scenarios have."""
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
