"""Shards of one suite: each scenario in exactly one, and together the result of a serial run."""

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from pgharness.results.commands import main
from pgharness.results.durations import read as read_durations
from pgharness.results.history import case_key
from pgharness.results.model import Run, Status
from pgharness.results.stream.reading import documents, read
from shard_fixtures import MESSAGES, Suite
from sharded_suites import SCENARIOS, UNITS, junit, result

MOST = 7


def sharded(behave: Suite, suite: Path, count: int, *arguments: str) -> list[Path]:
    """Run all shards; return their streams."""
    streams = []
    for number in range(1, count + 1):
        _, output = behave.run(f"-Dshard={number}/{count}", *arguments)
        assert f"shard {number} of {count}: " in output or count == 1, output
        stream = suite / f"{number}-of-{count}.ndjson"
        shutil.copy(suite / MESSAGES, stream)
        streams.append(stream)
    return streams


def seconds(run: Run, suite: Path) -> dict[str, float]:
    """Return how long the cases of a run take, by the file of durations."""
    known = read_durations(suite / "durations.json")
    return {
        case.place: known.of(case_key(rule, case)) for _, rule in run.rules for case in rule.cases
    }


@pytest.mark.parametrize("count", range(1, MOST + 1))
def test_each_scenario_is_in_exactly_one_shard(
    count: int, suite: Path, behave: Suite, serial: Path
) -> None:
    whole = read(serial)
    streams = sharded(behave, suite, count)
    runs = [read(stream) for stream in streams]
    assert Counter(case.place for run in runs for case in run.cases) == Counter(
        case.place for case in whole.cases
    )
    assert whole.counts.total() == SCENARIOS
    loads = [sum(seconds(run, suite).values()) for run in runs]
    longest = max(seconds(whole, suite).values())
    assert max(loads) - min(loads) <= longest
    bowls = [{case.uri for case in run.cases if case.name == "Rex"} for run in runs]
    assert bowls == [{case.uri for case in run.cases if case.name == "Max"} for run in runs]
    merged = merge(suite, *streams)
    assert merged.counts == whole.counts


def merge(suite: Path, *streams: Path, code: int = 0) -> Run:
    output = suite / "merged.ndjson"
    assert main(["merge", *map(str, reversed(streams)), "-o", str(output)]) == code
    return read(output)


def test_a_merged_run_is_the_serial_one(suite: Path, behave: Suite, serial: Path) -> None:
    streams = sharded(behave, suite, 4)
    merged, whole = merge(suite, *streams), read(serial)
    assert result(merged) == result(whole)
    assert {Status.PASSED, Status.FAILED, Status.SKIPPED} == merged.counts.keys()
    assert [case.place for case in merged.cases] == [case.place for case in whole.cases]
    assert [main(["show", str(stream)]) for stream in (suite / "merged.ndjson", serial)] == [1, 1]
    folder = suite / "merged-junit"
    stream = str(suite / "merged.ndjson")
    assert main(["junit", stream, "--junit-directory", str(folder)]) == 0
    assert junit(folder) == junit(suite / "serial-junit")
    assert len(junit(folder)) == 4
    assert merged.duration > 0
    assert merged.duration <= sum(read(one).duration for one in streams) + 0.001


def test_shards_may_have_workers(suite: Path, behave: Suite, serial: Path) -> None:
    streams = sharded(behave, suite, 2, "-Dworkers=2")
    workers = {case.worker for case in read(streams[0]).cases}
    assert len(workers) > 1, "two processes executed them"
    assert result(merge(suite, *streams)) == result(read(serial))


