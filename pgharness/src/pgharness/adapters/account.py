"""What a run says at its end of its tests: each of its processes has seen some of them."""

import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Account:
    """What happened in one process, or in all of them."""

    costs: list[float] = field(default_factory=list)
    """The harness's own time for each test, in seconds."""
    skipped: Counter[str] = field(default_factory=Counter)
    """The number of tests skipped on this server, by reason."""
    kept: list[str] = field(default_factory=list)
    """A line for each database that is kept."""
    undropped: dict[str, str] = field(default_factory=dict)
    """The databases that could not be dropped, with the server's reasons."""

    def add(self, other: "Account") -> None:
        """Add what happened in another process."""
        self.costs.extend(other.costs)
        self.skipped.update(other.skipped)
        self.kept.extend(other.kept)
        self.undropped.update(other.undropped)

    def lines(self, where: str) -> Iterator[str]:
        """Yield what was skipped and what is kept on this server, or on this machine."""
        for obstacle, number in self.skipped.items():
            yield f"Skipped {number} {'test' if number == 1 else 'tests'}: {obstacle}."
        if self.kept:
            yield f"Kept until the next run on this {where}:"
            yield from (f"  {line}" for line in self.kept)

    def median_cost(self) -> str:
        """Return the harness's own time for a test; empty if there was none."""
        if not self.costs:
            return ""
        milliseconds = statistics.median(self.costs) * 1000
        return f"{milliseconds:.2f} ms per test (median of {len(self.costs)})"
