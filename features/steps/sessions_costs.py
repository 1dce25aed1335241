"""The work that logging in and being let in cost, counted."""

from behave import then, when
from behave.runner import Context

from domain.settings import Argon2Cost
from features.support.arrange.known_accounts import IdentityState
from features.support.identity import cost_counters, logins
from features.support.identity.logins_in_transactions import WITHIN
from features.support.identity.recorded import ObservedState
from features.support.identity.token_tampering import ALTERATIONS
from features.support.world import World


@when("{person:Person}'s token is presented, and the work is counted")
def presented_and_counted(context: Context, person: str) -> None:
    """Present the token, and count statements and hashing."""
    with cost_counters.counted(context.world):
        logins.present(
            context.world, context.world.state(IdentityState).tokens[logins.place(person)]
        )


@when("{person:Person}'s token is presented with another key's signature, and the work is counted")
def presented_forged_and_counted(context: Context, person: str) -> None:
    """Present a token that somebody else has signed, and count statements and hashing."""
    token = context.world.state(IdentityState).tokens[logins.place(person)]
    with cost_counters.counted(context.world):
        logins.present(context.world, ALTERATIONS["signed with another key"](token))


@when("somebody logs in at {email:Value} with {password:Value}, and the work is counted")
def somebody_logs_in_and_counted(context: Context, email: str, password: str) -> None:
    """Log in, and count statements and hashing."""
    world: World = context.world
    with cost_counters.counted(world), world.attempt(), world.domain.identity() as tx:
        tx.sessions.log_in(email, password)


@when("{person:Person} logs in in a unit of work that {does:UnitOfWork}, and the work is counted")
def logs_in_within_and_counted(context: Context, person: str, does: str) -> None:
    """Log in where more than that is done, or in another way, and count the hashing."""
    world: World = context.world
    with cost_counters.counted(world), world.attempt():
        WITHIN[does](world, person)


@when("{person:Person} logs in with the temporary password, and the work is counted")
def logs_in_with_temporary_and_counted(context: Context, person: str) -> None:
    """Log in with the temporary password, and count statements and hashing."""
    world: World = context.world
    with cost_counters.counted(world):
        logins.log_in(world, person, world.state(IdentityState).temporary[person][-1])


@then("{number:Number} statement was sent beyond the one that takes the role")
@then("{number:Number} statements were sent beyond the one that takes the role")
def statements_sent(context: Context, number: int) -> None:
    """The unit of work sent so many statements; each is one round trip."""
    state: ObservedState = context.world.state(ObservedState)
    assert state.statements, "none was sent at all"
    first, *others = state.statements
    assert first.startswith("SELECT set_config('role'"), f"the first was {first!r}"
    assert len(others) == number, f"{len(others)} were sent: {others}"


@then("no statement was sent")
def no_statement_sent(context: Context) -> None:
    """No connection was taken, so none was kept from others."""
    sent = context.world.state(ObservedState).statements
    assert not sent, f"{len(sent)} were sent: {sent}"


@then("nothing was hashed or verified")
def nothing_hashed(context: Context) -> None:
    """Argon2 did not run."""
    hasher = context.world.hasher
    found = (len(hasher.verified), hasher.hashes)
    assert found == (0, 0), f"{found[0]} were verified, {found[1]} hashed"


@then("one password was verified and none was hashed")
def one_verified(context: Context) -> None:
    """Argon2 ran once."""
    hasher = context.world.hasher
    found = (len(hasher.verified), hasher.hashes)
    assert found == (1, 0), f"{found[0]} were verified, {found[1]} hashed"


@then("one password was hashed before any statement was sent")
def hashed_first(context: Context) -> None:
    """Argon2 ran once while no connection was taken."""
    after = context.world.hasher.hashed_after
    assert after == [0], f"so many statements had been sent before each was hashed: {after}"


@then("no connection was in use while Argon2 ran, which was {number:Number} times")
def none_lent(context: Context, number: int) -> None:
    """Each run of Argon2 found all connections of the pool where others may have them."""
    lent = context.world.hasher.lent
    assert lent == [0] * number, f"so many were in use at each run: {lent}"


@then("{number:Number} connection was in use while Argon2 ran, which was once")
def one_lent(context: Context, number: int) -> None:
    """The unit of work went on with the connection that it had."""
    lent = context.world.hasher.lent
    assert lent == [number], f"so many were in use at each run: {lent}"


@then("what was verified had cost {cost:Cost}")
def verified_at_cost(context: Context, cost: Argon2Cost) -> None:
    """The one hash that was tried names this cost."""
    _verified(context.world, cost)


@then("what was verified had cost {one:Cost} and {other:Cost}, and nothing was hashed")
def verified_at_costs(context: Context, one: Argon2Cost, other: Argon2Cost) -> None:
    """Argon2 ran once at each of these costs, and not at all beside that."""
    _verified(context.world, one, other)
    assert not context.world.hasher.hashes, f"{context.world.hasher.hashes} were hashed"


@then("what was verified had cost {one:Cost}, {other:Cost} and {third:Cost}")
def verified_at_three_costs(
    context: Context, one: Argon2Cost, other: Argon2Cost, third: Argon2Cost
) -> None:
    """Argon2 ran once at each of these costs to verify a password."""
    _verified(context.world, one, other, third)


def _verified(world: World, *costs: Argon2Cost) -> None:
    expected = [f"m={cost.memory_kib},t={cost.passes},p={cost.lanes}" for cost in costs]
    found = [stored.split("$")[3] for stored in world.hasher.verified]
    assert sorted(found) == sorted(expected), f"verified was at {found}"
