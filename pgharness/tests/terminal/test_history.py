"""Results of earlier runs: what is kept, and what a run is compared with."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pgharness.core.errors import HarnessError
from pgharness.results import history
from pgharness.results.history import KeptRun
from pgharness.results.model import Case, Feature, Rule, Run, Status

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
PASSED, FAILED, ERROR, SKIPPED = Status.PASSED, Status.FAILED, Status.ERROR, Status.SKIPPED
Results = dict[str, tuple[Status, float]]
"""Status and seconds of each case, by its name."""


def run(minute: int, results: Results, *, line: int = 3, uri: str = "features/a/b.feature") -> Run:
    """Return a run of one rule that started at this minute."""
    cases = (
        Case(
            uri=uri,
            line=line + position,
            keyword="Example",
            name=name,
            tags=("@accounts-1",),
            status=status,
            duration=duration,
        )
        for position, (name, (status, duration)) in enumerate(results.items())
    )
    rule = Rule(name="Names are unique", tags=("@accounts-1",), line=2, cases=tuple(cases))
    started = NOON + timedelta(minutes=minute)
    feature = Feature(uri=uri, name="Accounts", rules=(rule,))
    return Run(started=started, finished=started, features=(feature,))


def kept(*runs: Run, folder: Path) -> Sequence[KeptRun]:
    for one in runs:
        history.keep(one, folder)
    return history.load(folder).runs


def test_a_run_is_kept_in_a_file_named_by_its_start(tmp_path: Path) -> None:
    one = run(0, {"a": (PASSED, 0.25), "b": (FAILED, 1.0)})
    path = history.keep(one, tmp_path / "history")
    assert path is not None
    assert path.name.startswith("20261129T120000.000000Z-2-")
    found = history.load(tmp_path / "history")
    assert not found.notes
    assert [kept.started for kept in found.runs] == [NOON]
    assert sorted(found.durations.values()) == [0.25, 1.0]


def test_only_cases_with_a_result_are_kept(tmp_path: Path) -> None:
    skipped = run(0, {"a": (SKIPPED, 0.0), "b": (Status.NOT_RUN, 0.4)})
    assert history.keep(skipped, tmp_path) is None
    assert not list(tmp_path.iterdir())
    history.keep(run(1, {"a": (SKIPPED, 0.0), "b": (PASSED, 0.4)}), tmp_path)
    assert list(history.load(tmp_path).durations.values()) == [0.4]


def test_another_line_is_the_same_case(tmp_path: Path) -> None:
    earlier = kept(run(0, {"a": (PASSED, 0.1)}, line=3), folder=tmp_path)
    found = history.compare(run(1, {"a": (FAILED, 0.1)}, line=70), earlier)
    assert found is not None
    (change,) = found.newly_failing
    assert (change.name, change.rule, change.place) == (
        "a",
        "accounts-1",
        "features/a/b.feature:70",
    )
    assert (change.before, change.now) == ("passed", "failed")


def test_each_row_is_a_case_of_its_own() -> None:
    keys = {
        history.key_of("a.feature", "accounts-1", "a name", row)
        for row in ([], [("size", "1")], [("size", "2")], [("sizes", "1")])
    }
    assert len(keys) == 4
    assert history.key_of("a", "b", "cd") != history.key_of("a", "bc", "d")


def test_what_held_and_what_fails_is_compared_with_the_last_result(tmp_path: Path) -> None:
    earlier = kept(
        run(0, {"a": (FAILED, 0.1), "b": (PASSED, 0.1), "c": (PASSED, 0.1), "d": (ERROR, 0.1)}),
        run(1, {"a": (PASSED, 0.1), "b": (FAILED, 0.1)}),
        folder=tmp_path,
    )
    now = run(2, dict.fromkeys("abc", (FAILED, 0.1)) | {"d": (PASSED, 0.1), "new": (FAILED, 0.1)})
    found = history.compare(now, earlier)
    assert found is not None
    assert [change.name for change in found.newly_failing] == ["a", "c"]
    assert [change.name for change in found.newly_held] == ["d"]
    assert found.since == NOON + timedelta(minutes=1)


def test_a_case_without_a_result_has_not_changed(tmp_path: Path) -> None:
    earlier = kept(run(0, {"a": (FAILED, 0.1), "b": (PASSED, 0.1)}), folder=tmp_path)
    now = run(1, {"a": (SKIPPED, 0.0), "b": (Status.NOT_RUN, 0.0)})
    assert history.compare(now, earlier) is None


def test_a_run_of_another_file_is_not_comparable(tmp_path: Path) -> None:
    earlier = kept(run(0, {"a": (PASSED, 0.1)}), folder=tmp_path)
    assert history.compare(run(1, {"a": (FAILED, 0.1)}, uri="features/x.feature"), earlier) is None
    assert history.compare(run(1, {}), earlier) is None


def test_a_run_is_compared_with_earlier_runs_only(tmp_path: Path) -> None:
    runs = [run(minute, {"a": (PASSED, 0.1)}) for minute in (0, 9)]
    earlier = kept(*runs, folder=tmp_path)
    found = history.compare(run(5, {"a": (FAILED, 0.1)}), earlier)
    assert found is not None
    assert found.since == NOON
    assert history.compare(runs[0], earlier) is None


def test_cases_with_equal_names_have_a_result_only_if_it_is_the_same(tmp_path: Path) -> None:
    both = run(0, {"a": (PASSED, 0.1), "b": (FAILED, 0.3)})
    (feature,) = both.features
    (rule,) = feature.rules

    def with_status(status: Status) -> Run:
        cases = tuple(replace(case, name="same", status=status) for case in rule.cases[:1])
        cases += (replace(rule.cases[1], name="same", status=FAILED),)
        return replace(both, features=(replace(feature, rules=(replace(rule, cases=cases),)),))

    assert history.keep(with_status(PASSED), tmp_path) is None
    history.keep(with_status(FAILED), tmp_path)
    assert list(history.load(tmp_path).durations.values()) == [0.3]


@pytest.mark.parametrize(
    ("before", "now", "slower"),
    [
        ([1.0, 1.0, 1.0], 2.0, True),
        ([1.0, 9.0, 1.0], 2.0, True),
        ([1.0, 1.0, 1.0], 1.9, False),
        ([0.1, 0.1, 0.1], 0.59, False),
        ([0.1, 0.1, 0.1], 0.6, True),
        ([1.0, 1.0], 9.0, False),
    ],
    ids=[
        "twice as long",
        "one slow run among them",
        "less than twice",
        "less than half a second",
        "half a second",
        "two durations are no measure",
    ],
)
def test_slower_means_clearly_slower(
    before: Sequence[float], now: float, *, slower: bool, tmp_path: Path
) -> None:
    runs = [run(minute, {"a": (PASSED, seconds)}) for minute, seconds in enumerate(before)]
    found = history.compare(run(9, {"a": (PASSED, now)}), kept(*runs, folder=tmp_path))
    assert found is not None
    assert [change.before for change in found.slower] == [f"{before[0]:.2f} s"] * slower
    assert [change.now for change in found.slower] == [f"{now:.2f} s"] * slower


def test_on_a_slower_machine_no_case_is_slower_by_itself(tmp_path: Path) -> None:
    names = [f"case {number}" for number in range(12)]
    runs = [run(minute, dict.fromkeys(names, (PASSED, 0.4))) for minute in range(3)]
    now = dict.fromkeys(names, (PASSED, 1.2)) | {names[4]: (PASSED, 2.6)}
    found = history.compare(run(9, now), kept(*runs, folder=tmp_path))
    assert found is not None
    assert [change.name for change in found.slower] == [names[4]]


def test_a_failure_is_not_called_slow(tmp_path: Path) -> None:
    runs = [run(minute, {"a": (FAILED, 0.1)}) for minute in range(3)]
    found = history.compare(run(9, {"a": (PASSED, 5.0)}), kept(*runs, folder=tmp_path))
    assert found is not None
    assert not found.slower


def test_the_last_twenty_runs_stay(tmp_path: Path) -> None:
    for minute in range(23):
        history.keep(run(minute, {"a": (PASSED, 0.1)}), tmp_path)
    assert [one.started.minute for one in history.load(tmp_path).runs] == [*range(3, 23)]


def test_runs_of_one_file_do_not_displace_the_run_of_all(tmp_path: Path) -> None:
    history.keep(run(0, {"a": (PASSED, 0.1), "b": (PASSED, 0.2)}), tmp_path)
    for minute in range(1, 31):
        history.keep(run(minute, {"a": (PASSED, 0.1)}), tmp_path)
    found = history.load(tmp_path)
    assert [one.started.minute for one in found.runs] == [0, *range(12, 31)]
    assert len(found.durations) == 2


def test_what_a_killed_run_was_writing_is_ignored_and_later_removed(tmp_path: Path) -> None:
    left = tmp_path / "20261129T115900.000000Z-1-00000000.json.part"
    left.write_text('{"format"', "utf-8")
    for minute in range(20):
        history.keep(run(minute, {"a": (PASSED, 0.1)}), tmp_path)
        assert left.exists()
    assert not history.load(tmp_path).notes
    history.keep(run(20, {"a": (PASSED, 0.1)}), tmp_path)
    assert not left.exists()


BEGIN = '{"format":1,"started":"2026-11-29T12:00:00+00:00","cases":{"a":'
DAMAGED = {
    "empty": "",
    "cut": BEGIN[:30],
    "list": "[]",
    "deep": "[" * 100_000,
    "later format": BEGIN.replace("1", "2", 1) + '["passed",1]}}',
    "no date": '{"format":1,"started":"' + "x" * 999 + '","cases":{}}',
    "no zone": '{"format":1,"started":"2026-11-29T12:00:00","cases":{}}',
    "status": BEGIN + '["fine",1]}}',
    "not a number": BEGIN + '["passed",NaN]}}',
    "endless": BEGIN + '["passed",1e999]}}',
    "huge": BEGIN + f'["passed",1{"0" * 400}]}}}}',
    "no result": BEGIN + "null}}",
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_ignored_with_a_note(content: str, tmp_path: Path) -> None:
    history.keep(run(0, {"a": (PASSED, 0.1)}), tmp_path)
    name = "20261129T115900.000000Z-1-00000000.json"
    (tmp_path / name).write_text(content, "utf-8")
    found = history.load(tmp_path)
    assert len(found.runs) == 1
    (note,) = found.notes
    assert note.startswith(f"{tmp_path.name}/{name} is ignored: ")
    assert "\n" not in note
    assert len(note) < 300


def test_files_of_other_origin_are_ignored_with_a_note_and_stay(tmp_path: Path) -> None:
    (tmp_path / "my\x1bnotes.json").write_text("{}", "utf-8")
    (tmp_path / "20261129T115900.000000Z-1-00000000.json").write_bytes(b"\xff\x00")
    (tmp_path / "folder.json").mkdir()
    for minute in range(22):
        history.keep(run(minute, {"a": (PASSED, 0.1)}), tmp_path)
    found = history.load(tmp_path)
    assert len(found.runs) == history.MOST_RUNS
    assert found.notes == (
        f"{tmp_path.name}/my\\x1bnotes.json is ignored: it was not written by a run",
    )
    assert (tmp_path / "my\x1bnotes.json").exists()
    assert (tmp_path / "folder.json").exists()


def test_without_a_folder_there_is_no_history(tmp_path: Path) -> None:
    assert history.load(tmp_path / "none") == history.History()


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "history").write_text("a file", "utf-8")
    with pytest.raises(HarnessError, match="the results of this run cannot be kept in 'history'"):
        history.keep(run(0, {"a": (PASSED, 0.1)}), tmp_path / "history")
    assert [path.name for path in tmp_path.iterdir()] == ["history"]


def test_a_file_is_never_seen_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def look(path: Path, text: str, encoding: str) -> int:
        written = path.open("w", encoding=encoding).write(text[:20])
        seen.append(history.load(tmp_path))
        path.write_bytes(text.encode(encoding))
        return written

    monkeypatch.setattr(Path, "write_text", look)
    history.keep(run(0, {"a": (PASSED, 0.1)}), tmp_path)
    assert seen == [history.History()]
    assert len(history.load(tmp_path).runs) == 1


def test_runs_that_end_at_once_are_all_kept(tmp_path: Path) -> None:
    one = run(0, {"a": (PASSED, 0.1)})
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda _: history.keep(one, tmp_path), range(16)))
    assert len(set(paths)) == 16
    assert len(history.load(tmp_path).runs) == 16
    assert not history.load(tmp_path).notes


def test_many_runs_that_end_at_once_leave_the_last(tmp_path: Path) -> None:
    runs = [run(minute, {"a": (PASSED, 0.1)}) for minute in range(59)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: history.keep(one, tmp_path), runs))
    history.keep(run(60, {"a": (PASSED, 0.1)}), tmp_path)
    found = history.load(tmp_path)
    assert len(found.runs) == history.MOST_RUNS
    assert not found.notes


def test_a_file_has_neither_names_nor_values(tmp_path: Path) -> None:
    path = history.keep(run(0, {"the password is hunter2": (PASSED, 0.1)}), tmp_path)
    assert path is not None
    text = path.read_text("utf-8")
    assert "hunter2" not in text
    assert len(text) < 110
    assert json.loads(text)["format"] == 1
