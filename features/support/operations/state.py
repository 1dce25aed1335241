"""Per-scenario state of the steps that run every operation of the service."""

from features.support.operations.examples import Scene
from features.support.operations.extreme_times import TimedResult
from features.support.operations.fault_sweep import Failure, Operation
from features.support.operations.invalid_values import Answers
from features.support.operations.stored_times import StoredTimes


class SweepState:
    """The operations that a scenario ran, and the results."""

    def __init__(self) -> None:
        self.scene: Scene
        """The rows that every operation works on."""
        self.operations: list[Operation] = []
        """The operations, as observed."""
        self.failures: list[Failure] = []
        """The results of those with faults."""
        self.answers: Answers
        """The results with unusable values."""
        self.timed: list[TimedResult] = []
        """The results at one time."""
        self.stored_times: list[StoredTimes] = []
        """The times that each operation has stored while the clock moved on."""
