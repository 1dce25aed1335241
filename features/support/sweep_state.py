"""Per-scenario state of the steps that run every operation of the service."""

from features.support.examples import Scene
from features.support.sweep import Failure, Operation
from features.support.unfit_values import Tried


class SweepState:
    """The operations that a scenario ran, and the results."""

    def __init__(self) -> None:
        self.scene: Scene
        """The rows that every operation works on."""
        self.operations: list[Operation] = []
        """All operations of the service, as observed."""
        self.failures: list[Failure] = []
        """The results of those that were made to fail."""
        self.tried: set[str] = set()
        """The parameters that were given unfit values."""
        self.not_answered: list[Tried] = []
        """The answers to those that are not the service's own."""
