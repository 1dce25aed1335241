"""Every operation at a time that the service's clock may show, or may not."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain import Settings
from domain.errors import InvalidValue
from domain.identity.failed_logins import CurrentPasswordRefused, LoginRefused
from domain.settings import (
    LONGEST_DURATION,
    SECOND,
    Lockout,
    SessionRules,
)
from features.support.manual_clock import ManualClock
from features.support.operations import examples, rolled_back_work
from features.support.operations.examples import Example, Scene
from features.support.world import World


class _WatchedClock(ManualClock):
    """Stands still, and knows whether it was read."""

    def __init__(self, now: datetime) -> None:
        super().__init__(now)
        self.read = False

    def now(self) -> datetime:
        self.read = True
        return super().now()


@dataclass(frozen=True)
class TimedResult:
    """The result of one operation at the scenario's time."""

    name: str
    error: Exception | None
    reads_clock: bool
    wrong_password: bool

    @property
    def refused_because_of_clock(self) -> bool:
        """Whether the service has refused the time that its clock shows."""
        return isinstance(self.error, InvalidValue) and self.error.field == "clock"

    @property
    def usual(self) -> bool:
        """Whether it is the result that the operation has at any other time."""
        if self.wrong_password:
            return isinstance(self.error, LoginRefused | CurrentPasswordRefused)
        return self.error is None

    def __str__(self) -> str:
        return f"{self.name}: {self.error!r}"


def with_longest_durations(usual: Settings) -> Settings:
    """Return the settings with the longest durations allowed; one failed login locks."""
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


def run_all(world: World, scene: Scene) -> list[TimedResult]:
    """Run every operation and roll it back; then those that take a wrong password."""
    return [*_results(world, scene)]


def _results(world: World, scene: Scene) -> Iterator[TimedResult]:
    for operation, example in examples.examples().items():
        yield _result(world, scene, operation, example)
    for name, example in examples.WRONG_PASSWORDS.items():
        result = _result(world, scene, ("identity", "sessions.log_in"), example)
        yield replace(result, name=name, wrong_password=True)


def _result(
    world: World, scene: Scene, operation: tuple[str, str], example: Example
) -> TimedResult:
    usual, watched = world.clock, _WatchedClock(world.clock.now())
    world.clock = watched

    def call(tx: Any) -> object:
        return example(scene, tx)

    try:
        found = rolled_back_work.run(world, scene, operation, call)
    finally:
        world.clock = usual
    return TimedResult(operation[1], found.error, watched.read, wrong_password=False)