def test_a_shard_that_is_missing_fails_the_merged_run(
    suite: Path, behave: Suite, serial: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert serial.exists()
    first, second, third = sharded(behave, suite, 3, "--tags=not @slow")
    capsys.readouterr()
    run = merge(suite, first, third, code=1)
    left = read(second).counts.total()
    said = f"shard 2 of 3 is missing, with {left} of 20 examples"
    assert capsys.readouterr().err == f"{said}: the merged run has failed\n"
    assert (run.success, run.message, run.environment.shard) == (False, said, "1 and 3 of 3")
    merged = str(suite / "merged.ndjson")
    assert main(["show", merged]) == 1
    assert said in capsys.readouterr().out
    folder = suite / "junit-of-two"
    assert main(["junit", merged, "--junit-directory", str(folder)]) == 0
    assert said in (folder / "TESTS-.run.xml").read_text("utf-8")
    assert main(["merge", merged, str(second), "-o", str(suite / "again.ndjson")]) == 2
    assert "merged.ndjson was merged before (shard 2 of 3 is missing" in capsys.readouterr().err
    whole = merge(suite, first, second, third)
    assert (whole.holds, whole.environment.shard) == (True, "")


def test_a_selection_comes_before_the_division(suite: Path, behave: Suite, serial: Path) -> None:
    wanted = [case.place for case in read(serial).cases if "@slow" in case.tags]
    runs = [read(stream) for stream in sharded(behave, suite, 3, "--tags=@slow")]
    assert sorted(case.place for run in runs for case in run.cases) == sorted(wanted)
    assert all(run.counts for run in runs)
    assert {feature.uri for feature in runs[0].features} <= {case[:-3] for case in wanted}


def test_what_other_shards_run_is_not_skipped_here(
    suite: Path, behave: Suite, serial: Path
) -> None:
    code, output = behave.run("-Dshard=1/5", "--tags=not @slow", "-f", "plain")
    assert (code, serial.exists()) == (0, True), output
    run = read(suite / MESSAGES)
    assert set(run.counts) == {Status.PASSED}
    assert output.splitlines()[1] == "shard 1 of 5: 11 of 20 examples"
    summary = (suite / "reports" / "summary.md").read_text("utf-8")
    assert " · shard 1 of 5" in summary
    assert "kipped (" not in summary
    assert "<dt>Shard</dt><dd>1 of 5</dd>" in (suite / "reports" / "acceptance.html").read_text()
    sources = [one["source"] for one in documents(suite / MESSAGES) if "source" in one]
    assert len(sources) == len(run.features)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("0/4", "-D shard=0/4 means nothing: use NUMBER/COUNT, as in 2/4, with a NUMBER from 1 to"),
        ("5/4", "-D shard=5/4 means nothing: "),
        ("1/0", "-D shard=1/0 means nothing: "),
        ("-1/4", "-D shard=-1/4 means nothing: "),
        ("1.5/4", "-D shard=1.5/4 means nothing: "),
        ("1/4/2", "-D shard=… means nothing: "),
        ("x", "-D shard=x means nothing: "),
        ("", "-D shard= means nothing: "),
        ("٢/٤", "-D shard=… means nothing: "),
        ("postgresql://ada:secret@host/app", "-D shard=… means nothing: "),
        (
            f"1/{UNITS + 1}",
            f"-D shard=1/{UNITS + 1} divides what was selected into too many shards",
        ),
        (f"9/{UNITS + 1}", f"shards: use {UNITS} at most, as scenarios that share something stay"),
    ],
)
def test_a_shard_that_cannot_be_is_refused(
    given: str, reason: str, suite: Path, behave: Suite, serial: Path
) -> None:
    assert serial.exists()
    code, output = behave.run(f"-Dshard={given}")
    assert code == 1
    assert f"Cannot run: {reason}" in output or reason in output
    assert "Traceback" not in output
    run = read(suite / MESSAGES)
    assert (run.success, [*run.cases]) == (False, [])
    assert reason in run.message


def test_as_many_shards_as_there_are_units(suite: Path, behave: Suite, serial: Path) -> None:
    assert serial.exists()
    for number in (1, UNITS):
        code, output = behave.run(f"-Dshard={number}/{UNITS}")
        assert code in {0, 1}
        run = read(suite / MESSAGES)
        assert run.counts.total() in {1, 2}, output


def test_a_file_of_durations_that_cannot_be_read_is_refused(
    suite: Path, behave: Suite, serial: Path
) -> None:
    assert serial.exists()
    code, output = behave.run("-Dshard=1/2", "-Ddurations=other.json")
    assert code == 1
    assert "Cannot run: other.json is no file of durations (No such file" in output
    code, output = behave.run("-Ddurations=other.json")
    assert "Cannot run: other.json is no file of durations (No such file" in output
    code, _ = behave.run("-Dshard=1/2", "-Ddurations=", "--tags=not @slow")
    assert code == 0
    counts = [one.counts.total() for one in (read(suite / MESSAGES),)]
    assert counts == [10]


def test_a_shard_does_not_look_at_earlier_runs_here(
    suite: Path, behave: Suite, serial: Path
) -> None:
    assert serial.exists()
    places = []
    for _ in range(2):
        behave.run("-Dshard=2/3")
        places.append([case.place for case in read(suite / MESSAGES).cases])
        for file in (suite / "reports" / "history").iterdir():
            kept = json.loads(file.read_text("utf-8"))
            kept["cases"] = {key: ["passed", 1000.0 / n] for n, key in enumerate(kept["cases"], 1)}
            file.write_text(json.dumps(kept), "utf-8")
    assert places[0] == places[1]
