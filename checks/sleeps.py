"""Check that no code sleeps: a fixed time is slow, and too short on a slow machine.

Code polls for a condition instead, such as a session that waits for a lock, until a deadline that
fails. Only `domain.clock` may sleep, for the service.
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
"""The only module that may wait for an event that is never set."""

IN_SHELL: Final = re.compile(r"(?:^|[;&|({]|\b(?:do|then|else|while|until|if)\b)\s*sleep\b")
IN_SQL: Final = re.compile(r"\bpg_sleep", re.IGNORECASE)
SYNCHRONIZATION: Final = frozenset({"Event", "Condition", "Barrier", "Semaphore"})


def sleeps(root: Path = ROOT) -> Iterator[str]:
    """Yield one line for each sleep, or equivalent wait, in the sources under `root`."""
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
            and (_sleeps(node) or (disguised and _waits_for_new_object(node)))
        }
    )


def _sleeps(node: ast.AST) -> bool:
    """Return whether a node calls or imports a `sleep`, or calls `pg_sleep` on the server."""
    match node:
        case ast.Call(func=function):
            return _name(function) == "sleep"
        case ast.ImportFrom(names=names):
            return any(each.name == "sleep" for each in names)
        case ast.Constant(value=str(text)):
            return IN_SQL.search(text) is not None
    return False


def _waits_for_new_object(node: ast.AST) -> bool:
    """Return whether a node waits for a new event, which no other code can set."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Call(func=made), attr="wait")):
            return _name(made) in SYNCHRONIZATION
        case ast.Call(func=function, args=[ast.List([]), ast.List([]), ast.List([]), *_]):
            return _name(function) == "select"
    return False


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
    return ""
