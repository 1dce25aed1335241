"""The file of durations that a project keeps: what is in it, and how it changes."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pgharness.core.errors import HarnessError
from pgharness.results import durations, history
from pgharness.results.commands import main
from pgharness.results.durations import Durations, durations_of, read, shared, text_of
from pgharness.results.model import Environment, Run
from pgharness.results.settings import HISTORY, ReportSettings
from test_history import FAILED, PASSED, SKIPPED, run

TIMES = {"a": 0.02, "b": 0.021, "c": 0.0199, "d": 0.059, "e": 0.0611, "f": 12.345}


def ran(**changed: float) -> Run:
    """Return a run of cases that take these seconds."""
    return run(0, {name: (PASSED, seconds) for name, seconds in {**TIMES, **changed}.items()})


def keys(one: Run) -> dict[str, str]:
    """Return the keys of a run's cases, by their names."""
    return {case.name: history.case_key(rule, case) for _, rule in one.rules for case in rule.cases}


def written(text: str, folder: Path) -> Durations:
    file = folder / "durations.json"
    file.write_text(text, "utf-8")
    return read(file)


def test_only_what_takes_much_longer_than_most_is_listed(tmp_path: Path) -> None:
    one = ran()
    found = written(text_of(one), tmp_path)
    key = keys(one)
    assert found == Durations({key["f"]: 12.0}, 0.04)
    assert [found.of(key["f"]), found.of(key["a"]), found.of("unknown")] == [12.0, 0.04, 0.04]
    text = (tmp_path / "durations.json").read_text("utf-8")
    assert f'"{key["f"]}": [12.0, "features/a/b.feature: f"]' in text
    assert list(json.loads(text)) == ["format", "median", "cases"]


def test_lines_are_in_the_order_of_their_keys() -> None:
    text = text_of(ran(x=7.0, y=8.0))
    listed = [line.split('"')[1] for line in text.splitlines() if ": [" in line]
    assert listed == sorted(listed)
    assert len(listed) == 3


def test_what_is_about_the_same_stays_as_it_is(tmp_path: Path) -> None:
    one = ran(e=1.0)
    first = text_of(one)
    former = written(first, tmp_path)
    assert text_of(ran(e=1.2, f=10.0, a=0.022, d=0.07), former) == first
    key = keys(one)
    later = written(text_of(ran(e=1.3, f=30.0), former), tmp_path)
    assert later.known == {key["e"]: 1.3, key["f"]: 30.0}
    bound = durations.TIMES_LISTED * former.of("any")
    assert key["e"] in written(text_of(ran(e=0.8 * bound), former), tmp_path).known
    assert key["e"] not in written(text_of(ran(e=0.8 * bound)), tmp_path).known
    assert key["e"] not in written(text_of(ran(e=0.5 * bound), former), tmp_path).known


def test_cases_that_were_not_executed_count_for_nothing(tmp_path: Path) -> None:
    one = run(0, {"a": (PASSED, 1.0), "b": (SKIPPED, 0.0), "c": (SKIPPED, 9.0), "d": (FAILED, 1.0)})
    assert written(text_of(one), tmp_path) == Durations({}, 1.0)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (replace(ran(), finished=None), "this one did not finish."),
        (run(0, {"a": (SKIPPED, 0.0)}), "this one has executed no example."),
        (
            replace(ran(), environment=Environment(shard="2 of 4")),
            "this one is shard 2 of 4: merge the streams of all shards first.",
        ),
    ],
)
def test_a_part_of_a_run_is_refused(one: Run, said: str) -> None:
    with pytest.raises(HarnessError, match=f"durations are those of a whole run, and {said}"):
        text_of(one)


GOOD = '{"format": 1, "median": 0.1, "cases": {"k": [2.5, "title"]}}'
BAD = {
    "missing": (None, "No such file or directory"),
    "empty": ("", "it is no JSON"),
    "with marks of a conflict": (GOOD.replace(",", ",\n<<<<<<< HEAD\n", 1), "it is no JSON"),
    "nested": ("[" * 100_000, "it is no JSON"),
    "a list": ("[]", "it has another format"),
    "of a later format": (GOOD.replace("1", "2", 1), "it has another format"),
    "without a median": (GOOD.replace("median", "mean"), "it has another format"),
    "with a number as text": (GOOD.replace("2.5", '"2.5"'), "it has a duration of another format"),
    "with a negative one": (GOOD.replace("2.5", "-2.5"), "it has a duration of another format"),
    "with no number": (GOOD.replace("2.5", "NaN"), "it has a duration of another format"),
    "with a truth": (GOOD.replace("2.5", "true"), "it has a duration of another format"),
    "with nothing": (GOOD.replace('2.5, "title"', ""), "it has a duration of another format"),
    "with a bare number": (GOOD.replace('[2.5, "title"]', "2"), "it has a duration of another for"),
}


@pytest.mark.parametrize(("text", "reason"), BAD.values(), ids=BAD)
def test_another_file_is_refused_in_a_sentence(
    text: str | None, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "durations.json"
    if text is not None:
        file.write_text(text, "utf-8")
    with pytest.raises(HarnessError) as refused:
        read(file)
    said = str(refused.value)
    assert said.startswith(f"durations.json is no file of durations ({reason}")
    assert said.endswith("write it by `python -m pgharness.results durations -o durations.json`.")


def test_shards_know_the_file_only_and_the_time_left_knows_more(tmp_path: Path) -> None:
    file = tmp_path / "durations.json"
    file.write_text(text_of(ran(e=1.0)), "utf-8")
    one = ran(e=2.0, a=0.5)
    history.keep(one, tmp_path / HISTORY)
    key = keys(one)
    settings = ReportSettings(folder=tmp_path, durations=file)
    assert shared(settings) == read(file)
    both = durations_of(settings)
    assert [both.of(key[name]) for name in ("e", "a", "f")] == [2.0, 0.5, 12.345]
    assert both.of("unknown") == both.usual == read(file).usual
    local = durations_of(ReportSettings(folder=tmp_path))
    assert local.of("unknown") == pytest.approx(0.2795)
    assert local.usual is None
    assert shared(ReportSettings(folder=tmp_path)).of("a") == durations.ALIKE


def test_the_command_writes_the_file_and_keeps_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from last_runs import enter, put

    enter(tmp_path, monkeypatch)
    put("minimal")
    assert main(["durations"]) == 0
    assert capsys.readouterr().out == "durations.json written\n"
    file = tmp_path / "durations.json"
    assert read(file).usual is not None
    file.write_text("{}", "utf-8")
    assert main(["durations"]) == 2
    assert "it has another format" in capsys.readouterr().err
    assert file.read_text("utf-8") == "{}"
    put("minimal", slice(-1))
    assert main(["durations", "-o", "other.json"]) == 2
