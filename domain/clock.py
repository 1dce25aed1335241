"""The clock is a parameter: the domain reads no other."""

from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Protocol


class Clock(Protocol):
    """A source of the current instant, and of waits."""

    def now(self) -> datetime:
        """Return the current instant; every instant has a zone."""
        ...

    def wait(self, duration: timedelta) -> None:
        """Return after this duration."""
        ...


class SystemClock:
    """The machine's own time, in UTC."""

    def now(self) -> datetime:
        """Return the current instant in UTC."""
        return datetime.now(UTC)

    def wait(self, duration: timedelta) -> None:
        """Block the calling thread for this duration."""
        Event().wait(duration.total_seconds())
