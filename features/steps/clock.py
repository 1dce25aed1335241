"""The time that the service goes by; no step ever waits."""

from datetime import datetime, timedelta

from behave import given
from behave.runner import Context

from domain import ManualClock


@given("the clock shows {instant:Instant}")
def clock_shows(context: Context, instant: datetime) -> None:
    """Set the scenario's clock, zone included."""
    context.world.clock = ManualClock(instant)


@given("an hour has passed")
def hour_passed(context: Context) -> None:
    """Move the scenario's clock on."""
    context.world.clock.advance(timedelta(hours=1))
