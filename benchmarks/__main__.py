"""`uv run python -m benchmarks`: see `--help`."""

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from benchmarks.catalogue import BENCHMARKS
from benchmarks.measuring import machine, server
from benchmarks.measuring.processes import ProgramFailed
from benchmarks.measuring.turns import Measuring
from benchmarks.model import Benchmark
from benchmarks.output.results import Results
from benchmarks.output.table import text_table
from benchmarks.output.writing import write
from pgharness.core import console, exits

DESCRIPTION: Final = """\
Run the benchmarks and print one table: of each comparison, what each way takes (median and
quartiles), and how many times the first way that is. The ways alternate, so only ratios within one
run mean something. The server is the embedded one.
"""
EPILOGUE: Final = """\
The packages of peers are in a dependency group: uv run --group benchmarks python -m benchmarks
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments say; return the exit code."""
    console.print_any_text()
    given, chosen = options(arguments)
    if given.list:
        print(*(f"{one.name:12} {one.title}" for one in BENCHMARKS), sep="\n")
        return 0
    results = measured(chosen, quick=given.quick)
    print(text_table(results))
    if given.output is not None:
        for file in write(results, given.output):
            say(f"Written: {file}")
    return 1 if results.failed else 0


def options(arguments: Sequence[str] | None) -> tuple[argparse.Namespace, list[Benchmark]]:
    """Return the options and the benchmarks that they choose; exits for what is no option."""
    parser = _parser()
    given = parser.parse_args(arguments)
    chosen = _chosen(given.only, parser)
    if given.output is not None:
        _check_output(given.output, parser)
    return given, chosen


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=DESCRIPTION,
        epilog=EPILOGUE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--list", action="store_true", help="print the names of all benchmarks")
    parser.add_argument(
        "--only", action="append", metavar="NAME", default=[], help="run this one; may be repeated"
    )
    parser.add_argument(
        "--quick", action="store_true", help="few turns and small sizes, in less than a minute"
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        help="write results.json, table.md and plot.svg there, and the table into the page"
        " FOLDER.md if there is one",
    )
    return parser


def _chosen(names: Sequence[str], parser: argparse.ArgumentParser) -> list[Benchmark]:
    known = {one.name: one for one in BENCHMARKS}
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, 1)
            meant = f"; did you mean {near[0]}?" if near else ""
            parser.error(f"there is no benchmark {name!r}{meant} There are: {', '.join(known)}")
    return [one for one in BENCHMARKS if not names or one.name in names]


def _check_output(folder: Path, parser: argparse.ArgumentParser) -> None:
    """Refuse a folder that cannot be written before minutes are spent on what goes there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "results.json").touch()
    except OSError as error:
        parser.error(f"--output {folder}: {error.strerror}")


def measured(chosen: Sequence[Benchmark], *, quick: bool) -> Results:
    """Run these benchmarks on a server of their own."""
    began = time.monotonic()
    groups = []
    with ExitStack() as cleanups:
        running = server.started(cleanups)
        say(f"{running.description}: {len(chosen)} benchmarks")
        for number, benchmark in enumerate(chosen, 1):

            def progress(text: str, prefix: str = f"[{number}/{len(chosen)}]") -> None:
                say(f"{time.monotonic() - began:4.0f} s {prefix} {benchmark.name}: {text}")  # noqa: B023

            with ExitStack() as own:
                bench = Measuring(benchmark, running, own, progress, quick=quick)
                try:
                    benchmark.measure(bench)
                except ProgramFailed as error:  # minutes of other benchmarks must not be lost
                    say(str(error))
                    bench.fail(str(error).splitlines()[0])
            groups.append((benchmark.name, benchmark.title, bench.result()))
        seconds = time.monotonic() - began
        return Results(machine.describe(), running.description, quick, seconds, groups)


def say(text: str) -> None:
    """Report progress."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    exits.program(main)
