"""The log of what the service sends to the database."""

from behave import given, then
from behave.runner import Context

from features.support.known import IdentityState
from features.support.observed import ObservedState
from features.support.world import World
from pgharness.observe import log_capture
from pgharness.observe.sql_log import WIDTH, SqlLog, readable
from pgharness.observe.statement_recorder import watched


@given("what is sent to the database is written down")
def statements_written_down(context: Context) -> None:
    """Write a log as `-D sql=on` does, and collect the statements in another way."""
    world: World = context.world
    state = world.state(ObservedState)
    log = SqlLog(state.log)
    world.enter(log.listening())
    state.statements = world.enter(watched(world.engine))
    log.begin(context.scenario.name)


@then("the scenario's name stands above what was written down")
def name_stands_above(context: Context) -> None:
    """The log has one heading, and it is the first line."""
    headings = [line for line in _lines(context.world) if line.startswith("---")]
    assert headings == [f"--- {context.scenario.name}"], headings
    assert _lines(context.world)[0] == headings[0]


@then("every statement was written down, in order, from BEGIN to COMMIT")
def every_statement(context: Context) -> None:
    """Each statement has its line, readable, under the connection's name."""
    state: ObservedState = context.world.state(ObservedState)
    sent = ["BEGIN", *map(readable, state.statements), "COMMIT"]
    expected = [f"{'domain':{WIDTH}} {statement}" for statement in sent]
    found = _lines(context.world)[1:]
    assert state.statements, "nothing was sent"
    assert found == expected, "\n".join(["it was sent:", *expected, "it was written:", *found])


@then('the last statement that was written down is {person:Person}\'s, "{beginning}"')
def last_is(context: Context, person: str, beginning: str) -> None:
    """What somebody waits for is the last thing in the log."""
    last = _lines(context.world)[-1]
    assert last.startswith(f"{person:{WIDTH}} {beginning}"), f"the last one is {last!r}"


@then('what was written down ends with "{last_but_one}" and "{last}"')
def ends_with(context: Context, last_but_one: str, last: str) -> None:
    """The last two lines of the log."""
    ends = [line[WIDTH + 1 :] for line in _lines(context.world)[-2:]]
    assert ends == [last_but_one, last], f"it ends with {ends}"


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


def _lines(world: World) -> list[str]:
    return world.state(ObservedState).log.getvalue().strip().splitlines()
