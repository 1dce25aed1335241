"""From the command to the first scenario, beside a bare server with `alembic upgrade head`."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from sqlalchemy import URL

from benchmarks.measuring import processes
from benchmarks.measuring.stream import first_began
from benchmarks.measuring.turns import Measuring, timed
from benchmarks.model import Benchmark, Comparison, Goal, Way
from features.support.service import ROOT
from pgharness.core.run_directory import Run
from pgharness.servers import embedded

FEATURE: Final = "features/accounts/registration.feature:9"
"""One scenario."""
SERVER_ONLY: Final = "a bare server"
BARE: Final = "a bare server, `alembic upgrade head`"
COMMAND: Final = "`behave`, to the first scenario"
WHOLE: Final = "`behave`, one scenario, to the end"
NAME: Final = "start"


def measure(bench: Measuring) -> None:
    """Start both in turns."""
    seconds: dict[str, list[float]] = {way: [] for way in (BARE, SERVER_ONLY, COMMAND, WHOLE)}
    turns = bench.pick(4, 1)
    bench.say(f"{turns} turns of {', '.join(seconds)}")
    for turn in range(-bench.pick(1, 0), turns):
        alone, upgraded = _bare()
        first, end = _behave(bench.server.run.directory / "start")
        if turn >= 0:
            for way, taken in (
                (SERVER_ONLY, alone),
                (BARE, upgraded),
                (COMMAND, first),
                (WHOLE, end),
            ):
                seconds[way].append(taken)
    for way, each in seconds.items():
        bench.add_seconds(NAME, way, each)


def _bare() -> tuple[float, float]:
    """Return the seconds to start a server, and those until it has the schema."""
    with ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        started: list[URL] = []
        alone = timed(lambda: started.append(embedded.start(run, cleanups).url))
        url = started[0].set(drivername="postgresql").render_as_string(hide_password=False)
        command = [sys.executable, "-m", "alembic", "upgrade", "head"]
        upgraded = processes.run(command, ROOT, {"DATABASE_URL": url})
        return alone, alone + upgraded.seconds


def _behave(reports: Path) -> tuple[float, float]:
    """Return the seconds until the first scenario begins, and those until the run has ended."""
    options = ["-D", "postgres=embedded", "-D", f"reports={reports}", "--no-junit"]
    ended = processes.run([sys.executable, "-m", "behave", *options, FEATURE], ROOT)
    return first_began(reports / "messages.ndjson") - ended.began, ended.seconds


BENCHMARK: Final = Benchmark(
    name=NAME,
    title="Start",
    comparisons=(
        Comparison(
            NAME,
            "from the command to the first scenario",
            "s",
            (Way(BARE), Way(SERVER_ONLY), Way(COMMAND, Goal(1.25)), Way(WHOLE)),
        ),
    ),
    measure=measure,
)
