"""Whether a scenario takes longer, or a run more memory, with more scenarios or with more tables.

The suites are generated; each scenario writes rows into three tables and reads them. All reports
are written. Growth by scenarios is shown beside behave alone, which keeps all features in memory.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from textwrap import dedent
from typing import Final, NamedTuple

from benchmarks.measuring import processes, watched
from benchmarks.measuring.stream import first_began
from benchmarks.measuring.turns import Measuring
from benchmarks.model import NOT_IN_QUICK, Benchmark, Comparison, Goal, Way

SCENARIOS: Final = (100, 1_000, 5_000)
TABLES: Final = (10, 100, 500)
QUICK_SCENARIOS: Final = 20
"""A number that is shown as the smallest: `--quick` only proves that this still works."""
FEW: Final = 100
"""Scenarios with many tables."""
PER_FEATURE: Final = 50
SIZES: Final = {"scenarios": SCENARIOS, "behave": SCENARIOS, "tables": TABLES}
FLAT: Final = Goal(1.25)
WATCHED: Final = Path(watched.__file__)
KIB: Final = 1024

ENVIRONMENT: Final = "from pgharness.adapters.behave import *\n"
STEPS: Final = """
    from behave import then, when
    from sqlalchemy import text


    @when("{rows:d} rows are written")
    def _(context, rows):
        with context.engine.begin() as connection:
            for table in ("t1", "t2", "t4"):
                connection.execute(
                    text(f"INSERT INTO {table} (parent) SELECT 1 FROM generate_series(1, :rows)"),
                    {"rows": rows},
                )


    @then("{rows:d} rows are there")
    def _(context, rows):
        with context.engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM t4")) == rows
"""
BARE_STEPS: Final = """
    from behave import then, when


    @when("{rows:d} rows are written")
    def _(context, rows):
        context.rows = rows


    @then("{rows:d} rows are there")
    def _(context, rows):
        assert context.rows == rows
"""
PROJECT: Final = """
    [tool.behave]
    paths = ["features"]
    runner = "pgharness.adapters.starting:Runner"
    default_format = "pgharness.results:Terminal"

    [tool.pgharness]
    schema = "schema"
    reports = "reports"
