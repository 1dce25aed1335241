"""What the steps about transactions know of a scenario, beside what all steps know."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from features.support.examples import Scene
    from features.support.sweep import Failure, Operation


class Trouble:
    """A part of the `World`: units of work that went wrong, and what came of it."""

    def __init__(self) -> None:
        self.scene: Scene
        """What there is for every operation to work on."""
        self.operations: list[Operation] = []
        """All operations of the service, as they were seen."""
        self.failures: list[Failure] = []
        """What came of those that were made to fail."""
