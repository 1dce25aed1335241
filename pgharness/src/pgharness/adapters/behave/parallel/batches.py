"""The batches of a run: the longest first, and short scenarios of one rule together.

To begin a part of a feature takes about a millisecond, and longer if its tags ask for a database:
short scenarios of one rule stay in one batch, unless a worker would then have too few batches.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from behave.model import Scenario

from pgharness.adapters.behave.parallel.units import Unit

SHORT: Final = 0.5
"""Seconds that a batch of several units takes at most."""
BATCHES: Final = 8
"""A batch of several units is at most this part of what one worker has to do."""
UNKNOWN: Final = 0.05
"""Seconds that a scenario is assumed to take if no earlier run tells."""

Seconds = Callable[[Scenario], float | None]
"""Returns how long a scenario took in an earlier run, or None if that is not known."""


@dataclass(frozen=True)
class Batch:
    """Scenarios that one worker executes, one after the other."""

    scenarios: tuple[Scenario, ...]
    seconds: float
    """How long they are expected to take."""


def batches_of(
    units: Sequence[Unit], seconds: Seconds, workers: int, seed: int | None = None
) -> list[Batch]:
    """Return the batches for some workers, the longest first; equal ones in the order of a run.

    With a seed each unit is a batch, in a random order.
    """
    if seed is not None:
        units = random.Random(seed).sample(units, len(units))  # noqa: S311 (no secret)
        return [Batch(unit.scenarios, 0) for unit in units]
    known = {
        id(scenario): found
        for unit in units
        for scenario in unit.scenarios
        if (found := seconds(scenario)) is not None
    }
    usual = median(known.values()) if known else UNKNOWN
    single = [
        Batch(unit.scenarios, sum(known.get(id(one), usual) for one in unit.scenarios))
        for unit in units
    ]
    limit = min(SHORT, sum(batch.seconds for batch in single) / (workers * BATCHES))
    return sorted(_joined(single, limit), key=lambda batch: batch.seconds, reverse=True)


def _joined(batches: Iterable[Batch], limit: float) -> Iterator[Batch]:
    """Yield the batches; neighbours of one rule as one while they take less than the limit."""
    joined: Batch | None = None
    for batch in batches:
        if joined is None:
            joined = batch
        elif _above(joined) is _above(batch) and joined.seconds + batch.seconds <= limit:
            joined = Batch(joined.scenarios + batch.scenarios, joined.seconds + batch.seconds)
        else:
            yield joined
            joined = batch
    if joined is not None:
        yield joined


def _above(batch: Batch) -> Any:
    """Return the rule of a batch's last scenario, or its feature if it is in none."""
    element = batch.scenarios[-1].parent
    while element.type == "scenario_outline":
        element = element.parent
    return element