"""
BARE_PROJECT: Final = '[tool.behave]\npaths = ["features"]\ndefault_format = "progress3"\n'


class Suite(NamedTuple):
    """A generated suite."""

    scenarios: int
    tables: int
    bare: bool = False


class Measurement(NamedTuple):
    """What a run of a suite took."""

    milliseconds: float
    """Per scenario, from the beginning of the first to the end of the run, reports included."""
    memory: float
    """In MiB."""


def measure(bench: Measuring) -> None:
    """Run the suites in turns."""
    turns = bench.pick(2, 1)
    scenarios = {
        size: Suite(bench.pick(size, QUICK_SCENARIOS), TABLES[0])
        for size in bench.pick(SCENARIOS, SCENARIOS[:1])
    }
    bare = {size: suite._replace(bare=True) for size, suite in scenarios.items()}
    tables = {
        size: Suite(bench.pick(FEW, QUICK_SCENARIOS), size)
        for size in bench.pick(TABLES, TABLES[:2])
    }
    found: dict[Suite, list[Measurement]] = {}
    for turn in range(turns):
        for suite in {*scenarios.values(), *bare.values(), *tables.values()}:
            if turn == 0 or suite.scenarios <= FEW:
                bench.say(f"{suite.scenarios:,} scenarios, {suite.tables} tables, turn {turn + 1}")
                found.setdefault(suite, []).append(_run(bench, suite))
    _record(bench, "scenarios", scenarios, found)
    _record(bench, "behave", bare, found)
    _record(bench, "tables", tables, found)


def _record(
    bench: Measuring, name: str, suites: dict[int, Suite], found: dict[Suite, list[Measurement]]
) -> None:
    """Record a run of each size; those that `--quick` leaves out are not among the suites."""
    for comparison, sample in (("time", _milliseconds), ("memory", _memory)):
        if (comparison, name) == ("time", "behave"):
            continue  # it is only there for its memory
        for size in SIZES[name]:
            way = _way(name, size)
            if size in suites:
                samples = map(sample, found[suites[size]])
                bench.add(f"{comparison}, {name}", way, samples)
            else:
                bench.leave_out(f"{comparison}, {name}", way, NOT_IN_QUICK)


def _milliseconds(one: Measurement) -> float:
    return one.milliseconds


def _memory(one: Measurement) -> float:
    return one.memory


def _way(name: str, size: int) -> str:
    return f"{size:,} {'tables' if name == 'tables' else 'scenarios'}"


def _run(bench: Measuring, suite: Suite) -> Measurement:
    name = f"suite_{suite.scenarios}_{suite.tables}_{suite.bare}"
    folder = bench.server.run.directory / name
    if not folder.is_dir():
        write(suite, folder)
    url = bench.server.url.set(drivername="postgresql").render_as_string(hide_password=False)
    environment = {} if suite.bare else {"TEST_DATABASE_URL": url}
    memory = folder / "memory"
    options = [] if suite.bare else ["-D", "workers=1"]
    command: list[str | Path] = [sys.executable, WATCHED, memory, "behave", *options]
    ended = processes.run(command, folder, environment)
    end = ended.began + ended.seconds
    began = ended.began if suite.bare else first_began(folder / "reports" / "messages.ndjson")
    seconds = (end - began) / suite.scenarios
    return Measurement(1000 * seconds, int(memory.read_text("utf-8")) / KIB)


def write(suite: Suite, folder: Path) -> None:
    """Write a suite into a new folder."""
    (folder / "features" / "steps").mkdir(parents=True)
    texts = {
        "pyproject.toml": dedent(BARE_PROJECT if suite.bare else PROJECT),
        "features/steps/rows.py": dedent(BARE_STEPS if suite.bare else STEPS),
        **dict(_features(suite.scenarios)),
    }
    if not suite.bare:
        (folder / "schema").mkdir()
        texts["features/environment.py"] = ENVIRONMENT
        texts["schema/1.sql"] = "".join(_tables(suite.tables))
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")


def _features(scenarios: int) -> Iterable[tuple[str, str]]:
    for first in range(0, scenarios, PER_FEATURE):
        numbers = range(first, min(first + PER_FEATURE, scenarios))
        text = [f"Feature: Rows from {first}\n"]
        text += [
            f"  Scenario: Number {number}\n    When 3 rows are written\n"
            "    Then 3 rows are there\n\n"
            for number in numbers
        ]
        yield f"features/rows_{first:05}.feature", "\n".join(text)


def _tables(number: int) -> Iterable[str]:
    for n in range(1, number + 1):
        yield (
            f"CREATE TABLE t{n} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            f" parent bigint REFERENCES t{max(1, n // 2)}, title text);\n"
        )


def _comparison(name: str, title: str, unit: str, goal: Goal | None) -> Comparison:
    smallest, *larger = (
        _way(name.partition(", ")[2], size) for size in SIZES[name.partition(", ")[2]]
    )
    return Comparison(name, title, unit, (Way(smallest), *(Way(way, goal) for way in larger)))


TIME: Final = "time of a scenario, with its part of the reports"
MEMORY: Final = "memory of a run (RSS)"
BENCHMARK: Final = Benchmark(
    name="growth",
    title="Growth with scenarios and tables",
    comparisons=(
        _comparison("time, scenarios", f"{TIME}: more scenarios", "ms", FLAT),
        _comparison("memory, scenarios", f"{MEMORY}: more scenarios", "MiB", FLAT),
        _comparison("memory, behave", f"{MEMORY}: behave alone", "MiB", None),
        _comparison("time, tables", f"{TIME}: more tables", "ms", FLAT),
        _comparison("memory, tables", f"{MEMORY}: more tables", "MiB", FLAT),
    ),
    measure=measure,
)
