"""Merged streams: one valid stream, in which the last run of a case counts."""

import json
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import cucumber_compatibility_kit
import pytest
from cucumber_messages import Envelope, message_converter

from pgharness.core.attachments import SELECTION
from pgharness.core.errors import HarnessError
from pgharness.results.model import Run, Status
from pgharness.results.stream.ids import Message
from pgharness.results.stream.merging import Merged, Stream, merge
from pgharness.results.stream.reading import documents, read
from pgharness.results.wording import STOPPED

KIT = Path(cucumber_compatibility_kit.__file__).parent / "features"
SAMPLES = sorted(file.stem for file in KIT.glob("*/*.ndjson"))


def sample(name: str, seconds: int = 0) -> Stream:
    """Return a stream of the kit, started some seconds later."""
    file = next(KIT.glob(f"*/{name}.ndjson"))
    messages: list[Message] = deepcopy(list(documents(file)))
    for message in messages:
        for content in message.values():
            if "timestamp" in content:
                content["timestamp"]["seconds"] += seconds
    return Stream(name, messages)


def values(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Yield all simple values of a message, each with its key."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from values(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from values(one, key)
    else:
        yield key, value


def check(merged: Merged) -> None:
    """Fail unless each id is defined once, all references are known, and the order is right."""
    kinds = [next(iter(message)) for message in merged.messages]
    for kind in ("meta", "testRunStarted", "testRunFinished"):
        assert kinds.count(kind) == (0 if kind[7:] == "Finished" and merged.unfinished else 1)
    known: Counter[str] = Counter()
    for message in merged.messages:
        message_converter.from_dict(message, Envelope)
        told = [*values(message)]
        known.update(value for key, value in told if key == "id")
        references = {value for key, value in told if key.endswith(("Id", "Ids"))}
        assert references - {"workerId"} <= known.keys()
    assert set(known.values()) == {1}
    finals: Counter[str] = Counter()
    cases = {one["testCase"]["id"]: one["testCase"] for one in merged.messages if "testCase" in one}
    starts = [one["testCaseStarted"] for one in merged.messages if "testCaseStarted" in one]
    pickles = {one["id"]: cases[one["testCaseId"]]["pickleId"] for one in starts}
    for one in merged.messages:
        if "testCaseFinished" in one and not one["testCaseFinished"]["willBeRetried"]:
            finals[pickles[one["testCaseFinished"]["testCaseStartedId"]]] += 1
    assert set(finals.values()) <= {1}
    attempts = Counter((pickles[one["id"]], one["attempt"]) for one in starts)
    assert set(attempts.values()) <= {1}


def run_of(merged: Merged, folder: Path) -> Run:
    """Return the run that a merged stream describes."""
    file = folder / "messages.ndjson"
    file.write_text("".join(f"{json.dumps(one)}\n" for one in merged.messages), "utf-8")
    return read(file)


def cases_of(stream: Stream, folder: Path) -> Counter[Status]:
    """Return the number of a stream's cases by status."""
    return run_of(Merged(stream.messages, ()), folder).counts


def kinds(merged: Merged) -> Counter[str]:
    """Return the number of messages of each kind."""
    return Counter(next(iter(message)) for message in merged.messages)


def in_any_order(messages: list[Message]) -> list[str]:
    """Return messages as text, in a fixed order."""
    return sorted(json.dumps(message, sort_keys=True) for message in messages)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_stream_alone_stays_as_it_is(name: str) -> None:
    merged = merge([sample(name)])
    check(merged)
    assert in_any_order(merged.messages) == in_any_order(sample(name).messages)


def test_streams_of_all_samples_are_one(tmp_path: Path) -> None:
    streams = [sample(name, at) for at, name in enumerate(SAMPLES)]
    merged = merge(streams)
    check(merged)
    expected: Counter[Status] = Counter()
    for stream in streams:
        expected += cases_of(stream, tmp_path)
    run = run_of(merged, tmp_path)
    assert run.counts == expected
    uris = {one["source"]["uri"] for one in merged.messages if "source" in one}
    assert kinds(merged)["source"] == len(uris) == len(run.features)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_rerun_adds_attempts_only(name: str, tmp_path: Path) -> None:
    first, again = sample(name), sample(name, 60)
    merged = merge([first, again])
    check(merged)
    once = kinds(merge([first]))
    twice = kinds(merged)
    static = {"source", "gherkinDocument", "pickle", "stepDefinition", "hook", "testCase"}
    assert {one: twice[one] for one in static} == {one: once[one] for one in static}
    assert twice["testCaseStarted"] == 2 * once["testCaseStarted"]
    assert run_of(merged, tmp_path).counts == cases_of(first, tmp_path)


def failed_then_passed() -> tuple[Stream, Stream]:
    """Return a run with a failed case, and its rerun, which passed."""
    failed, passed = sample("minimal"), sample("minimal", 60)
    for message in failed.messages:
        if (step := message.get("testStepFinished")) is not None:
            step["testStepResult"]["status"] = "FAILED"
        if (end := message.get("testRunFinished")) is not None:
            end["success"] = False
    return failed, passed


def test_the_later_run_of_a_case_counts_however_they_are_named(tmp_path: Path) -> None:
    failed, passed = failed_then_passed()
    for order in ([failed, passed], [passed, failed]):
        run = run_of(merge(order), tmp_path)
        assert (run.counts, run.success) == ({Status.PASSED: 1}, True)
        assert run.holds
        assert run.started is not None
        assert run.finished is not None
        assert (run.finished - run.started).total_seconds() > 60
        assert run.duration < 1, "the minute between them is a pause"
    later = deepcopy(failed.messages)
    for message in later:
        for content in message.values():
            if "timestamp" in content:
                content["timestamp"]["seconds"] += 120
    run = run_of(merge([Stream("later", later), passed]), tmp_path)
    assert (run.counts, run.success) == ({Status.ERROR: 1}, False)


def test_a_failure_without_a_failed_case_remains(tmp_path: Path) -> None:
    failed, passed = failed_then_passed()
    failed.the("testRunFinished")["message"] = "interrupted"
    run = run_of(merge([failed, passed]), tmp_path)
    assert (run.success, run.message) == (False, "interrupted")
    failed_hook = sample("global-hooks-beforeall-error")
    assert not run_of(merge([failed_hook, passed]), tmp_path).success


def selected(stream: Stream, said: str) -> Stream:
    """Return a stream of a run in which only this was selected."""
    start = next(one for one in stream.messages if "testRunStarted" in one)
    content = {"body": said, "contentEncoding": "IDENTITY", "mediaType": SELECTION}
    attached = {"attachment": {**content, "testRunStartedId": start["testRunStarted"]["id"]}}
    at = stream.messages.index(start) + 1
    return Stream(stream.name, [*stream.messages[:at], attached, *stream.messages[at:]])


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("a", "a", "a"), ("a", "b", ""), ("", "b", ""), ("", "", "")],
)
def test_only_what_all_runs_selected_is_the_selection(
    first: str, second: str, expected: str, tmp_path: Path
) -> None:
    streams = [sample("minimal"), sample("rules", 60)]
    given = [
        selected(stream, said) if said else stream
        for stream, said in zip(streams, (first, second), strict=True)
    ]
    merged = merge(given)
    check(merged)
    assert run_of(merged, tmp_path).environment.selection == expected


