"""Time is handed in: the domain never looks at the wall clock by itself."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the current instant, with its zone."""

    def now(self) -> datetime:
        """Return the current instant; every instant has a zone."""
        ...


class SystemClock:
    """The machine's own time, in UTC."""

    def now(self) -> datetime:
        """Return the current instant in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """Stands still until it is moved: what scenarios and tests use instead of waiting."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs a time with a zone")
        self._now = now

    def now(self) -> datetime:
        """Return the instant at which the clock stands."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move forward; time does not run backwards."""
        if by < timedelta(0):
            raise ValueError("a clock only moves forward")
        self._now += by
