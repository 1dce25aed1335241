"""The work that logging in and being let in cost, counted."""

from collections.abc import Iterator
from contextlib import contextmanager

from behave import then, when
from behave.runner import Context

from domain.settings import Argon2Cost
from features.support import logins, statements
from features.support.alterations import ALTERATIONS
from features.support.world import World


@when("{person:Person}'s token is presented, and the work is counted")
def presented_and_counted(context: Context, person: str) -> None:
    """Present the token, and count statements and hashing."""
    with _counted(context.world):
        logins.present(context.world, context.world.tokens[logins.place(person)])


@when("{person:Person}'s token is presented with another key's signature, and the work is counted")
def presented_forged_and_counted(context: Context, person: str) -> None:
    """Present a token that somebody else has signed, and count statements and hashing."""
    token = context.world.tokens[logins.place(person)]
    with _counted(context.world):
        logins.present(context.world, ALTERATIONS["signed with another key"](token))


@when("somebody logs in at {email:Value} with {password:Value}, and the work is counted")
def somebody_logs_in_and_counted(context: Context, email: str, password: str) -> None:
    """Log in, and count statements and hashing."""
    world: World = context.world
    with _counted(world), world.attempt(), world.domain.identity() as tx:
        tx.sessions.log_in(email, password)


@when("{person:Person} logs in with the temporary password, and the work is counted")
def logs_in_with_temporary_and_counted(context: Context, person: str) -> None:
    """Log in with the temporary password, and count statements and hashing."""
    world: World = context.world
    with _counted(world):
        logins.log_in(world, person, world.temporary[person][-1])


@then("{number:Number} statement was sent beyond the one that takes the role")
@then("{number:Number} statements were sent beyond the one that takes the role")
def statements_sent(context: Context, number: int) -> None:
    """The unit of work sent so many statements; each is one round trip."""
    first, *others = context.world.statements
    assert first.startswith("SELECT set_config('role'"), f"the first was {first!r}"
    assert len(others) == number, f"{len(others)} were sent: {others}"


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


@then("what was verified had cost {cost:Cost}")
def verified_at_cost(context: Context, cost: Argon2Cost) -> None:
    """The one hash that was tried names this cost."""
    (stored,) = context.world.hasher.verified
    named = f"$m={cost.memory_kib},t={cost.passes},p={cost.lanes}$"
    assert named in stored, f"it was {stored.rsplit('$', 2)[0]}"


@contextmanager
def _counted(world: World) -> Iterator[None]:
    world.hasher.start_counting()
    with statements.watched(world.engine) as world.statements:
        yield
