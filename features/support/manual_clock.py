"""A clock that stands still until it is moved: scenarios and tests use it instead of waiting."""

from datetime import datetime, timedelta


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
