"""What a scenario of the whole suite takes, and the suite itself."""

import sys
from typing import Final

from benchmarks import processes
from benchmarks.measuring import Measuring
from benchmarks.model import NOT_IN_QUICK, Benchmark, Comparison, Goal, Way
from benchmarks.stream import durations
from features.support.service import ROOT

QUICK_FEATURES: Final = "features/examples"
"""One capability."""
EACH: Final = "the scenarios by themselves"
WHOLE: Final = "the run, by the number of scenarios"
RUN: Final = "the whole suite"


def measure(bench: Measuring) -> None:
    """Run the suite, or one capability, once."""
    reports = bench.server.run.directory / "suite"
    options = ["-D", "postgres=embedded", "-D", f"reports={reports}", "--no-junit"]
    bench.say(bench.pick("the whole suite", QUICK_FEATURES))
    features = bench.pick([], [QUICK_FEATURES])
    ended = processes.run([sys.executable, "-m", "behave", *options, *features], ROOT)
    seconds = durations(reports / "messages.ndjson")
    note = f"{len(seconds):,} scenarios"
    bench.add_seconds("scenario", EACH, seconds, note)
    bench.add_seconds("scenario", WHOLE, [ended.seconds / len(seconds)], note)
    if bench.quick:
        bench.leave_out("suite", RUN, NOT_IN_QUICK)
    else:
        bench.add_seconds("suite", RUN, [ended.seconds], note)


BENCHMARK: Final = Benchmark(
    name="suite",
    title="The whole suite",
    comparisons=(
        Comparison("scenario", "a scenario", "ms", (Way(EACH), Way(WHOLE))),
        Comparison("suite", "the whole suite", "s", (Way(RUN, Goal(60.0, of_ratio=False)),)),
    ),
    measure=measure,
)
