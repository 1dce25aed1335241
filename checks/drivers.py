"""Check that psycopg is the only driver, for synchronous and asynchronous code.

Another driver has its own types, errors and transactions: tests with psycopg would not apply to
it. It may be imported, named by a URL or by `pyproject.toml`, or installed as a dependency.
"""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final

from checks.sleeps import OURS, ROOT

OTHERS: Final = ("asyncpg", "psycopg2", "psycopg2-binary", "psycopg2cffi", "aiopg", "pg8000")

OPTIONS_TEST: Final = ROOT / "pgharness" / "tests" / "adapters" / "test_options.py"
ALLOWED: Final = frozenset({Path(__file__), OPTIONS_TEST})
"""Files that may name other drivers: this one, and tests that such URLs are refused."""

MODULES: Final = frozenset(name.replace("-", "_") for name in OTHERS)
IN_URL: Final = re.compile(rf"\bpostgres(?:ql)?\+(?:{'|'.join(OTHERS)})\b")
NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


def others(root: Path = ROOT) -> Iterator[str]:
    """Yield one line for each use of another driver under `root`."""
    for file in sorted(chain.from_iterable((root / folder).rglob("*.py") for folder in OURS)):
        if file not in ALLOWED:
            for line, driver in _in_python(file.read_text("utf-8")):
                yield f"{file.relative_to(root)}:{line}: {driver}; the one driver is psycopg"
    for name in ("pyproject.toml", "pgharness/pyproject.toml", "uv.lock"):
        if (root / name).exists():
            for driver in _in_toml(tomllib.loads((root / name).read_text("utf-8"))):
                yield f"{name}: {driver}; the one driver is psycopg"


def _in_python(text: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import(names=names, lineno=line):
                modules: Iterable[str] = [each.name for each in names]
            case ast.ImportFrom(module=str(module), level=0, lineno=line):
                modules = [module]
            case ast.Constant(value=str(constant), lineno=line):
                # What is imported by its name, and the URL of an engine.
                modules = [constant, *(url.partition("+")[2] for url in IN_URL.findall(constant))]
            case _:
                continue
        for module in modules:
            if module.partition(".")[0] in MODULES:
                yield line, module.partition(".")[0]


def _in_toml(document: dict[str, Any]) -> Iterator[str]:
    """Yield the drivers among requirements of a project or packages of a lock file."""
    project = document.get("project", {})
    extras = project.get("optional-dependencies", {}).values()
    groups = document.get("dependency-groups", {}).values()
    required = [*project.get("dependencies", ()), *chain(*extras, *groups)]
    required += [package["name"] for package in document.get("package", ())]
    for requirement in required:
        name = NAME.match(requirement) if isinstance(requirement, str) else None
        if name and name[0].lower() in OTHERS:
            yield name[0].lower()
