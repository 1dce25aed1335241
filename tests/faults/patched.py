"""Which examples may notice a hand-made fault: those that execute what it patches."""

import inspect
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from _pytest.monkeypatch import MonkeyPatch

from breaking import Injection
from tests.faults.catalogue import Fault
from tests.faults.fitting import check_fitting
from tests.faults.places import lines
from tests.faults.source import covering
from tests.faults.source.attempts import MANY, in_features
from tests.support.repository import ROOT


class Patched(NamedTuple):
    """A function of the service that a fault replaces, or another name of one of its files."""

    file: str
    """Relative to the repository."""
    function: str
    """As in `Class.method`; empty for what is no function."""


def attempts(fault: Fault) -> Iterator[list[str]]:
    """Yield what is run until two rules notice: first what must notice, then all that may.

    Where a fault patches something else than the service, that is its whole capability.
    """
    yield fault.arguments()
    server = ["-D", "postgres=embedded"] if fault.own_server else []
    found = patched(fault.inject)
    known = [each for each in found if each]
    executing = {place for each in known for place in covering.examples(*each, -1)}
    likeliest = sorted(executing, key=lambda place: (covering.breadth()[place], place))
    for chosen in (likeliest[:MANY], likeliest[MANY:]):
        if selected := [*chain.from_iterable(map(lines, in_features(chosen)))]:
            yield [*server, *selected]
    if not executing or len(known) < len(found):
        yield [*server, f"features/{fault.noticed_by.partition('/')[0]}"]


def patched(inject: Injection) -> list[Patched | None]:
    """Return what a fault patches: None for each name that is not of the service.

    Raises `TypeError` if a function that it puts in is called differently.
    """
    with MonkeyPatch.context() as patch:
        inject(patch)
        check_fitting(patch)
        attributes, items = [*patch._setattr], [*patch._setitem]
    found = [_function(original) or _owner(owner) for owner, _, original in attributes]
    return [*dict.fromkeys([*found, *(None for _ in items)])]


def _function(value: object) -> Patched | None:
    code = getattr(_unwrapped(value), "__code__", None)
    file = _file(code.co_filename) if code else None
    return Patched(file, code.co_qualname.replace(".<locals>", "")) if code and file else None


def _unwrapped(value: object) -> Callable[..., Any] | None:
    if isinstance(value, property):
        value = value.fget
    if isinstance(value, classmethod | staticmethod):
        value = value.__func__
    return inspect.unwrap(value) if isinstance(value, FunctionType) else None


def _owner(owner: object) -> Patched | None:
    """Return the file of the module, or of the class, in which a name is replaced."""
    module = owner if isinstance(owner, ModuleType) else sys.modules.get(_module(owner))
    file = _file(getattr(module, "__file__", None) or "")
    return Patched(file, "") if file else None


def _module(owner: object) -> str:
    return str(getattr(owner, "__module__", ""))


def _file(name: str) -> str | None:
    path = Path(name)
    if not path.is_relative_to(ROOT):
        return None
    file = path.relative_to(ROOT).as_posix()
    return file if file.partition("/")[0] in covering.SOURCES else None
