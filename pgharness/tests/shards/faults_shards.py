"""Faults of shards: scenarios that are lost or run twice, and results that look whole."""

import random
from collections.abc import Sequence
from typing import Any

from _pytest.monkeypatch import MonkeyPatch

import test_shard_runs as runs
import test_shards as tests
from breaking import fault
from pgharness.adapters.behave import runner
from pgharness.adapters.behave.parallel import division
from pgharness.adapters.behave.parallel.units import Unit, units_of
from pgharness.core.shard import Shard
from pgharness.results import durations
from pgharness.results.stream import intervals, merging
from pgharness.results.stream import shards as parts
from sharded_suites import UNITS


@fault(
    "a shard is divided in a way of its own",
    noticed_by=runs.test_each_scenario_is_in_exactly_one_shard,
    count=3,
)
def division_is_random(patch: MonkeyPatch) -> None:
    def shared_out(seconds: Sequence[float], _: object, count: int) -> list[int]:
        return [random.randrange(count) for _ in seconds]  # noqa: S311 (no secret)

    patch.setattr(division, "shared_out", shared_out)


@fault(
    "shards have equally many scenarios, however long",
    noticed_by=runs.test_each_scenario_is_in_exactly_one_shard,
    count=2,
)
def durations_are_ignored(patch: MonkeyPatch) -> None:
    patch.setattr(division, "seconds_of", lambda *_: 1.0)


@fault(
    "what shares a fixture is torn apart",
    noticed_by=runs.test_each_scenario_is_in_exactly_one_shard,
    count=7,
)
def units_are_torn_apart(patch: MonkeyPatch) -> None:
    def torn(*given: Any) -> list[Unit]:
        return [Unit((one,)) for unit in units_of(*given) for one in unit.scenarios]

    patch.setattr(division, "units_of", torn)


@fault(
    "scenarios of other shards are skipped with a reason",
    noticed_by=runs.test_what_other_shards_run_is_not_skipped_here,
)
def others_are_skipped(patch: MonkeyPatch) -> None:
    def leave_out(scenario: Any) -> None:
        scenario.mark_skipped()
        scenario.skip_reason = "of another shard"

    patch.setattr(division, "_leave_out", leave_out)


@fault(
    "scenarios without steps are in each shard",
    noticed_by=runs.test_each_scenario_is_in_exactly_one_shard,
    count=2,
)
def reasons_stay(patch: MonkeyPatch) -> None:
    def leave_out(scenario: Any) -> None:
        if not scenario.should_skip:
            scenario.mark_skipped()

    patch.setattr(division, "_leave_out", leave_out)


@fault(
    "a shard is divided by the durations of earlier runs here",
    noticed_by=runs.test_a_shard_does_not_look_at_earlier_runs_here,
)
def local_history_counts(patch: MonkeyPatch) -> None:
    patch.setattr(runner, "shared", durations.durations_of)


@fault(
    "a shard may be empty",
    noticed_by=runs.test_a_shard_that_cannot_be_is_refused,
    given=f"9/{UNITS + 1}",
    reason="use",
)
def shards_may_be_empty(patch: MonkeyPatch) -> None:
    patch.setattr(division, "len", lambda _: UNITS + 1, raising=False)


@fault(
    "a shard beyond the last is run",
    noticed_by=runs.test_a_shard_that_cannot_be_is_refused,
    given="5/4",
    reason="-D shard=5/4 means nothing: ",
)
def shards_wrap_around(patch: MonkeyPatch) -> None:
    def read(text: str) -> Shard:
        number, count = map(int, text.split("/"))
        return Shard((number - 1) % count + 1, count)

    patch.setattr(Shard, "read", read)


@fault(
    "merged features are in the order of the shards",
    noticed_by=runs.test_a_merged_run_is_the_serial_one,
)
def merged_features_have_no_order(patch: MonkeyPatch) -> None:
    patch.setattr(parts, "as_in_a_serial_run", lambda static, _: list(static))


@fault(
    "a run of some shards looks whole",
    noticed_by=tests.test_a_missing_shard_is_a_failure,
    given=(1, 2),
    said="",
    named="",
)
def missing_shards_are_not_noticed(patch: MonkeyPatch) -> None:
    patch.setattr(parts, "missing", lambda _: "")


@fault(
    "a missing shard is told and is no failure",
    noticed_by=runs.test_a_shard_that_is_missing_fails_the_merged_run,
)
def missing_shards_are_no_failure(patch: MonkeyPatch) -> None:
    real = merging._Merger.end
    patch.setattr(merging._Merger, "end", lambda self, streams, *_: real(self, streams))


@fault(
    "shards of two divisions are merged",
    noticed_by=tests.test_shards_that_are_not_of_one_run_are_refused,
    streams=tests.REFUSED["of another selection"][0],
    said="",
)
def divisions_are_mixed(patch: MonkeyPatch) -> None:
    patch.setattr(parts.Part, "differs", lambda *_: False)


@fault(
    "a shard is merged twice",
    noticed_by=tests.test_shards_that_are_not_of_one_run_are_refused,
    streams=tests.REFUSED["twice"][0],
    said="",
)
def shards_count_twice(patch: MonkeyPatch) -> None:
    patch.setattr(parts, "check", lambda _: None)


@fault(
    "the time between two runs is a part of their duration",
    noticed_by=tests.test_the_duration_has_no_pauses,
    starts=(0, 60, 3600),
    seconds=0.018,
)
def pauses_count(patch: MonkeyPatch) -> None:
    patch.setattr(intervals, "pauses", lambda _: 0.0)


@fault(
    "the duration of shards is the sum of all",
    noticed_by=tests.test_the_duration_has_no_pauses,
    starts=(0, 0.001, 0.003),
    seconds=0.009,
)
def durations_are_added(patch: MonkeyPatch) -> None:
    def added(times: list[intervals.Interval]) -> float:
        whole = max(end for _, end in times) - min(start for start, _ in times)
        return whole - sum(end - start for start, end in times)

    patch.setattr(intervals, "pauses", added)


@fault(
    "a stream that was merged before is one run",
    noticed_by=tests.test_the_duration_has_no_pauses,
    starts=(0, 60, 3600),
    seconds=0.018,
)
def former_pauses_are_forgotten(patch: MonkeyPatch) -> None:
    patch.setattr(intervals, "is_interval", lambda _: False)
