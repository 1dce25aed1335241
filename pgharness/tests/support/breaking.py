"""Faults of the harness: each is a function that patches it, with the test that must then fail.

They are in modules called `faults*.py` beside the tests:

    @fault("what was never run counts as passed", noticed_by=test_after_stop_the_rest_is_skipped)
    def untested_is_passed(patch: MonkeyPatch) -> None:
        patch.setattr(reports, "...", ...)

The fault is injected in the process of the tests, and in each process that they start by
`program`, before behave or pytest is loaded there.
"""

import os
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any, Final

import pytest
from _pytest.monkeypatch import MonkeyPatch

VARIABLE: Final = "PGHARNESS_FAULT"
"""Names the fault, as `module:function`, to the processes that a test starts."""

TESTS: Final = Path(__file__).parents[1]
"""The tests of pgharness; each folder in it is on Python's path, as pyproject.toml says."""

FOLDERS: Final = [str(folder) for folder in sorted(TESTS.glob("[a-z]*")) if folder.is_dir()]
"""Where another process finds this module, the faults and the tests that they name."""

PROGRAM: Final = str(Path(__file__).with_name("broken.py"))
"""Runs a module of Python's with the fault in it."""

Injection = Callable[[MonkeyPatch], None]


@dataclass(frozen=True)
class Fault:
    """Something done wrong on purpose."""

    name: str
    inject: Injection

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class HarnessFault(Fault):
    """A fault of the harness, and the test that must fail by it."""

    test: Callable[..., Any]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of the test that are not fixtures."""

    def touched_by(self, change: Any) -> bool:
        """Return whether a change may have to do with it: any of the harness."""
        folder = self.inject.__module__.replace(".", "/")
        return bool(change.within("pgharness/", f"{folder.rpartition('/')[0] or 'pgharness'}/"))


_FAULTS: Final[list[HarnessFault]] = []


def fault(
    name: str, /, *, noticed_by: Callable[..., Any], **parameters: Any
) -> Callable[[Injection], Injection]:
    """Register an injection; `parameters` are what the test is parametrized with."""

    def registered(inject: Injection) -> Injection:
        _FAULTS.append(HarnessFault(name, inject, noticed_by, parameters))
        return inject

    return registered


def faults_in(folders: Iterable[str], package: str = "") -> list[HarnessFault]:
    """Import all modules of faults in these folders; return their faults."""
    names = [f"{package}{module.name}" for module in pkgutil.iter_modules(list(folders))]
    modules = {name for name in names if name.rpartition(".")[2].startswith("faults")}
    for name in sorted(modules):
        import_module(name)
    return [each for each in _FAULTS if each.inject.__module__ in modules]


def check_noticed(broken: HarnessFault, request: pytest.FixtureRequest) -> None:
    """Fail unless the test fails by an assertion; another error does not count."""
    fixtures = signature(broken.test).parameters.keys() - broken.parameters.keys()
    arguments = {name: request.getfixturevalue(name) for name in fixtures}
    with injected(broken), pytest.raises((AssertionError, pytest.fail.Exception)) as noticed:
        broken.test(**arguments, **broken.parameters)
    assert not str(noticed.value).startswith("Timeout (>"), "it hung until pytest ended it"


def nothing(patch: MonkeyPatch) -> None:
    """Break nothing: what no test may notice."""


@contextmanager
def injected(broken: HarnessFault) -> Iterator[None]:
    """Inject the fault in this process, and in those that it starts in this block."""
    with MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, place(broken.inject))
        broken.inject(patch)
        yield


def inject_from_environment() -> None:
    """Inject the fault that the environment names, if it does."""
    if named := os.environ.get(VARIABLE):
        injection(named)(MonkeyPatch())


def place(inject: Injection) -> str:
    """Return where another process finds an injection, as `module:function`."""
    return f"{inject.__module__}:{inject.__qualname__}"


def injection(place: str) -> Injection:
    """Return what is at a place."""
    module, _, function = place.partition(":")
    found: Injection = getattr(import_module(module), function)
    return found


def program(module: str) -> tuple[str, ...]:
    """Return how to run a module of Python's: with the fault, where one is injected."""
    if VARIABLE in os.environ:
        return (sys.executable, PROGRAM, module)
    return (sys.executable, "-m", module)
