"""What a merged stream says of shards and of pauses, and which streams are refused."""

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from pgharness.adapters.behave.parallel.division import shared_out
from pgharness.core.attachments import SHARD
from pgharness.core.errors import HarnessError
from pgharness.core.shard import Shard
from pgharness.results.model import Status
from pgharness.results.stream.merging import Stream, merge
from pgharness.results.stream.shards import Part, missing
from test_merging import check, failed_then_passed, run_of, sample

ALL = ("minimal", "rules", "data-tables")


def part(number: int, count: int = 3, division: str = "d") -> Part:
    return Part(Shard(number, count), 10, 10 * count, division, ())


def shard(number: int, count: int = 3, *, at: int = 0, **given: str) -> Stream:
    """Return the stream of a shard; each has another sample."""
    stream = sample(ALL[number - 1], at)
    put(stream, part(number, count, **given).body)
    return stream


def put(stream: Stream, body: str) -> None:
    """Attach the description of a shard to a run."""
    run = stream.the("testRunStarted").setdefault("id", "the-run")
    attached = {"body": body, "contentEncoding": "IDENTITY", "mediaType": SHARD}
    stream.messages.append({"attachment": {**attached, "testRunStartedId": run}})


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_all_shards_are_a_whole_run(order: tuple[int, ...], tmp_path: Path) -> None:
    merged = merge([shard(number, at=number) for number in order])
    check(merged)
    assert merged.missing == ""
    run = run_of(merged, tmp_path)
    assert (run.success, run.message, run.environment.shard) == (True, "", "")


@pytest.mark.parametrize(
    ("given", "said", "named"),
    [
        ((1, 2), "shard 3 of 3 is missing, with 10 of 30 examples", "1 and 2 of 3"),
        ((2,), "shards 1 and 3 of 3 are missing, with 20 of 30 examples", "2 of 3"),
    ],
)
def test_a_missing_shard_is_a_failure(
    given: tuple[int, ...], said: str, named: str, tmp_path: Path
) -> None:
    merged = merge([shard(number, at=number) for number in given])
    check(merged)
    assert merged.missing == said
    run = run_of(merged, tmp_path)
    assert (run.success, run.message, run.environment.shard) == (False, said, named)
    assert not run.holds
    alone = merge([Stream("merged", merged.messages), sample("hooks", 90)])
    assert alone.missing == said


def test_of_many_shards_each_missing_one_is_named() -> None:
    parts = [replace(part(number, 9), scenarios=number) for number in (1, 4, 8)]
    said = "shards 2, 3, 5, 6, 7 and 9 of 9 are missing, with 77 of 90 examples"
    assert missing(parts) == said


def test_a_shard_that_has_no_end_is_not_missing_and_leaves_no_end(tmp_path: Path) -> None:
    killed = shard(2, at=60)
    killed.messages = [one for one in killed.messages if "testRunFinished" not in one]
    merged = merge([shard(1), killed, shard(3)])
    assert (merged.missing, merged.unfinished) == ("", ("rules",))
    assert run_of(merged, tmp_path).finished is None
    merged = merge([shard(1), killed])
    assert merged.missing.startswith("shard 3 of 3 is missing")
    assert run_of(merged, tmp_path).finished is None


def test_a_rerun_of_what_failed_is_merged_with_all_shards(tmp_path: Path) -> None:
    failed, passed = failed_then_passed()
    put(failed, part(1).body)
    merged = merge([failed, shard(2), shard(3), passed])
    run = run_of(merged, tmp_path)
    assert (merged.missing, run.success) == ("", True)
    assert Status.ERROR not in run.counts


REFUSED = {
    "twice": ((shard(1), shard(1, at=5)), "minimal and minimal are both shard 1 of 3"),
    "of another number": (
        (shard(1), shard(2, 4)),
        r"minimal \(shard 1 of 3: 10 of 30 examples\) and rules \(shard 2 of 4: 10 of 40",
    ),
    "of another selection": (
        (shard(1), shard(2, division="e")),
        "are of two divisions: run each shard of one version, with one selection and one file",
    ),
    "merged before": (
        (Stream("both", merge([shard(1), shard(2, at=1)]).messages), shard(3, at=9)),
        r"both was merged before \(shard 3 of 3 is missing, with 10 of 30 examples\)",
    ),
}


@pytest.mark.parametrize(("streams", "said"), REFUSED.values(), ids=REFUSED)
def test_shards_that_are_not_of_one_run_are_refused(streams: tuple[Stream, ...], said: str) -> None:
    with pytest.raises(HarnessError, match=said):
        merge(streams)


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"number": "1"}', part(1).body[:-5]])
def test_a_damaged_description_is_refused(body: str) -> None:
    stream = sample("minimal")
    put(stream, body)
    with pytest.raises(HarnessError, match="minimal has a description of its shard that cannot be"):
        merge([stream])


@pytest.mark.parametrize(
    ("starts", "seconds"),
    [
        ((0, 0, 0), 0.006),
        ((0, 0.001, 0.003), 0.009),
        ((0, 60, 3600), 0.018),
        ((0, 3600, 3600.001), 0.013),
    ],
)
def test_the_duration_has_no_pauses(
    starts: tuple[float, ...], seconds: float, tmp_path: Path
) -> None:
    streams = [lasting(name, start) for name, start in zip(ALL, starts, strict=True)]
    for order in permutations(streams):
        merged = merge(order)
        check(merged)
        run = run_of(merged, tmp_path)
        assert run.duration == pytest.approx(seconds)
        assert run.started is not None
        assert run.finished is not None
        assert (run.finished - run.started).total_seconds() == pytest.approx(starts[-1] + 0.006)
    outer = Stream("outer", merge([streams[0], streams[2]]).messages)
    assert run_of(merge([outer, streams[1]]), tmp_path).duration == pytest.approx(seconds)


def lasting(name: str, start: float) -> Stream:
    """Return a sample that starts then, and takes 6 ms."""
    stream = sample(name)
    for kind, at in (("testRunStarted", start), ("testRunFinished", start + 0.006)):
        whole = int(at)
        nanos = round((at - whole) * 10**9)
        stream.the(kind)["timestamp"] = {"seconds": whole, "nanos": nanos}
    return stream


@pytest.mark.parametrize(
    ("seconds", "count", "expected"),
    [
        ([1, 2, 3], 1, [0, 0, 0]),
        ([1, 2, 3], 2, [1, 1, 0]),
        ([1, 1, 1, 1], 2, [0, 1, 0, 1]),
        ([0, 0, 0, 0, 0], 3, [0, 1, 2, 0, 1]),
        ([5, 0, 0, 0], 2, [0, 1, 1, 1]),
        ([0.1, 0.2, 0.3], 2, [1, 1, 0]),
        ([9, 1, 1, 1, 1, 5], 3, [0, 2, 2, 2, 2, 1]),
    ],
)
def test_the_longest_goes_first_to_the_lightest(
    seconds: list[float], count: int, expected: list[int]
) -> None:
    assert shared_out(seconds, [1] * len(seconds), count) == expected


def test_units_that_take_no_time_are_divided_by_their_scenarios() -> None:
    assert shared_out([0, 0, 0, 0], [5, 1, 1, 1], 2) == [0, 1, 1, 1]
