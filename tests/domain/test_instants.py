"""Times as parameters, and the service's clock, of any implementation."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain import Domain
from domain.errors import InvalidValue
from domain.instants import EARLIEST, LATEST, CheckedClock, instant
from features.support.manual_clock import ManualClock
from features.support.world import World

EAST = timezone(timedelta(hours=23, minutes=59))
WEST = timezone(-timedelta(hours=23, minutes=59))


@pytest.mark.parametrize("zone", [EAST, WEST, UTC])
@pytest.mark.parametrize("end", [EARLIEST, LATEST])
def test_both_ends_are_times_in_every_zone(end: datetime, zone: timezone) -> None:
    shown = end.astimezone(zone)
    assert instant("time", shown) == end
    assert instant("time", shown).tzinfo is UTC


@pytest.mark.parametrize(
    "beyond",
    [
        datetime.min.replace(tzinfo=EAST),
        datetime.max.replace(tzinfo=WEST),
        EARLIEST - timedelta(microseconds=1),
        LATEST + timedelta(seconds=1),
        datetime(2026, 3, 2),  # noqa: DTZ001 (it is to have no zone)
    ],
)
def test_what_is_beyond_is_refused_also_of_a_clock(beyond: datetime) -> None:
    with pytest.raises(InvalidValue, match=r"time (is not from 0001-01-02 to|has no zone)"):
        instant("time", beyond)
    clock = ManualClock(EARLIEST)
    clock._now = beyond
    with pytest.raises(InvalidValue, match="clock"):
        CheckedClock(clock).now()


def test_a_clock_without_a_zone_stores_nothing(world: World) -> None:
    clock = ManualClock(EARLIEST)
    clock._now = datetime(2026, 3, 2)  # noqa: DTZ001 (as a clock of one's own may)
    service = Domain(world.engine, world.settings, clock, world.hasher)
    with pytest.raises(InvalidValue, match="clock has no zone"), service.identity() as tx:
        tx.accounts.register("ada@example.org", "Ada", "violet teapots hum at dusk")
    assert world.stored("users") == []
