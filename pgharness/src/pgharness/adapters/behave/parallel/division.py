"""Shards of a run: divide the selected scenarios among machines, each of which runs its part.

Each machine computes the whole division by itself, from the selection and from a file of durations,
which are the same on all of them: the longest unit first, each to the shard with the least to do.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from behave.model import Scenario

from pgharness.adapters.behave.orderly import OrderlyRunner
from pgharness.adapters.behave.parallel.units import Unit, selected, units_of
from pgharness.core.errors import HarnessError
from pgharness.core.option_names import SHARD
from pgharness.core.shard import Shard
from pgharness.results.durations import Durations
from pgharness.results.recording.keys import scenario_key
from pgharness.results.recording.places import Places, project_of
from pgharness.results.stream.shards import Part

MICROSECONDS: Final = 10**6


def shard_of(userdata: Mapping[str, str]) -> Shard:
    """Return the shard that `-D shard=2/4` gives, else the whole. Raises `HarnessError`."""
    return Shard.read(userdata[SHARD]) if SHARD in userdata else Shard()


def seconds_of(unit: Unit, durations: Durations, places: Places) -> float:
    """Return how long the scenarios of a unit take."""
    return sum(durations.of(scenario_key(one, places)) for one in unit.scenarios)


def shared_out(seconds: Sequence[float], sizes: Sequence[int], count: int) -> list[int]:
    """Return in which of `count` shards, from 0, units of these durations and sizes are.

    No shard is longer than another by more than its longest unit. Of two alike, the first goes
    first. With as many units as shards, none is empty.
    """
    times = [round(one * MICROSECONDS) for one in seconds]  # sums of integers have no order
    loads = [(0, 0, number) for number in range(count)]
    shards = [0] * len(times)
    for unit in sorted(range(len(times)), key=lambda unit: (-times[unit], unit)):
        load, scenarios, number = min(loads)
        shards[unit] = number
        loads[number] = (load + times[unit], scenarios + sizes[unit], number)
    return shards


def divide(runner: OrderlyRunner, shard: Shard, durations: Durations) -> Part:
    """Leave the scenarios of other shards out, as if they had not been selected.

    Raises `HarnessError` if there are more shards than units.
    """
    places = Places(project_of(runner))
    units = units_of(runner.features, runner.config, runner.hooks)
    if len(units) < shard.count:
        raise HarnessError(
            f"-D {SHARD}={shard.number}/{shard.count} divides what was selected into too many"
            f" shards: use {len(units)} at most, as scenarios that share something stay together."
        )
    seconds = [seconds_of(unit, durations, places) for unit in units]
    numbers = shared_out(seconds, [len(unit.scenarios) for unit in units], shard.count)
    files = [one.filename for one in runner.features if any(selected(one, runner.config))]
    divided = [
        [one for unit, of in zip(units, numbers, strict=True) if of == n for one in unit.scenarios]
        for n in range(shard.count)
    ]
    part = Part(
        shard,
        len(divided[shard.number - 1]),
        sum(map(len, divided)),
        _digest(divided, places),
        tuple(dict.fromkeys(map(places.uri, files))),
    )
    for number, scenarios in enumerate(divided, start=1):
        for scenario in scenarios if number != shard.number else ():
            _leave_out(scenario)
    return part


def _leave_out(scenario: Scenario) -> None:
    scenario.skip_reason = None  # of one without steps, which is skipped already
    if not scenario.should_skip:
        scenario.mark_skipped()


def _digest(division: Iterable[Iterable[Scenario]], places: Places) -> str:
    """Return what differs if any scenario is in another shard."""
    listed = [[f"{places.uri(one.filename)}:{one.line}" for one in shard] for shard in division]
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()[:16]
