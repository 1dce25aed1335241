"""What the sources say and read, found without running them."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from features.support.service import ROOT

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
        if isinstance(node, ast.Call) and _name(node.func) == "HarnessError"
        for text in _texts(node.args[0])
    }


def errors(files: Iterable[Path]) -> set[str]:
    """Return the sentences with which something fails.

    Of assertions, those that quote a value: the others say what the code takes for granted.
    """
    found: set[str] = set()
    for node in _nodes(files):
        match node:
            case ast.Raise(ast.Call(_, [said, *_])):
                found.update(_texts(said))
            case ast.Call(ast.Attribute(ast.Call(ast.Name("super")), "__init__"), [said, *_]):
                found.update(_texts(said))
            case ast.Call(ast.Attribute(ast.Name("pytest"), "fail"), [said, *_]):
                found.update(_texts(said))
            case ast.Assert(msg=ast.JoinedStr() as said):
                found.update(_texts(said))
    return found


def returned(files: Iterable[Path], *functions: str) -> set[str]:
    """Return the texts that these functions return: reasons, that stand in a sentence."""
    return {
        text
        for node in _nodes(files)
        if isinstance(node, ast.FunctionDef) and node.name in functions
        for within in ast.walk(node)
        if isinstance(within, ast.Return) and within.value is not None
        for text in _texts(within.value)
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
        yield from ast.walk(ast.parse(file.read_text("utf-8")))


def _name(node: ast.AST) -> str:
    return str(getattr(node, "id", None) or getattr(node, "attr", ""))


def _texts(node: ast.AST) -> Iterator[str]:
    """Yield what an expression may say: of two cases both, of what is put together the first."""
    match node:
        case ast.IfExp(body=one, orelse=other):
            yield from (*_texts(one), *_texts(other))
        case ast.BinOp(left=first):
            yield from _texts(first)
        case _ if (text := _text(node)) is not None:
            yield text


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else ANYTHING for part in node.values]
        return re.sub(f"{ANYTHING}+", ANYTHING, "".join(map(str, parts)))
    return None
