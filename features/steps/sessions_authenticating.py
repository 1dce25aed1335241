"""Presenting a token again and again, and what happens to its owner meanwhile."""

from datetime import timedelta

from behave import given
from behave.runner import Context
from sqlalchemy import update

from domain.identity.accounts import User
from features.support.arrange.known_accounts import IdentityState
from features.support.identity import logins
from features.support.world import World


@given("{person:Person} has used {whose:Whose} session every 20 minutes for {hours:Number} hours")
def used_regularly(context: Context, person: str, whose: str, hours: int) -> None:
    """Present the token every 20 minutes, as long as the session lasts."""
    world: World = context.world
    ends = logins.stored_session(world, person)["expires_at"]
    for _ in range(hours * 3):
        world.clock.advance(timedelta(minutes=20))
        if world.clock.now() < ends:
            _present(world, person)


@given("{person:Person}'s token has been presented")
def has_been_presented(context: Context, person: str) -> None:
    """Be let in once."""
    _present(context.world, person)


@given(
    "{person:Person} has begun to work with {whose:Whose} token on {other:Whose} {device:Device}"
)
def has_begun_to_work(context: Context, person: str, whose: str, other: str, device: str) -> None:
    """Be let in, in a unit of work that is still open."""
    world: World = context.world
    token = world.state(IdentityState).tokens[logins.place(person, device)]
    world.begin_work(device).do(lambda tx: tx.sessions.authenticate(token))
    world.actors[device].outcome()


@given("a script has deactivated {person:Person}'s account")
def script_has_deactivated(context: Context, person: str) -> None:
    """Change the account past the service; nothing is done about its sessions."""
    world: World = context.world
    with world.past_the_domain() as session:
        session.execute(
            update(User)
            .where(User.id == world.people[person].id)
            .values(deactivated_at=world.clock.now())
        )


def _present(world: World, person: str) -> None:
    with world.domain.identity() as tx:
        tx.sessions.authenticate(world.state(IdentityState).tokens[logins.place(person)])
