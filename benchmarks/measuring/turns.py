"""How the ways of a comparison are measured: in turns, on one server, within one run."""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from typing import Final, TypeVar

from benchmarks.measuring.server import Server
from benchmarks.model import FAILED, Benchmark, Measured, Row

T = TypeVar("T")

Timed = Callable[[], float]
"""Does it once and returns the seconds that it took."""

SCALES: Final = {"ms": 1000.0, "s": 1.0}
"""How many of a unit of time are a second."""


class MissingRows(Exception):
    """A benchmark has not measured what it declares."""


class Measuring:
    """The rows of one benchmark while it is measured, and what it needs for that."""

    def __init__(
        self,
        benchmark: Benchmark,
        server: Server,
        cleanups: ExitStack,
        say: Callable[[str], None],
        *,
        quick: bool,
    ) -> None:
        self.server = server
        self.cleanups = cleanups
        self.say = say
        self.quick = quick
        self._comparisons = {one.name: one for one in benchmark.comparisons}
        self._rows: dict[tuple[str, str], Row] = {}
        self._ways = {
            (one.name, way.name): way for one in benchmark.comparisons for way in one.ways
        }

    def pick(self, full: T, quick: T) -> T:
        """Return the number for the whole run, or for `--quick`."""
        return quick if self.quick else full

    def alternate(
        self,
        comparison: str,
        ways: Mapping[str, Timed],
        turns: int,
        *,
        warm_up: int = 1,
        group: int = 1,
    ) -> None:
        """Measure the ways in turns, each turn in the reverse order of the last.

        In a turn each way is done `group` times. What `warm_up` turns take is not counted.
        """
        self.say(f"{comparison}: {turns} turns")
        names = list(ways)
        taken: dict[str, list[float]] = {name: [] for name in names}
        for turn in range(-warm_up, turns):
            for name in names if turn % 2 else reversed(names):
                for _ in range(group):
                    seconds = ways[name]()
                    if turn >= 0:
                        taken[name].append(seconds)
        for name, each in taken.items():
            self.add_seconds(comparison, name, each)

    def add_seconds(
        self, comparison: str, way: str, seconds: Iterable[float], note: str = ""
    ) -> None:
        """Record samples of time."""
        scale = SCALES[self._comparisons[comparison].unit]
        self.add(comparison, way, [scale * each for each in seconds], note)

    def add(self, comparison: str, way: str, samples: Iterable[float], note: str = "") -> None:
        """Record samples in the comparison's unit."""
        key = (comparison, way)
        self._rows[key] = Row(self._ways[key], list(samples), note=note)

    def leave_out(self, comparison: str, way: str, reason: str) -> None:
        """Record why a way is not measured."""
        key = (comparison, way)
        self._rows[key] = Row(self._ways[key], left_out=reason)

    def fail(self, reason: str) -> None:
        """Record that the rest could not be measured."""
        for comparison, way in self._ways.keys() - self._rows.keys():
            self.leave_out(comparison, way, f"{FAILED}{reason}")

    def result(self) -> list[Measured]:
        """Return all comparisons. Raises `MissingRows` unless each way has been recorded."""
        missing = [": ".join(key) for key in self._ways if key not in self._rows]
        if missing:
            raise MissingRows(f"nothing was recorded of: {'; '.join(missing)}")
        return [
            Measured(
                one, [self._rows[one.name, way.name] for way in one.ways], judged=not self.quick
            )
            for one in self._comparisons.values()
        ]


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
