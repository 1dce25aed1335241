"""A clock that stands still until it is moved: scenarios and tests use it instead of waiting."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import cycle
from typing import Final

ZONES: Final = tuple(
    timezone(timedelta(minutes=minutes)) for minutes in (120, -330, 0, 14 * 60, -12 * 60)
)
"""Whole hours and a half, today, tomorrow and yesterday."""


class ManualClock:
    """A `domain.Clock` that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs a time with a zone")
        self._now = now

    def now(self) -> datetime:
        """Return the instant that was set."""
        return self._now

    def wait(self, duration: timedelta) -> None:
        """Return at once, and leave the time as it is."""

    def advance(self, by: timedelta) -> None:
        """Move forward; time does not run backwards."""
        if by < timedelta(0):
            raise ValueError("a clock only moves forward")
        self._now += by


class TickingClock(ManualClock):
    """A clock that moves on with each reading, and shows another time zone each time."""

    def __init__(self, now: datetime, step: timedelta) -> None:
        super().__init__(now)
        self._step = step
        self._zones = cycle(ZONES)
        self.readings: list[datetime] = []
        """The instants that were read, in UTC."""

    def now(self) -> datetime:
        """Return the instant in the next zone, and move on."""
        found = super().now()
        self.readings.append(found.astimezone(UTC))
        self.advance(self._step)
        return found.astimezone(next(self._zones))
