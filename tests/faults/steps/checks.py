"""The Then steps, and what each of them checks; and each of them without one of its checks."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from tests.faults.changes import Change
from tests.support.repository import ROOT

STEPS: Final = ROOT / "features" / "steps"

CHECKING: Final = ("check", "expect", "wait_until")
"""A function whose name has one of these fails by an assertion."""

NOTHING: Final = "everything"
"""Stands for all checks of a step: it compares nothing."""


@dataclass(frozen=True)
class Definition:
    """A function that defines a Then step."""

    file: str
    function: str

    @property
    def name(self) -> str:
        """Its name, as verdicts have it."""
        return f"{self.file}:{self.function}"

    def checks(self) -> list[str]:
        """Return all of them in one, and each, as it is written, if there are several."""
        written = map(_written, filter(_is_check, ast.walk(self._tree()[1])))
        each = list(dict.fromkeys(written))
        return [NOTHING, *(each if len(each) > 1 else ())]

    def __str__(self) -> str:
        return self.name.removeprefix("features/steps/")

    def touched_by(self, change: Change) -> bool:
        """Return whether the step is another one after a change."""
        return self.function in change.functions(self.file)

    def without(self, check: str) -> str:
        """Return the text of its file in which this function lacks a check."""
        module, function = self._tree()
        if check == NOTHING:
            function.body = [ast.Pass()]
        _Removing(check).visit(function)
        return ast.unparse(ast.fix_missing_locations(module))

    def _tree(self) -> tuple[ast.Module, ast.FunctionDef]:
        module = ast.parse((ROOT / self.file).read_text("utf-8"))
        return module, next(each for each in _thens(module) if each.name == self.function)


class _Removing(ast.NodeTransformer):
    """Puts nothing in the place of a check."""

    def __init__(self, check: str) -> None:
        self._check = check

    def visit(self, node: ast.AST) -> ast.AST:
        """Return what stays in the place of a statement."""
        if _is_check(node) and _written(node) == self._check:
            return ast.Pass()
        return self.generic_visit(node)


@cache
def every_definition() -> tuple[Definition, ...]:
    """Return the definitions of all Then steps. Each is used by a scenario: `checks.lint` sees."""
    return tuple(
        Definition(path.relative_to(ROOT).as_posix(), function.name)
        for path in sorted(STEPS.glob("*.py"))
        for function in _thens(ast.parse(path.read_text("utf-8")))
    )


def _thens(module: ast.Module) -> Iterator[ast.FunctionDef]:
    for each in module.body:
        if isinstance(each, ast.FunctionDef) and any(map(_is_then, each.decorator_list)):
            yield each


def _is_then(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "then"


def _is_check(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return any(word in ast.unparse(node.value.func) for word in CHECKING)
    return isinstance(node, ast.Assert | ast.Raise)


def _written(node: ast.AST) -> str:
    """Return a check without the text of its failure."""
    return ast.unparse(node.test if isinstance(node, ast.Assert) else node)
