"""Faults of the harness: each is a function that patches it, with the test that must then fail.

The faults of the service are in `faults.py`, and features notice those. What a feature cannot
show (a whole run, its reports, its servers) is shown by a test of pytest, and these faults show
that such a test can fail. They are in modules called `faults*.py` beside those tests:

    @fault("what was never run counts as passed", noticed_by=test_after_stop_the_rest_is_skipped)
    def untested_is_passed(patch: MonkeyPatch) -> None:
        patch.setattr(reports, "...", ...)

The fault is injected in the process of the tests, and in each process that they start by
`tests.running` or `tests.forked`, before behave or pytest is loaded there.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from _pytest.monkeypatch import MonkeyPatch

VARIABLE: Final = "POSTGRES_ACCEPTANCE_FAULT"
"""Names the fault, as `module:function`, to the processes that a test starts."""

PROGRAM: Final = str(Path(__file__).with_name("broken.py"))
"""Runs a module of Python's with the fault in it."""

Injection = Callable[[MonkeyPatch], None]


@dataclass(frozen=True)
class HarnessFault:
    """Something done wrong on purpose in the harness, and the test that must fail by it."""

    name: str
    test: Callable[..., None]
    inject: Injection
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of the test that are not fixtures."""

    @property
    def place(self) -> str:
        """Return where another process finds the injection."""
        return f"{self.inject.__module__}:{self.inject.__name__}"


FAULTS: Final[list[HarnessFault]] = []


def fault(
    name: str, *, noticed_by: Callable[..., None], **parameters: Any
) -> Callable[[Injection], Injection]:
    """Register an injection; `parameters` are what the test is parametrized with."""

    def registered(inject: Injection) -> Injection:
        FAULTS.append(HarnessFault(name, noticed_by, inject, parameters))
        return inject

    return registered


@contextmanager
def injected(broken: HarnessFault) -> Iterator[None]:
    """Break this process, and those that are started meanwhile."""
    with MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, broken.place)
        broken.inject(patch)
        yield


def inject_as_told() -> None:
    """Break this process if the one that has started it says so."""
    if told := os.environ.get(VARIABLE):
        module, _, function = told.partition(":")
        getattr(import_module(module), function)(MonkeyPatch())


def program(module: str) -> tuple[str, ...]:
    """Return how to run a module of Python's: with the fault, where one is injected."""
    if VARIABLE in os.environ:
        return (sys.executable, PROGRAM, module)
    return (sys.executable, "-m", module)
