"""What a scenario of the whole suite takes, and the suite itself."""

import sys
from typing import Final

from benchmarks.measuring import processes
from benchmarks.measuring.stream import durations
from benchmarks.measuring.turns import Measuring
from benchmarks.model import Benchmark, Comparison, Goal, Way
from features.support.service import ROOT

QUICK_FEATURES: Final = "features/examples"
"""One capability."""
EACH: Final = "the scenarios by themselves"
WHOLE: Final = "the run, by the number of scenarios"
WAYS: Final = {"one process": "1", "a process per core": "auto"}
"""The ways to run the suite, with the value of the option `workers`."""


def measure(bench: Measuring) -> None:
    """Run the suite, or one capability, once in each way."""
    reports = bench.server.run.directory / "suite"
    for way, workers in WAYS.items():
        bench.say(f"{bench.pick('the whole suite', QUICK_FEATURES)}, {way}")
        options = ["postgres=embedded", f"reports={reports}", f"workers={workers}"]
        defined = [part for option in options for part in ("-D", option)]
        features = bench.pick([], [QUICK_FEATURES])
        command = [sys.executable, "-m", "behave", *defined, "--no-junit", *features]
        ended = processes.run(command, ROOT)
        seconds = durations(reports / "messages.ndjson")
        note = f"{len(seconds):,} scenarios"
        if workers == "1":
            bench.add_seconds("scenario", EACH, seconds, note)
            bench.add_seconds("scenario", WHOLE, [ended.seconds / len(seconds)], note)
        bench.add_seconds("suite", way, [ended.seconds], note)


ONE, PER_CORE = WAYS
BENCHMARK: Final = Benchmark(
    name="suite",
    title="The whole suite",
    comparisons=(
        Comparison("scenario", "a scenario of the whole suite", "ms", (Way(EACH), Way(WHOLE))),
        Comparison(
            "suite",
            "the whole suite",
            "s",
            (Way(ONE), Way(PER_CORE, Goal(60.0, of_ratio=False))),
        ),
    ),
    measure=measure,
)
