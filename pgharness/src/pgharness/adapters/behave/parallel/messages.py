"""What workers and their parent tell each other.

The parent sends batches, as indices of scenarios; None ends the worker. A worker sends `Happened`
again and again, `Done` after each batch, and `Ended` at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from mmap import mmap

from behave.model import Scenario, Status
from cucumber_messages import Envelope

from pgharness.adapters.account import Account


class Shared:
    """What all processes of a run have from the beginning."""

    def __init__(self, scenarios: Sequence[Scenario]) -> None:
        self.scenarios = scenarios
        self._stopped = mmap(-1, 1)

    @property
    def is_stopped(self) -> bool:
        """Whether no further scenario may begin."""
        return bool(self._stopped[0])

    def stop(self) -> None:
        """Let no further scenario begin, in any process."""
        self._stopped[0] = 1


@dataclass(frozen=True)
class Happened:
    """Messages of the protocol, in their order."""

    envelopes: Sequence[Envelope]


@dataclass(frozen=True)
class Done:
    """A batch is done, or as much of it as could be."""

    statuses: Sequence[Status]
    """Of the batch's scenarios, in their order."""
    failed: bool
    account: Account


@dataclass(frozen=True)
class Ended:
    """The worker has cleaned up."""

    failed: bool
    """Whether anything has failed in it."""
    refusal: str
    """Why the run cannot go on; empty if it can."""
    problems: Sequence[str]
    """What could not be recorded."""
    account: Account


Message = Happened | Done | Ended