def test_a_rerun_makes_up_for_a_stop_after_the_first_failure(tmp_path: Path) -> None:
    failed, passed = failed_then_passed()
    failed.the("testRunFinished")["message"] = STOPPED
    run = run_of(merge([failed, passed]), tmp_path)
    assert (run.success, run.message) == (True, "")
    run = run_of(merge([failed, sample("rules", 60)]), tmp_path)
    assert (run.success, run.message) == (False, STOPPED)


def test_shards_of_one_feature_have_its_cases_once(tmp_path: Path) -> None:
    whole = sample("all-statuses")
    starts = [one["testCaseStarted"]["id"] for one in whole.messages if "testCaseStarted" in one]

    def shard(part: list[str]) -> Stream:
        def belongs(message: Message) -> bool:
            kind, content = next(iter(message.items()))
            name = content.get("id" if kind == "testCaseStarted" else "testCaseStartedId")
            return name is None or name in part

        return Stream("shard", [one for one in deepcopy(whole.messages) if belongs(one)])

    shards = [shard(starts[::2]), shard(starts[1::2])]
    assert all(cases_of(one, tmp_path)[Status.NOT_RUN] for one in shards)
    merged = merge(shards)
    check(merged)
    assert run_of(merged, tmp_path).counts == cases_of(whole, tmp_path)


def test_a_stream_without_an_end_leaves_the_merged_one_without(tmp_path: Path) -> None:
    whole, cut = sample("minimal"), sample("rules", 60)
    cut.messages = cut.messages[:-4]
    merged = merge([whole, cut])
    check(merged)
    assert merged.unfinished == ("rules",)
    assert run_of(merged, tmp_path).finished is None


def test_a_case_that_was_cut_off_does_not_replace_one_that_was_not(tmp_path: Path) -> None:
    cut = sample("minimal", 60)
    cut.messages = cut.messages[:-2]
    merged = merge([sample("minimal"), cut])
    check(merged)
    assert run_of(merged, tmp_path).counts == {Status.PASSED: 1}
    cut = sample("minimal")
    cut.messages = cut.messages[:-2]
    again = merge([cut, sample("minimal", 60)])
    assert kinds(again)["testCaseStarted"] == 1


def test_two_versions_of_a_feature_are_not_merged() -> None:
    changed = sample("minimal", 60)
    changed.the("source")["data"] += "\n# changed"
    with pytest.raises(HarnessError, match=r"minimal\.feature differs between minimal and minimal"):
        merge([sample("minimal"), changed])
