"""The log of what the service sends to the database."""

from behave import given, then
from behave.runner import Context

from features.support.arrange.known_accounts import IdentityState
from features.support.identity.recorded import ObservedState
from features.support.world import World
from pgharness.observe import log_capture
from pgharness.observe.sql_log import SqlLog


@given("what is sent to the database is written down")
def statements_written_down(context: Context) -> None:
    """Write a log as `-D sql=on` does."""
    world: World = context.world
    log = SqlLog(world.state(ObservedState).log)
    world.enter(log.listening())
    log.begin(context.scenario.name)


@then("no password, token, hash or key is in what was written down")
def no_secret_written(context: Context) -> None:
    """Look for every secret of the scenario, in every spelling."""
    world: World = context.world
    state = world.state(ObservedState)
    assert "INSERT INTO login_sessions" in state.log.getvalue(), "too little was written down"
    log_capture.expect_none(
        world.state(IdentityState).every_secret(),
        state.log.getvalue(),
        "written down",
    )
