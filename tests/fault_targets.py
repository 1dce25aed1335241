"""What the code of a fault patches, found without running it: all of it must exist.

A fault that patches a name which is gone, or puts a function where one with other parameters was,
may make features fail all the same: by its own mistake, and not by the fault that it stands for.
"""

import ast
import builtins
import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from inspect import Parameter
from types import FunctionType, MethodType
from typing import Any, Final

UNKNOWN: Final = object()
"""The value of a name or an expression that only a run of the code could tell."""

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Scope = dict[str, Any]


@dataclass(frozen=True)
class Made:
    """A function of the fault's own."""

    node: Function


def problems(code: str) -> list[str]:
    """Return what the code of a fault names that there is not, and what it replaces wrongly."""
    return _Targets().look(code)


class _Targets(ast.NodeVisitor):
    """Follows imports, and names for what is imported, through a piece of code.

    The bodies of functions are looked at last, when all names around them are known.
    """

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._scopes: list[Scope] = [{}]
        self._later: list[tuple[Function, list[Scope]]] = []

    def look(self, code: str) -> list[str]:
        """Return what is wrong with the code."""
        self.visit(ast.parse(code))
        while self._later:
            function, around = self._later.pop(0)
            parameters = dict.fromkeys(_names(function.args), UNKNOWN)
            self._scopes = [*around, parameters]
            body = function.body if isinstance(function.body, list) else [function.body]
            for each in body:
                self.visit(each)
        return self.problems

    # --- what binds a name --------------------------------------------------------------------

    def visit_Import(self, node: ast.Import) -> None:
        """Import what is named; without another name its first part is bound."""
        for each in node.names:
            found, first = self._module(node, each.name), each.name.partition(".")[0]
            if not each.asname and found is not UNKNOWN:
                found = import_module(first)
            self._bind(each.asname or first, found)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Import names of a module: attributes, or modules in it."""
        source = self._module(node, str(node.module))
        for each in node.names:
            if source is not UNKNOWN and not hasattr(source, each.name):
                try:
                    import_module(f"{node.module}.{each.name}")
                except ImportError:
                    self._complain(node, f"there is no {each.name} in {node.module}")
            self._bind(each.asname or each.name, getattr(source, each.name, UNKNOWN))

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Bind a function."""
        for each in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            if each is not None:
                self.visit(each)
        self._bind(node.name, Made(node))
        self._later.append((node, [*self._scopes]))

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 (ast's names)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Look at its body later."""
        for each in (*node.args.defaults, *node.args.kw_defaults):
            if each is not None:
                self.visit(each)
        self._later.append((node, [*self._scopes]))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Bind a class; what is assigned in it is its own."""
        for each in (*node.bases, *node.decorator_list):
            self.visit(each)
        self._bind(node.name, UNKNOWN)
        self._scopes.append({})
        for statement in node.body:
            self.visit(statement)
        self._scopes.pop()

    def visit_Name(self, node: ast.Name) -> None:
        """Forget what a name was that `for`, `with` and such bind; check that others are bound."""
        if not isinstance(node.ctx, ast.Load):
            self._bind(node.id, UNKNOWN)
        elif not hasattr(builtins, node.id) and not any(node.id in each for each in self._scopes):
            self._complain(node, f"there is no {node.id}")

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        """Bind an error."""
        if node.name:
            self._bind(node.name, UNKNOWN)
        self.generic_visit(node)

    def visit_comprehensions(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ) -> None:
        """Bind what a comprehension goes through, before it is used."""
        for each in node.generators:
            self.visit(each.iter)
            self.visit(each.target)
        self.generic_visit(node)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_comprehensions  # noqa: N815

    def visit_Assign(self, node: ast.Assign) -> None:
        """Bind names; check the attributes that are replaced."""
        self.visit(node.value)
        for target in node.targets:
            self._assign(target, node.value)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        match target, value:
            case ast.Name(id=name), _:
                self._bind(name, self._value(value))
            case ast.Attribute(value=of, attr=name), _:
                self.visit(of)
                self._replace(target, self._value(of), name, self._value(value))
            case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
                for one, another in zip(targets, values, strict=True):
                    self._assign(one, another)
            case _:
                self.visit(target)

    # --- what uses one ------------------------------------------------------------------------

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Check that an attribute exists that is read, or changed in place."""
        of = self._value(node.value)
        if of is not UNKNOWN and not _has(of, node.attr):
            self._complain(node, f"there is no {ast.unparse(node)}")
        self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        """Check what `setattr` replaces."""
        match node:
            case ast.Call(func=ast.Name(id="setattr"), args=[of, ast.Constant(str(name)), value]):
                self._replace(node, self._value(of), name, self._value(value))
        self.generic_visit(node)

    def _replace(self, node: ast.expr, of: Any, name: str, value: Any) -> None:
        if of is UNKNOWN or isinstance(of, Made):
            return
        if not _has(of, name) and not (inspect.ismodule(of) and hasattr(builtins, name)):
            self._complain(node, f"there is no {name} to replace in {of.__name__}")
        elif isinstance(value, Made):
            given = inspect.getattr_static(of, name, None)
            for problem in misfits(given, value.node):
                self._complain(node, f"{name} {problem}")

    def _value(self, node: ast.expr) -> Any:
        match node:
            case ast.Name(id=name):
                return next(
                    (scope[name] for scope in reversed(self._scopes) if name in scope), UNKNOWN
                )
            case ast.Attribute(value=value, attr=name):
                of = self._value(value)
                return UNKNOWN if of is UNKNOWN else getattr(of, name, UNKNOWN)
            case ast.Lambda():
                return Made(node)
        return UNKNOWN

    def _bind(self, name: str, value: Any) -> None:
        self._scopes[-1][name] = value

    def _module(self, node: ast.stmt, name: str) -> Any:
        try:
            return import_module(name)
        except ModuleNotFoundError:
            self._complain(node, f"there is no module {name}")
            return UNKNOWN

    def _complain(self, node: ast.stmt | ast.expr, problem: str) -> None:
        self.problems.append(f"line {node.lineno}: {problem}")


def misfits(given: Any, made: Function) -> Iterator[str]:
    """Yield why calls of a function cannot be calls of the one that takes its place."""
    if isinstance(given, classmethod) and _is_classmethod(made):
        given = given.__func__
    elif isinstance(given, classmethod | staticmethod):
        given = given.__get__(None, object)
    if not isinstance(given, FunctionType | MethodType):
        return
    old = inspect.signature(given).parameters.values()
    own = [each.arg for each in (*made.args.posonlyargs, *made.args.args)]
    needed = own[: len(own) - len(made.args.defaults)]
    places = [each.name for each in old if each.kind in BY_PLACE]
    by_name = {each.name for each in old if each.kind is Parameter.KEYWORD_ONLY}
    must = {each.name for each in old if each.name in by_name and each.default is each.empty}
    open_ended = any(each.kind is Parameter.VAR_POSITIONAL for each in old)
    if len(own) < len(places) and not (made.args.vararg or made.args.kwarg):
        yield f"takes {len(own)} of {len(places)} arguments"
    if not open_ended and (missing := {*needed[len(places) :]} - by_name):
        yield f"needs {', '.join(sorted(missing))} besides {len(places)} arguments"
    if not made.args.kwarg and (unknown := must - {*_names(made.args)}):
        yield f"does not take {', '.join(sorted(unknown))}"


BY_PLACE: Final = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


def _is_classmethod(made: Function) -> bool:
    return not isinstance(made, ast.Lambda) and any(
        isinstance(each, ast.Name) and each.id == "classmethod" for each in made.decorator_list
    )


def _has(of: Any, name: str) -> bool:
    """Tell whether an object has an attribute; a field of a dataclass need not have a default."""
    return hasattr(of, name) or (
        inspect.isclass(of)
        and any(name in vars(each).get("__annotations__", {}) for each in of.__mro__)
    )


def _names(arguments: ast.arguments) -> Sequence[str]:
    rest = [each for each in (arguments.vararg, arguments.kwarg) if each]
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]
    return [each.arg for each in every]
