"""What is measured: benchmarks, their comparisons, and the ways to do the same in each."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from benchmarks.measuring.turns import Measuring

NOT_IN_QUICK: Final = "not measured by --quick"
FAILED: Final = "failed: "
"""With this begins the reason of a row whose measurement broke off."""
PLACES_BELOW: Final = ((1, 3), (10, 2), (100, 1))
"""Values below the first number are shown with the second number of decimals."""


@dataclass(frozen=True)
class Goal:
    """A bound of a median, or of its ratio to the first way of the comparison."""

    bound: float
    of_ratio: bool = True
    at_least: bool = False

    def met(self, median: float, ratio: float) -> bool:
        """Return whether it is met."""
        value = ratio if self.of_ratio else median
        return value >= self.bound if self.at_least else value <= self.bound

    def words(self, unit: str) -> str:
        """Return the goal as text."""
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {self.bound:g} {'×' if self.of_ratio else unit}"


@dataclass(frozen=True)
class Way:
    """One way to do what a comparison is about."""

    name: str
    goal: Goal | None = None


@dataclass(frozen=True)
class Comparison:
    """Several ways to do the same; the ratios are to the first that was measured."""

    name: str
    title: str
    unit: str
    """`ms`, `s` or `MiB`."""
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Benchmark:
    """Comparisons that are measured together."""

    name: str
    title: str
    comparisons: tuple[Comparison, ...]
    measure: Callable[["Measuring"], None] = field(repr=False)


@dataclass(frozen=True)
class Row:
    """What was measured of one way; without samples, `left_out` says why."""

    way: Way
    samples: Sequence[float] = ()
    left_out: str = ""
    note: str = ""

    @property
    def median(self) -> float:
        """The median, in the comparison's unit."""
        return statistics.median(self.samples)

    @property
    def spread(self) -> tuple[float, float]:
        """The quartiles; of fewer than four samples, the least and the greatest."""
        if len(self.samples) < 4:  # noqa: PLR2004 (that many quarters)
            return min(self.samples), max(self.samples)
        low, _, high = statistics.quantiles(self.samples, n=4, method="inclusive")
        return low, high

    def ratio(self, reference: "Row") -> float:
        """Return how many times the reference it is.

        Samples of the same number were taken in turns: the median of the ratios of the turns is
        less affected by other load than the ratio of the medians.
        """
        pairs = list(zip(self.samples, reference.samples, strict=False))
        if len(self.samples) == len(reference.samples) and all(other for _, other in pairs):
            return statistics.median(one / other for one, other in pairs)
        return self.median / reference.median


@dataclass(frozen=True)
class Measured:
    """A comparison with all its rows."""

    comparison: Comparison
    rows: Sequence[Row]
    judged: bool = True
    """Whether there were samples enough, of the full sizes, to judge the goals."""

    @property
    def reference(self) -> Row | None:
        """The first row that was measured."""
        return next((row for row in self.rows if row.samples), None)

    def ratio(self, row: Row) -> float:
        """Return the ratio of a measured row to the reference."""
        assert self.reference is not None, "the row itself was measured"
        return row.ratio(self.reference)

    def verdict(self, row: Row) -> bool | None:
        """Return whether a measured row meets its goal; None without a judgement."""
        goal = row.way.goal
        if goal is None or not self.judged:
            return None
        return goal.met(row.median, self.ratio(row))


def shown(value: float) -> str:
    """Return a value with about three digits."""
    for bound, places in PLACES_BELOW:
        if round(value, places) < bound:
            return f"{value:.{places}f}"
    return f"{value:,.0f}"
