"""Time is handed in: the domain never looks at the wall clock by itself."""

from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Protocol


class Clock(Protocol):
    """Tells the current instant, with its zone, and lets time pass."""

    def now(self) -> datetime:
        """Return the current instant; every instant has a zone."""
        ...

    def wait(self, duration: timedelta) -> None:
        """Return when so much time has passed."""
        ...


class SystemClock:
    """The machine's own time, in UTC."""

    def now(self) -> datetime:
        """Return the current instant in UTC."""
        return datetime.now(UTC)

    def wait(self, duration: timedelta) -> None:
        """Hold up the calling thread, and no other."""
        Event().wait(duration.total_seconds())


class ManualClock:
    """Stands still until it is moved: what scenarios and tests use instead of waiting."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs a time with a zone")
        self._now = now

    def now(self) -> datetime:
        """Return the instant at which the clock stands."""
        return self._now

    def wait(self, duration: timedelta) -> None:
        """Return at once: nobody waits by a clock that stands still."""

    def advance(self, by: timedelta) -> None:
        """Move forward; time does not run backwards."""
        if by < timedelta(0):
            raise ValueError("a clock only moves forward")
        self._now += by
