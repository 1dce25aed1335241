"""What may be changed without harm, and how a run sees that the change is there.

    @control("a pool of twenty connections", effect=pool_of(20), features="transactions/retrying")
    def larger_pool(patch: MonkeyPatch) -> None:
        change_engine(patch, pool_size=20)

The notation is that of the faults (`tests.faults.catalogue`). Here a criterion that fails is
brittle, and to be mended: it asks for more than it says. A control that changes nothing would prove
nothing, so each has an effect, which a run must have seen.
"""

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Final

import breaking
from breaking import Injection
from features.support.service import ROOT
from features.support.world import World

Effect = Callable[[World], bool]
"""Tells, in the world of a scenario that has just run, whether the change is there."""

_CONTROLS: Final[list["Control"]] = []


@dataclass(frozen=True)
class Control(breaking.Fault):
    """Something that may be another way, and how to see that it is."""

    effect: Effect
    features: Sequence[str]
    """Those that are likeliest to be brittle, as CAPABILITY/FEATURE: the usual run has these."""
    instead_of: str
    """Names what it changes, where two controls would change the same."""
    own_server: bool
    """The server is the run's own: it is created or started in another way."""
    environment: Mapping[str, str]
    """Python has these variables from its start."""
    arguments: Sequence[str]
    """What behave is told besides."""
    revises: bool
    """There is a new head revision."""

    @property
    def own_process(self) -> bool:
        """Whether it cannot be put into a process that has begun."""
        return bool(self.environment or self.arguments)

    @property
    def files(self) -> list[str]:
        """The features, as arguments of `behave`."""
        return [f"features/{feature}.feature" for feature in self.features]

    @property
    def options(self) -> list[str]:
        """What `behave` is told besides."""
        return [*(["-D", "postgres=embedded"] if self.own_server else []), *self.arguments]


def control(  # noqa: PLR0913 (each says something else of it)
    name: str,
    /,
    *features: str,
    effect: Effect,
    instead_of: str = "",
    own_server: bool = False,
    environment: Mapping[str, str] = MappingProxyType({}),
    arguments: Sequence[str] = (),
    revises: bool = False,
) -> Callable[[Injection], Injection]:
    """Register an injection, with its effect and the features that run with it each time."""

    def registered(inject: Injection) -> Injection:
        _CONTROLS.append(
            Control(
                *(name, inject, effect, features, instead_of, own_server),
                *(environment, arguments, revises),
            )
        )
        return inject

    return registered


@cache
def every_control() -> Mapping[str, Control]:
    """Import all modules of this package but its tests; return their controls by name."""
    package = __package__ or ""
    for module in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
        if not module.name.rpartition(".")[2].startswith("test_"):
            import_module(module.name)
    return {each.name: each for each in _CONTROLS}


def rounds(controls: Sequence[Control]) -> list[list[Control]]:
    """Divide controls into as few rounds as can be, each of controls that go together.

    Those with an environment of their own need another process, and are among themselves.
    """
    found: list[list[Control]] = []
    for each in controls:
        fitting = (others for others in found if all(_go_together(each, o) for o in others))
        if (others := next(fitting, None)) is not None:
            others.append(each)
        else:
            found.append([each])
    return found


def _go_together(one: Control, other: Control) -> bool:
    apart = one.instead_of and one.instead_of == other.instead_of
    return not apart and one.own_process == other.own_process


def capabilities() -> list[str]:
    """Return the folders of features, which are all features together."""
    files = (ROOT / "features").rglob("*.feature")
    return sorted({file.parent.relative_to(ROOT).as_posix() for file in files})
