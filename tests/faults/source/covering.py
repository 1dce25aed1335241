"""Which examples execute which lines of the service: `covered.json`, recorded by a whole run.

uv run python -m tests.faults.source.covering

A mutant is judged first by the examples that execute its line. Where that is not known, because the
function is new or the line was moved within it, by those that execute something of its function or
of its file: the record saves time and decides nothing.
"""

import ast
import json
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import coverage
from _pytest.monkeypatch import MonkeyPatch
from behave.__main__ import main as behave
from behave.model import Scenario

from features.support.service import ROOT
from tests.faults.places import place_of

FILE: Final = Path(__file__).with_name("covered.json")

SOURCES: Final = ("domain", "migrations")


@cache
def known() -> Mapping[str, Any]:
    """Return what was recorded."""
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found


def examples(file: str, function: str, offset: int) -> list[str]:
    """Return the places of the examples that execute a line, so many after its function's first.

    If none is known, of those that execute the function, or else anything of the file.
    """
    functions = _functions(file)
    lines = functions.get(function, {})
    exact = [found for offsets, found in lines.items() if offset in _numbers(offsets)]
    chosen = exact or lines.values() or _all(functions)
    return _places(chosen)


def examples_of(file: str, function: str) -> list[str]:
    """Return the places of the examples that execute a function; none if it is not known."""
    return _places(_functions(file).get(function, {}).values())


def _functions(file: str) -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = known()["functions"].get(file, {})
    return found


def _places(chosen: Iterable[str]) -> list[str]:
    places: list[str] = known()["examples"]
    return [places[number] for number in sorted(set().union(*map(_numbers, chosen)))]


@cache
def breadth() -> Mapping[str, int]:
    """Return how many functions each example executes: the fewer, the more it is about each."""
    places: list[str] = known()["examples"]
    times: Counter[int] = Counter()
    for functions in known()["functions"].values():
        for lines in functions.values():
            times.update(set().union(*map(_numbers, lines.values())))
    return {place: times[number] for number, place in enumerate(places)}


def _all(functions: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for lines in functions.values():
        yield from lines.values()


def functions_of(source: str) -> dict[int, tuple[str, int]]:
    """Return of each line in a function which one that is, and which line of it: the innermost."""
    found: dict[int, tuple[str, int]] = {}

    def visit(node: ast.AST, names: tuple[str, ...]) -> None:
        for child in ast.iter_child_nodes(node):
            inner = names
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = (*names, child.name)
                if not isinstance(child, ast.ClassDef):
                    for line in range(child.lineno, (child.end_lineno or child.lineno) + 1):
                        found[line] = ".".join(inner), line - child.lineno
            visit(child, inner)

    visit(ast.parse(source), ())
    return found


def record(arguments: Collection[str]) -> int:
    """Run `behave` with coverage measured by example; return its exit code."""
    measuring = coverage.Coverage(
        data_file=None,
        config_file=False,
        source=[str(ROOT / folder) for folder in SOURCES],
        concurrency=["thread", "greenlet"],
    )
    original = Scenario.run
    between = "between examples"

    def run(self: Scenario, runner: Any) -> Any:
        measuring.switch_context(place_of(self))
        try:
            return original(self, runner)
        finally:
            measuring.switch_context(between)

    with MonkeyPatch.context() as patch:
        patch.setattr(Scenario, "run", run)
        measuring.start()
        code = int(behave(["-D", "workers=1", "-D", "reports=", "--no-junit", *arguments]))
        measuring.stop()
    if not code:
        _write(measuring.get_data(), between)
    return code


def _write(data: coverage.CoverageData, between: str) -> None:
    by_function: dict[str, dict[str, dict[int, frozenset[str]]]] = {}
    executed: set[str] = set()
    for file in sorted(data.measured_files()):
        path = Path(file).relative_to(ROOT).as_posix()
        functions = functions_of(Path(file).read_text("utf-8"))
        of_file = by_function.setdefault(path, {})
        for line, contexts in sorted(data.contexts_by_lineno(file).items()):
            places = frozenset(contexts) - {between, ""}
            if line in functions and places:
                function, offset = functions[line]
                of_file.setdefault(function, {})[offset] = places
                executed |= places
    examples = sorted(executed)
    numbers = {place: number for number, place in enumerate(examples)}
    found = {
        "examples": examples,
        "functions": {
            file: {
                function: _by_lines(lines, numbers) for function, lines in sorted(functions.items())
            }
            for file, functions in by_function.items()
            if functions
        },
    }
    FILE.write_text(f"{json.dumps(found, ensure_ascii=False, indent=0)}\n", "utf-8")


def _by_lines(lines: Mapping[int, frozenset[str]], numbers: Mapping[str, int]) -> dict[str, str]:
    """Return the numbers of the examples that execute each line of a function, by lines alike."""
    alike: dict[frozenset[str], list[int]] = {}
    for offset, places in lines.items():
        alike.setdefault(places, []).append(offset)
    return {
        _ranges(offsets): _ranges(numbers[place] for place in places)
        for places, offsets in alike.items()
    }


def _ranges(numbers: Iterable[int]) -> str:
    """Write numbers as `1-3 7`."""
    groups = groupby(enumerate(sorted(numbers)), key=lambda each: each[1] - each[0])
    runs = ([number for _, number in group] for _, group in groups)
    return " ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _numbers(ranges: str) -> Iterator[int]:
    for each in ranges.split():
        first, _, last = each.partition("-")
        yield from range(int(first), int(last or first) + 1)


if __name__ == "__main__":
    sys.exit(record(sys.argv[1:]))
