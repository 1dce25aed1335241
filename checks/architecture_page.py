"""`docs/architecture.md`: the packages and their imports, and the states of a test database."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from checks.markdown import escaped, table
from checks.sleeps import ROOT
from pgharness.isolation import states
from pgharness.isolation.states import TRANSITIONS, State

Graph = Mapping[str, frozenset[str]]
"""The successors of each node."""

PARTS: Final = (
    *("tests", "benchmarks", "checks"),
    *("features.steps", "features.support", "domain", "migrations", "pgharness"),
)
"""The nodes of the drawing; those that `INSIDE` names are drawn with their packages."""

SOURCES: Final = {"pgharness": "pgharness/src/pgharness"}
"""The folder of a part if its name differs."""

INSIDE: Final = ("domain", "pgharness")


@cache
def imports(part: str, root: Path = ROOT) -> tuple[tuple[str, str], ...]:
    """Return each module of a part with the full name of a module that it imports."""
    return tuple(_imports(part, root))


def _imports(part: str, root: Path) -> Iterator[tuple[str, str]]:
    folder = root / SOURCES.get(part, part.replace(".", "/"))
    for file in sorted(folder.rglob("*.py")):
        inner = file.relative_to(folder).with_suffix("").parts
        module = ".".join((part, *(name for name in inner if name != "__init__")))
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Import(names=names):
                    yield from ((module, each.name) for each in names)
                case ast.ImportFrom(module=str(name), names=names, level=0):
                    yield from ((module, f"{name}.{each.name}") for each in names)


def between_parts(root: Path = ROOT) -> Graph:
    """Return the imports between parts."""
    found: dict[str, set[str]] = {part: set() for part in PARTS}
    for part in PARTS:
        for _, imported in imports(part, root):
            found[part].update(
                other for other in PARTS if other != part and f"{imported}.".startswith(f"{other}.")
            )
    return {part: frozenset(others) for part, others in found.items()}


def within(part: str, root: Path = ROOT) -> Graph:
    """Return the imports between the packages of a part, without modules outside of packages."""
    folder = root / SOURCES.get(part, part)
    packages = {file.parent.name for file in folder.glob("*/__init__.py")}
    found: dict[str, set[str]] = {package: set() for package in sorted(packages)}
    for module, imported in imports(part, root):
        here, there = (f"{name}..".split(".")[1] for name in (module, imported))
        if imported.startswith(f"{part}.") and {here, there} <= packages and here != there:
            found[here].add(there)
    return {package: frozenset(others) for package, others in found.items()}


def reduced(graph: Graph) -> Graph:
    """Return the transitive reduction of a graph without cycles."""
    beyond = {node: _reachable(graph, node) for node in graph}
    return {
        node: frozenset(
            other for other in others if not any(other in beyond[via] for via in others)
        )
        for node, others in graph.items()
    }


def _reachable(graph: Graph, start: str) -> set[str]:
    found: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += graph[node]
    return found


def drawing(root: Path = ROOT) -> Iterator[str]:
    """Yield the lines of the drawing, in Mermaid."""
    yield from ("```mermaid", "flowchart TD")
    for part in PARTS:
        if part in INSIDE:
            graph = reduced(within(part, root))
            yield f"    subgraph {part}"
            yield from (f"        {part}_{package}[{package}]" for package in graph)
            yield from (f"        {part}_{one} --> {part}_{other}" for one, other in _arrows(graph))
            yield "    end"
        else:
            yield f"    {_id(part)}[{part}]"
    graph = reduced(between_parts(root))
    yield from (f"    {_id(one)} --> {_id(other)}" for one, other in _arrows(graph))
    yield "```"


def _id(part: str) -> str:
    return part.replace(".", "_")


def _arrows(graph: Graph) -> Iterator[tuple[str, str]]:
    for node, others in graph.items():
        yield from ((node, other) for other in sorted(others))


def life_cycle() -> Iterator[str]:
    """Yield the state diagram of a test database, in Mermaid, and the meaning of each state."""
    yield from ("```mermaid", "stateDiagram-v2", f"    [*] --> {State.CLEAN.name}")
    for before in State:
        for after in sorted(TRANSITIONS[before], key=lambda state: state.value):
            yield f"    {before.name} --> {after.name}"
    yield from ("```", "")
    yield from table(("state", "meaning"), _meanings())


def _meanings() -> Iterable[tuple[str, str]]:
    """Yield each state and the docstring below it."""
    tree = ast.parse(Path(states.__file__).read_text("utf-8"))
    (defined,) = [
        node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == State.__name__
    ]
    for assigned, below in zip(defined.body, defined.body[1:], strict=False):
        match assigned, below:
            case (
                ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield f"`{name}`", escaped(" ".join(text.split()))


SECTIONS: Final[Mapping[str, Callable[[], Iterator[str]]]] = {
    "the packages": drawing,
    "the life cycle": life_cycle,
}
"""The generated parts of the page, between marks of these names."""


def page(text: str) -> str:
    """Return the page with newly generated parts."""
    for name, lines in SECTIONS.items():
        begin, end = f"<!-- begin: {name} -->\n", f"<!-- end: {name} -->\n"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = before + begin + "".join(f"{line}\n" for line in lines()) + end + after
    return text
