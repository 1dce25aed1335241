"""Points in time that can be stored, read and shown in every time zone."""

from datetime import UTC, datetime, timedelta
from typing import Final

from domain.clock import Clock
from domain.errors import InvalidValue
from domain.settings import LONGEST_DURATION

EARLIEST: Final = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
LATEST: Final = datetime.max.replace(microsecond=0, tzinfo=UTC) - timedelta(days=1)
"""A day inside what Python can hold (years 1 to 9999): no zone is further from UTC than that.

PostgreSQL holds the years 4713 BC to 294276; the driver cannot read one that Python cannot hold.
"""

EARLIEST_NOW: Final = EARLIEST + LONGEST_DURATION
LATEST_NOW: Final = LATEST - LONGEST_DURATION
"""The range of the service's clock: an instant at any duration from it is valid, too."""


def instant(
    field: str, value: datetime, earliest: datetime = EARLIEST, latest: datetime = LATEST
) -> datetime:
    """Return a point in time in UTC. Raises `InvalidValue`, also for a time without a zone."""
    if not isinstance(value, datetime):
        raise InvalidValue(field, "is not a time")
    if value.utcoffset() is None:
        raise InvalidValue(field, "has no zone")
    try:
        found = value.astimezone(UTC)
    except OverflowError:  # of a year below 1 or above 9999
        found = datetime.max.replace(tzinfo=UTC)
    if not earliest <= found <= latest:
        raise InvalidValue(field, f"is not from {earliest.date()} to {latest.date()}")
    return found


class CheckedClock:
    """A clock whose instants, and those at any duration of the settings from them, are times.

    They can be stored and shown; `now` raises `InvalidValue` instead of any other.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        """Return the current instant in UTC."""
        return instant("clock", self._clock.now(), EARLIEST_NOW, LATEST_NOW)

    def wait(self, duration: timedelta) -> None:
        """Return after this duration by the clock."""
        self._clock.wait(duration)
