"""The time that the service goes by; no step ever waits."""

from datetime import datetime, timedelta

from behave import given, when
from behave.runner import Context

from features.support.manual_clock import ManualClock, TickingClock


@given("the clock shows {instant:Instant}")
def clock_shows(context: Context, instant: datetime) -> None:
    """Set the scenario's clock, zone included."""
    context.world.clock = ManualClock(instant)


@given("the clock shows the server's own time")
def clock_shows_server_time(context: Context) -> None:
    """Set the scenario's clock to what the database server says, in whole seconds."""
    row = context.world.reader.execute("SELECT date_trunc('second', now())").fetchone()
    context.world.clock = ManualClock(row[0])


@given("the clock is {time:Duration} behind")
def clock_behind(context: Context, time: timedelta) -> None:
    """The next operation has an earlier time than those before."""
    context.world.clock = ManualClock(context.world.clock.now() - time)


@given("the clock moves on by {step:Duration} with each reading")
def clock_ticks(context: Context, step: timedelta) -> None:
    """Each reading is later than the one before, and in another time zone."""
    context.world.clock = TickingClock(context.world.clock.now(), step)


@given("{time:Duration} {have:Have} passed")
@when("{time:Duration} {have:Have} passed")
def time_passed(context: Context, time: timedelta, have: str) -> None:
    """Move the scenario's clock on."""
    context.world.clock.advance(time)
