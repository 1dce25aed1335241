"""What the steps about transactions know of a scenario, beside what all steps know."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from features.support.ends_of_time import Timed
    from features.support.examples import Scene
    from features.support.sweep import Failure, Operation
    from features.support.unfit_values import Answers


class Trouble:
    """A part of the `World`: units of work that went wrong, and what came of it."""

    def __init__(self) -> None:
        self.scene: Scene
        """What there is for every operation to work on."""
        self.operations: list[Operation] = []
        """All operations of the service, as they were seen."""
        self.failures: list[Failure] = []
        """What came of those that were made to fail."""
        self.answers: Answers
        """What came of unfit values."""
        self.timed: list[Timed] = []
        """What came of all operations at one time."""
        self.accounts: list[dict[str, Any]] = []
        """All accounts as they were stored before."""
        self.raised: BaseException | None = None
        """What went wrong, as it was when it arose."""
        self.told: BaseException | None = None
        """What the caller was told who does not only expect the service's own refusals."""
        self.mishap = ""
        """What was to go wrong."""
        self.tries = 0
        """How often a unit of work was tried."""
        self.waits: list[timedelta] = []
        """How long was waited in between."""
        self.limits: list[list[str]] = []
        """The limits that the server named, connection by connection."""
        self.pids: list[int] = []
        """The connections that there were."""
        self.came_to_its_end = False
        """Whether a unit of work had come to its end before it was refused."""
