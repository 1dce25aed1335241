"""Every operation at a time that a clock may show, or may not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from domain import Settings
from domain.errors import InvalidValue
from domain.identity.failed_logins import CurrentPasswordRefused, LoginRefused
from domain.settings import (
    LONGEST_DURATION,
    SECOND,
    Lockout,
    PasswordRules,
    Retries,
    SessionRules,
    Timeouts,
    TokenRules,
)
from features.support.manual_clock import ManualClock
from features.support.operations import examples, undone_work
from features.support.operations.examples import Example, Scene
from features.support.world import World

DURATIONS: Final[dict[str, Callable[..., object]]] = {
    "timeouts": Timeouts,
    "retries": Retries,
    "passwords": PasswordRules,
    "lockout": Lockout,
    "sessions": SessionRules,
    "tokens": TokenRules,
}
"""The groups of settings that have durations, by their names."""


class _WatchedClock(ManualClock):
    """Stands still, and knows whether it was looked at."""

    def __init__(self, now: datetime) -> None:
        super().__init__(now)
        self.looked_at = False

    def now(self) -> datetime:
        self.looked_at = True
        return super().now()


@dataclass(frozen=True)
class Timed:
    """What came of an operation."""

    name: str
    told: Exception | None
    by_the_clock: bool
    """Whether it has asked what time it is."""
    wrong_password: bool

    @property
    def refused_for_the_clock(self) -> bool:
        """Whether it was told that the clock shows no time."""
        return isinstance(self.told, InvalidValue) and self.told.field == "clock"

    @property
    def as_ever(self) -> bool:
        """Whether it is as it would be at any other time."""
        if self.wrong_password:
            return isinstance(self.told, LoginRefused | CurrentPasswordRefused)
        return self.told is None

    def __str__(self) -> str:
        return f"{self.name}: {self.told!r}"


def with_longest_durations(usual: Settings) -> Settings:
    """Return the settings with durations that may not be longer; one failed login locks."""
    return replace(
        usual,
        passwords=replace(usual.passwords, temporary_lasts=LONGEST_DURATION),
        lockout=Lockout(failures=1, window=LONGEST_DURATION, lasts=LONGEST_DURATION),
        sessions=SessionRules(
            lifetime=LONGEST_DURATION,
            idle=LONGEST_DURATION,
            touch_every=LONGEST_DURATION - SECOND,
            kept_ended=LONGEST_DURATION,
        ),
        tokens=replace(usual.tokens, leeway=LONGEST_DURATION),
    )


def all_timed(world: World, scene: Scene) -> list[Timed]:
    """Do every operation at the scenario's time and give it up; at last, give wrong passwords."""
    return [*_timed(world, scene)]


def _timed(world: World, scene: Scene) -> Iterator[Timed]:
    for operation, example in examples.examples().items():
        yield _one(world, scene, operation, example)
    for does, example in examples.WRONG_PASSWORDS.items():
        timed = _one(world, scene, ("identity", "sessions.log_in"), example)
        yield replace(timed, name=f"who {does} with a wrong password", wrong_password=True)


def _one(world: World, scene: Scene, operation: tuple[str, str], example: Example) -> Timed:
    usual, watched = world.clock, _WatchedClock(world.clock.now())
    world.clock = watched

    def call(tx: Any) -> object:
        return example(scene, tx)

    try:
        work = undone_work.work(world, scene, operation, call)
    finally:
        world.clock = usual
    return Timed(operation[1], work.told, watched.looked_at, wrong_password=False)
