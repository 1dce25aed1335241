"""What a harness runs and judges: a scenario of behave's, or a test of pytest's."""

from collections.abc import Sequence
from typing import Protocol


class Verdict(Protocol):
    """What came of something that was run."""

    def has_failed(self) -> bool:
        """Tell whether it has failed so far."""
        ...


class Judged(Protocol):
    """What is run and judged: a scenario, or a test of pytest's."""

    name: str
    location: object
    tags: Sequence[str]
    status: Verdict
