"""Finds all mutants of a file of Python, and makes the source of each."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from tests.faults.source.operators import OPERATORS
from tests.support.repository import ROOT

CONTEXT: Final = 7
"""Words and signs that a change's name has of the code before and after it."""

NOTHING_TO_MUTATE: Final = (cst.Annotation, cst.Import, cst.ImportFrom, cst.Decorator)
"""What is there for readers and tools, or whose change says nothing of what is decorated."""


@dataclass(frozen=True)
class Mutant:
    """One change of one place."""

    file: str
    """Relative to the repository."""
    function: str
    """As in `Class.method`; empty for what is executed when the module is loaded."""
    line: int
    change: str
    """The code before and after."""
    position: int
    """Its number among the changes of the file."""

    @property
    def name(self) -> str:
        """Tells it from all others, and stays as it is while the function does."""
        return f"{self.file} {self.function or '(module)'}: {self.change}"


def read(file: str) -> list[Mutant]:
    """Return the mutants of a file, in the order of their places."""
    return [mutant for mutant, _, _ in _found(file)[1]]


def source(mutant: Mutant) -> str:
    """Return the text of the file with the change."""
    module, found = _found(mutant.file)
    _, node, changed = found[mutant.position]
    replaced = module.deep_replace(node, changed)
    assert isinstance(replaced, cst.Module)
    return replaced.code


def _found(file: str) -> tuple[cst.Module, list[tuple[Mutant, cst.CSTNode, cst.CSTNode]]]:
    wrapper = MetadataWrapper(cst.parse_module((ROOT / file).read_text("utf-8")))
    visitor = _Places(file)
    wrapper.visit(visitor)
    return wrapper.module, visitor.found


class _Places(cst.CSTVisitor):
    """Collects what each operator makes of each node."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, file: str) -> None:
        super().__init__()
        self._file = file
        self._lines = (ROOT / file).read_text("utf-8").split("\n")
        self._names: list[str] = []
        self._times: Counter[tuple[str, str]] = Counter()
        self.found: list[tuple[Mutant, cst.CSTNode, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, NOTHING_TO_MUTATE) or _is_docstring(node):
            return False
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._names.append(node.name.value)
        for kind, operator in OPERATORS:
            if isinstance(node, kind):
                for changed in operator(node):
                    self._add(node, changed)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self._names.pop()

    def _add(self, node: cst.CSTNode, changed: cst.CSTNode) -> None:
        place = self.get_metadata(PositionProvider, node)
        function = ".".join(self._names)
        before, after = self._around(place)
        change = difference(*(f"{before}{_code(each)}{after}" for each in (node, changed)))
        self._times[function, change] += 1
        times = self._times[function, change]
        change = change if times == 1 else f"{change} ({times})"
        mutant = Mutant(self._file, function, place.start.line, change, len(self.found))
        self.found.append((mutant, node, changed))

    def _around(self, place: CodeRange) -> tuple[str, str]:
        """Return the rest of the lines where a node begins and ends."""
        before = self._lines[place.start.line - 1][: place.start.column]
        return before, self._lines[place.end.line - 1][place.end.column :]


def _is_docstring(node: cst.CSTNode) -> bool:
    """Return whether a statement is only a text: a function's docstring, or that of a constant."""
    strings = cst.SimpleString | cst.ConcatenatedString
    return isinstance(node, cst.Expr) and isinstance(node.value, strings)


def difference(old: str, new: str) -> str:
    """Return what differs between two pieces of code, with a little of what is around it."""
    before, after = (re.findall(r"\w+|\W", text) for text in (old, new))
    begin = _same(before, after)
    end = _same(before[begin:][::-1], after[begin:][::-1])
    first = max(0, begin - CONTEXT)
    texts = (
        "".join(tokens[first : len(tokens) - max(0, end - CONTEXT)]).strip()
        for tokens in (before, after)
    )
    return " → ".join(texts)


def _same(one: list[str], other: list[str]) -> int:
    """Return how many words and signs two texts begin with are the same."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(1 for _ in pairs)


def _code(node: cst.CSTNode) -> str:
    return re.sub(r"\s+", " ", cst.Module([]).code_for_node(node)).strip()
