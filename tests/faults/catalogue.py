"""What can be wrong with the service, its schema and its migrations, and which feature notices.

    @fault("workers claim without a lock", noticed_by="tasks/claiming")
    def claims_without_lock(patch: MonkeyPatch) -> None:
        patch.setattr(Select, "with_for_update", lambda self, **_: self)

The notation is that of the faults of the harness (`breaking`), with a feature in place of a test.
A fault is injected when the service and the features are loaded: it patches a name where it is
used, not where it is defined.
"""

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

import breaking
from breaking import Injection
from features.support.service import ROOT
from tests.faults import noticed
from tests.faults.changes import Change

_FAULTS: Final[list["Fault"]] = []


@dataclass(frozen=True)
class Fault(breaking.Fault):
    """Something done wrong on purpose, and the scenarios that must fail by an assertion."""

    noticed_by: str
    """The feature that is about it, as CAPABILITY/FEATURE."""
    tags: str
    """Selects rules of the feature."""
    examples: str
    """Selects scenarios of the feature whose title has these words."""
    own_server: bool
    """The server is the run's own, which may be killed or configured."""

    @property
    def feature(self) -> Path:
        """The file of the feature."""
        return ROOT / "features" / f"{self.noticed_by}.feature"

    def touched_by(self, change: Change) -> bool:
        """Return whether a change may have to do with it: with what it breaks, or who notices."""
        module = f"{self.inject.__module__.replace('.', '/')}.py"
        noticing = noticed.known().get(self.name)
        return change.within(module, f"features/{self.noticed_by}") or (noticing in change.examples)

    def options(self) -> list[str]:
        """Return on which server `behave` is to run, and which rules."""
        return [
            *(["-D", "postgres=embedded"] if self.own_server else []),
            *([f"--tags={self.tags}"] if self.tags else []),
        ]

    def arguments(self) -> list[str]:
        """Return what `behave` is to run."""
        return [
            *self.options(),
            *(["--name", self.examples] if self.examples else []),
            str(self.feature.relative_to(ROOT)),
        ]


def fault(
    name: str, /, *, noticed_by: str, tags: str = "", examples: str = "", own_server: bool = False
) -> Callable[[Injection], Injection]:
    """Register an injection, with the feature or a part of it that must notice."""

    def registered(inject: Injection) -> Injection:
        _FAULTS.append(Fault(name, inject, noticed_by, tags, examples, own_server))
        return inject

    return registered


@cache
def every_fault() -> tuple[Fault, ...]:
    """Import all modules of this package but its tests; return their faults."""
    package = __package__ or ""
    for module in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
        if not module.name.rpartition(".")[2].startswith("test_"):
            import_module(module.name)
    return tuple(_FAULTS)
