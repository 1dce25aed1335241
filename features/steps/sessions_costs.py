"""The work that an operation takes, counted: statements, connections, hashing."""

from behave import given, then
from behave.runner import Context

from features.support.identity import cost_counters
from features.support.identity.recorded import ObservedState


@given("statements and hashing are counted")
def counted(context: Context) -> None:
    """Count from now on, until the scenario ends."""
    context.world.enter(cost_counters.counted(context.world))


@then("{number:Statements} sent besides the one that sets the role")
def statements_sent(context: Context, number: int) -> None:
    """Each statement is one round trip; the first one sets the role."""
    state: ObservedState = context.world.state(ObservedState)
    assert state.statements, "none was sent at all"
    first, *others = state.statements
    assert "set_config('role'" in first, f"the first was {first!r}"
    assert len(others) == number, f"{len(others)} were sent: {others}"


@then("no statement was sent")
def no_statement_sent(context: Context) -> None:
    """So no connection was taken either."""
    sent = context.world.state(ObservedState).statements
    assert not sent, f"{len(sent)} were sent: {sent}"


@then("{verified:Passwords} {were:Were} verified and {hashed:Number} hashed")
def verified_and_hashed(context: Context, verified: int, were: str, hashed: int) -> None:
    """The runs of Argon2."""
    hasher = context.world.hasher
    found = (len(hasher.verified), hasher.hashes)
    assert found == (verified, hashed), f"{found[0]} were verified, {found[1]} hashed"


@then("passwords were verified at the costs {costs:Costs}")
@then("a password was verified at the cost {costs:Costs}")
def verified_at_costs(context: Context, costs: list[str]) -> None:
    """Argon2 ran once at each of these costs to verify a password."""
    found = [stored.split("$")[3] for stored in context.world.hasher.verified]
    assert sorted(found) == sorted(costs), f"verified was at {found}"


@then("one password was hashed, before any statement was sent")
def hashed_first(context: Context) -> None:
    """Argon2 ran once to hash, while no connection was taken."""
    after = context.world.hasher.hashed_after
    assert after == [0], f"the statements sent before each was hashed: {after}"


@then("{lent:Connections} {were:Were} in use during {runs:Runs} of Argon2")
def connections_in_use(context: Context, lent: int, were: str, runs: int) -> None:
    """The number of connections taken from the pool during each run, and the number of runs."""
    found = context.world.hasher.lent
    assert found == [lent] * runs, f"the connections in use at each run: {found}"
