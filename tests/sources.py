"""What the sources say and read, found without running them."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from features.support.databases import ROOT

ANYTHING: Final = "…"
"""What a sentence has where a value will be."""

ENVIRONMENTS: Final = ("environ", "environment")
READERS: Final = ("get", "getenv")


def sentences(files: Iterable[Path]) -> set[str]:
    """Return all texts, with `…` for each value in them."""
    return {text for node in _nodes(files) if (text := _text(node)) is not None}


def refusals(files: Iterable[Path]) -> set[str]:
    """Return the sentences with which a run refuses to start or to go on."""
    return {
        text
        for node in _nodes(files)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Refusal"
        and (text := _text(node.args[0])) is not None
    }


def variables(files: Iterable[Path]) -> set[str]:
    """Return the names that are looked up in the environment."""
    names = set()
    for node in _nodes(files):
        match node:
            case ast.Call(ast.Attribute(place, reader), [ast.Constant(str(name)), *_]):
                if reader in READERS and _name(place) in ENVIRONMENTS:
                    names.add(name)
            case ast.Subscript(place, ast.Constant(str(name))) if _name(place) in ENVIRONMENTS:
                names.add(name)
            case ast.Compare(ast.Constant(str(name)), [ast.In() | ast.NotIn()], [place]):
                if _name(place) in ENVIRONMENTS:
                    names.add(name)
    return names


def alembic_options(files: Iterable[Path]) -> set[str]:
    """Return the names that are looked up among Alembic's `-x name=value`."""
    return {
        str(node.args[0].value)
        for node in _nodes(files)
        if isinstance(node, ast.Call)
        and _name(node.func) == "option"
        and isinstance(node.args[0], ast.Constant)
    }


def python(*folders: str) -> list[Path]:
    """Return our source files in these folders."""
    return [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]


def _nodes(files: Iterable[Path]) -> Iterator[ast.AST]:
    for file in files:
        yield from ast.walk(ast.parse(file.read_text()))


def _name(node: ast.AST) -> str:
    return str(getattr(node, "id", None) or getattr(node, "attr", ""))


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else ANYTHING for part in node.values]
        return "".join(map(str, parts))
    return None
