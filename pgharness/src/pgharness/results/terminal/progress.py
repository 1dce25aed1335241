"""How far a run is: what is done, what is running, and how long the rest will take."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from pgharness.results.durations import Durations
from pgharness.results.model import Case, Status, worst
from pgharness.results.terminal.planning import PlannedCase

Clock = Callable[[], float]
"""Returns seconds since any moment."""

TRUSTED: Final = 2.0
"""Seconds of expected duration after which this run shows how fast the machine is."""
PACE: Final = (0.2, 5.0)
"""Limits of the pace: the first cases may be no measure for the others."""


@dataclass
class Group:
    """Cases that are reported in one line when all are done: of a capability or a feature."""

    name: str
    total: int = 0
    counts: Counter[Status] = field(default_factory=Counter)
    seconds: float = 0.0
    """The sum of the durations of its cases."""

    @property
    def done(self) -> int:
        """The number of cases that are done."""
        return self.counts.total()

    @property
    def status(self) -> Status:
        """The worst status; `NOT_RUN` if some cases are not done and none failed."""
        missing = [Status.NOT_RUN] if self.done < self.total else []
        return worst([*self.counts, *missing])


@dataclass(frozen=True)
class Running:
    """A case that is being executed."""

    name: str
    since: float
    key: str


class Progress:
    """Counts the cases of a run as they begin and end."""

    def __init__(
        self,
        planned: Iterable[PlannedCase],
        group_of: Callable[[PlannedCase], str],
        durations: Durations,
        clock: Clock,
        workers: int = 1,
    ) -> None:
        """Expect `durations` of earlier runs, by the cases' keys."""
        self._planned = {case.place: case for case in planned}
        self._group_of = group_of
        self._clock = clock
        self._running: dict[str, Running] = {}
        self._began: float | None = None
        self.groups: dict[str, Group] = {}
        for case in self._planned.values():
            self._group(case).total += 1
        times = durations.known
        known = [times[one.key] for one in self._planned.values() if one.key in times]
        self._usual = median(known) if known and durations.usual is None else durations.usual
        self._durations = times
        self._workers = workers
        self._left = sum(self._expected(one.key) for one in self._planned.values())
        self._past = 0.0
        self._taken = 0.0
        self._is_done: set[str] = set()
        self.failed = 0

    @property
    def total(self) -> int:
        """The number of cases that were selected."""
        return len(self._planned)

    @property
    def done(self) -> int:
        """The number of cases that are done."""
        return len(self._is_done)

    def started(self, place: str, name: str) -> None:
        """Count a case as running."""
        now = self._clock()
        if self._began is None:
            self._began = now
        planned = self._planned.get(place)
        self._running[place] = Running(name, now, planned.key if planned else "")

    def finished(self, case: Case) -> Group | None:
        """Count a case as done; return its group if all of it is."""
        self._running.pop(case.place, None)
        planned = self._planned.get(case.place)
        if planned is None or case.place in self._is_done:
            return None
        self._is_done.add(case.place)
        self.failed += case.status.is_failure
        self._taken += case.duration
        expected = self._expected(planned.key)
        self._left -= expected
        if case.status is not Status.SKIPPED:
            self._past += expected
        group = self._group(planned)
        group.counts[case.status] += 1
        group.seconds += case.duration
        return group if group.done == group.total else None

    def begun(self) -> list[Group]:
        """Return the groups of which a part is done, or running."""
        running = {self._group_of(self._planned[one]) for one in self._running}
        return [
            group
            for name, group in self.groups.items()
            if group.done < group.total and (group.done or name in running)
        ]

    def running(self, longer_than: float) -> tuple[Running, float, int] | None:
        """Return the case that has been running longest, its seconds, and how many others run.

        None if none has been running for more than `longer_than` seconds.
        """
        cases = sorted(self._running.values(), key=lambda one: one.since)
        if not cases or (seconds := self._clock() - cases[0].since) <= longer_than:
            return None
        return cases[0], seconds, len(cases) - 1

    def left(self) -> float | None:
        """Return the seconds that the rest will take; None if there is nothing to tell by.

        An unknown case counts as the median of those known. The sum is multiplied by the pace of
        this run so far, which includes the work between cases, parallel workers, and the load of
        the machine.
        """
        if self._usual is None:
            if self._began is None or not self.done:
                return None
            return (self.total - self.done) * (self._clock() - self._began) / self.done
        now = self._clock()
        past, left = self._past, self._left
        for one in list(self._running.values()):
            passed = min(now - one.since, self._expected(one.key))
            past, left = past + passed, left - passed
        pace = 1 / self._workers
        if self._began is not None and past >= TRUSTED:
            pace *= min(max(self._workers * (now - self._began) / past, PACE[0]), PACE[1])
        return max(left * pace, 0.0)

    def _expected(self, key: str) -> float:
        return self._durations.get(key, self._usual or 0.0)

    def _group(self, case: PlannedCase) -> Group:
        name = self._group_of(case)
        return self.groups.setdefault(name, Group(name))
