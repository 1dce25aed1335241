"""`python -m benchmarks`: its rows, its files and what it refuses. None looks at the clock.

CI runs all benchmarks by `--quick`, in a stage of its own.
"""

import json
import platform
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, cast
from xml.etree import ElementTree as ET

import pytest

from benchmarks import __main__ as command
from benchmarks.catalogue import BENCHMARKS
from benchmarks.measuring import processes
from benchmarks.measuring.turns import Measuring, MissingRows
from benchmarks.model import NOT_IN_QUICK, Benchmark, Comparison, Goal, Measured, Row, Way, shown
from benchmarks.output import writing
from benchmarks.output.plot import plot
from benchmarks.output.results import Results
from benchmarks.output.table import markdown_table, text_table
from features.support.service import ROOT

FLOOR: Final = Way("by hand <&>")
OURS: Final = Way("ours", Goal(1.5))
PEER: Final = Way("a peer")
COMPARISON: Final = Comparison("one", "to do it", "ms", (FLOOR, OURS, PEER))
PAGE: Final = ROOT / "docs" / "performance.md"
COMMITTED: Final = ROOT / "docs" / "performance" / "results.json"
MACHINE: Final = {
    "cpu": "Z80",
    "cores": "2",
    "memory": "1 GiB",
    "system": "CP/M",
    "python": "3.11.7",
}


def measured(ours: list[float], *, judged: bool = True) -> Measured:
    rows = [
        Row(FLOOR, [1.0, 2.0, 30.0]),
        Row(OURS, ours, note="noted"),
        Row(PEER, left_out="not installed"),
    ]
    return Measured(COMPARISON, rows, judged=judged)


def results(ours: list[float], *, quick: bool = False) -> Results:
    one = measured(ours, judged=not quick)
    return Results(MACHINE, "PostgreSQL 18.6", quick, 1.5, [("it", "It", [one])])


def measuring() -> Measuring:
    benchmark = Benchmark("it", "It", (COMPARISON,), lambda _: None)
    return Measuring(benchmark, cast(Any, None), ExitStack(), lambda _: None, quick=False)


def test_a_ratio_is_that_of_the_turns() -> None:
    one = measured([2.0, 3.0, 60.0])
    assert one.ratio(one.rows[1]) == 2.0, "the median of 2, 1.5 and 2"
    assert one.ratio(one.rows[0]) == 1.0


def test_samples_that_are_no_turns_are_compared_by_their_medians() -> None:
    one = measured([4.0, 8.0])
    assert one.ratio(one.rows[1]) == 3.0


@pytest.mark.parametrize(("ours", "met"), [([1.0, 2.0, 30.0], True), ([2.0, 4.0, 60.0], False)])
def test_a_goal_is_judged(ours: list[float], *, met: bool) -> None:
    one = measured(ours)
    assert one.verdict(one.rows[1]) is met
    assert ("≤ 1.5 ×: met" if met else "≤ 1.5 ×: MISSED") in text_table(results(ours))


def test_a_goal_may_be_a_least_value() -> None:
    assert Goal(2.0, of_ratio=False, at_least=True).met(median=3.0, ratio=1.0)
    assert not Goal(2.0, of_ratio=False, at_least=True).met(median=1.0, ratio=3.0)


def test_a_quick_run_judges_nothing() -> None:
    quick = results([9.0, 9.0, 900.0], quick=True)
    assert "MISSED" not in text_table(quick)
    assert "nothing is judged" in text_table(quick)
    assert '"met": true' not in json.dumps(quick.as_json())
    assert '"met": false' not in json.dumps(quick.as_json())


def test_the_spread_is_the_quartiles() -> None:
    assert Row(OURS, [1.0, 2.0, 3.0, 4.0, 5.0]).spread == (2.0, 4.0)
    assert Row(OURS, [3.0, 1.0]).spread == (1.0, 3.0)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.01234, "0.012"), (0.9996, "1.00"), (9.996, "10.0"), (99.96, "100"), (1234.5, "1,234")],
)
def test_values_have_three_digits(value: float, text: str) -> None:
    assert shown(value) == text


def test_ways_alternate_and_each_turn_is_the_reverse_of_the_last() -> None:
    made = measuring()
    done: list[str] = []

    def doing(name: str) -> Callable[[], float]:
        return lambda: float(len(done.append(name) or done))  # type: ignore[func-returns-value]

    ways = {way.name: doing(way.name) for way in COMPARISON.ways}
    made.alternate("one", ways, turns=2, warm_up=1)
    a, b, c = ways
    assert done == [a, b, c, c, b, a, a, b, c]
    (one,) = made.result()
    assert [row.samples for row in one.rows] == [[6000, 7000], [5000, 8000], [4000, 9000]]


def test_a_row_that_is_missing_is_an_error() -> None:
    made = measuring()
    made.add("one", FLOOR.name, [1.0])
    made.leave_out("one", PEER.name, NOT_IN_QUICK)
    with pytest.raises(MissingRows, match="one: ours"):
        made.result()


def test_a_row_that_is_not_declared_is_an_error() -> None:
    made = measuring()
    with pytest.raises(KeyError):
        made.add("one", "another", [1.0])


