"""Nobody sleeps in this repository: what waits for a time is slow, and wrong on a slow machine.

What has to be waited for is asked for: whether somebody waits for a lock, whether a connection
has gone, each until a deadline that fails. Only `domain.clock` lets time pass, for the service.
"""

import ast
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]

OURS: Final = (
    *(".ci", "benchmarks", "checks", "docs", "domain", "examples", "features", "migrations"),
    *("pgharness", "tests"),
)
ALLOWED: Final = frozenset({"domain/clock.py"})
"""Where an event that nobody sets may be waited for."""

IN_SHELL: Final = re.compile(r"(?:^|[;&|({]|\b(?:do|then|else|while|until|if)\b)\s*sleep\b")
IN_SQL: Final = re.compile(r"\bpg_sleep", re.IGNORECASE)
NOBODY_SETS: Final = frozenset({"Event", "Condition", "Barrier", "Semaphore"})


def sleeps(root: Path = ROOT) -> Iterator[str]:
    """Yield one line for each sleep, also a disguised one, in what we have written under `root`."""
    for file in sorted(chain.from_iterable((root / folder).rglob("*") for folder in OURS)):
        name = file.relative_to(root).as_posix()
        if file == Path(__file__) or not file.is_file():
            continue
        if file.suffix == ".py":
            lines = _in_python(file.read_text("utf-8"), disguised=name not in ALLOWED)
        elif file.suffix in (".feature", ".sql"):
            lines = _in_text(file.read_text("utf-8"), IN_SQL)
        elif file.suffix == ".sh" or file.parent == root / ".ci" or file.name == "entrypoint":
            lines = _in_text(file.read_text("utf-8"), IN_SHELL)
        else:
            continue
        yield from (f"{name}:{line}: a sleep; ask for what is waited for" for line in lines)


def _in_text(text: str, pattern: re.Pattern[str]) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]


def _in_python(text: str, *, disguised: bool) -> list[int]:
    return sorted(
        {
            node.lineno
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.expr | ast.stmt)
            and (_sleeps(node) or (disguised and _waits_for_nobody(node)))
        }
    )


def _sleeps(node: ast.AST) -> bool:
    """Tell whether this calls or imports something called sleep, or has the server sleep."""
    match node:
        case ast.Call(func=function):
            return _name(function) == "sleep"
        case ast.ImportFrom(names=names):
            return any(each.name == "sleep" for each in names)
        case ast.Constant(value=str(text)):
            return IN_SQL.search(text) is not None
    return False


def _waits_for_nobody(node: ast.AST) -> bool:
    """Tell whether this waits for what was made on the spot, which nobody else can set."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Call(func=made), attr="wait")):
            return _name(made) in NOBODY_SETS
        case ast.Call(func=function, args=[ast.List([]), ast.List([]), ast.List([]), *_]):
            return _name(function) == "select"
    return False


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
    return ""