def test_the_files_of_a_run_agree(tmp_path: Path) -> None:
    page = tmp_path / "figures.md"
    page.write_text(f"before\n{writing.BEGIN}\nold\n{writing.END}\nafter\n", "utf-8")
    folder = tmp_path / "figures"
    folder.mkdir()
    given = results([1.0, 2.0, 30.0])
    written = list(writing.write(given, folder))
    assert written == [folder / "results.json", folder / "table.md", folder / "plot.svg", page]
    table = markdown_table(given)
    assert (folder / "table.md").read_text("utf-8") == table
    assert page.read_text("utf-8") == writing.with_table(
        f"before\n{writing.BEGIN}\n{writing.END}\nafter\n", table
    )
    assert json.loads((folder / "results.json").read_text("utf-8")) == given.as_json()
    assert (folder / "plot.svg").read_text("utf-8") == plot(given)


def test_the_plot_has_a_bar_for_each_row_that_was_measured() -> None:
    drawn = ET.fromstring(plot(results([1.0, 2.0, 30.0])))  # noqa: S314 (of ours)
    bars = drawn.findall(".//{*}g/{*}rect")
    assert [bar.get("class") for bar in bars] == ["blue", "green"]
    texts = [text.text for text in drawn.iterfind(".//{*}text")]
    assert "by hand <&>" in texts
    assert "2.00 ms, 1.00 ×" in texts


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--only", "isolatoin"], "did you mean isolation?"),
        (["--only", "x"], "There are: isolation, "),
        (["--output", "{file}"], "File exists"),
        (["--output", "{file}/folder"], "Not a directory"),
        (["--slow"], "unrecognized arguments: --slow"),
    ],
)
def test_bad_arguments_are_refused_before_anything_runs(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delattr(command, "measured")
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SystemExit) as exited:
        command.main([argument.format(file=file) for argument in arguments])
    assert exited.value.code == 2
    assert words in capsys.readouterr().err


def test_the_list_names_all_benchmarks(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--list"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == [benchmark.name for benchmark in BENCHMARKS]


def test_a_benchmark_runs_writes_its_files_and_names_no_host(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["--quick", "--only", "factories", "--output", str(tmp_path)]) == 0
    captured = capsys.readouterr()
    assert "TaskFactory.create_batch" in captured.out
    assert "[1/1] factories: " in captured.err
    written = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert written["quick"] is True
    (row,) = written["benchmarks"][0]["comparisons"][0]["rows"]
    assert (row["goal"], row["met"]) == ("≤ 3 s", None), "a quick run judges nothing"
    assert written["server"].startswith("PostgreSQL ")
    assert set(written["machine"]) == set(MACHINE)
    ET.parse(tmp_path / "plot.svg")  # noqa: S314 (of ours)
    for file in tmp_path.iterdir():
        assert platform.node() not in file.read_text("utf-8")


def test_a_program_that_fails_is_an_error_with_its_output() -> None:
    with pytest.raises(processes.ProgramFailed, match="ended with 2:\nwhy"):
        processes.run(["sh", "-c", "echo why; exit 2"], ROOT)


def test_a_program_that_fails_costs_no_other_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(bench: Measuring) -> None:
        bench.add("one", FLOOR.name, [1.0])
        processes.run(["false"], ROOT)

    benchmark = Benchmark("it", "It", (COMPARISON,), broken)
    monkeypatch.setattr(command, "BENCHMARKS", (benchmark,))
    assert command.main(["--only", "it"]) == 1
    printed = capsys.readouterr()
    assert "1.00 ms" in printed.out
    assert printed.out.count("failed: false ended with 1:") == 2
    assert "false ended with 1:" in printed.err


def declared() -> list[tuple[str, str, str]]:
    return [
        (benchmark.name, comparison.name, way.name)
        for benchmark in BENCHMARKS
        for comparison in benchmark.comparisons
        for way in comparison.ways
    ]


def test_no_two_rows_have_one_name() -> None:
    assert len(set(declared())) == len(declared())


def test_the_committed_results_have_all_rows() -> None:
    committed = json.loads(COMMITTED.read_text("utf-8"))
    assert not committed["quick"], "the goals are judged by a whole run"
    rows = [
        (benchmark["name"], comparison["name"], row)
        for benchmark in committed["benchmarks"]
        for comparison in benchmark["comparisons"]
        for row in comparison["rows"]
    ]
    assert [(*names, row["way"]) for *names, row in rows] == declared(), f"refresh {PAGE}"
    left_out = [row for *_, row in rows if "left_out" in row]
    assert not [row for row in left_out if not row["left_out"].startswith("not measured: ")]
    assert all(row["median"] > 0 and row["samples"] > 0 for *_, row in rows if row not in left_out)


def test_the_page_shows_the_committed_table_and_plot() -> None:
    page = PAGE.read_text("utf-8")
    table = (COMMITTED.parent / "table.md").read_text("utf-8")
    assert writing.with_table(page, table) == page
    ET.parse(COMMITTED.parent / "plot.svg")  # noqa: S314 (of ours)
    assert "](performance/plot.svg)" in page
