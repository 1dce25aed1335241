"""Every way in which a session ends, and looking at one's sessions."""

from behave import given, when
from behave.runner import Context

from features.support import logins
from features.support.world import World


@given("{person:Person} has logged out on {whose:Whose} {device:Device}")
@when("{person:Person} logs out on {whose:Whose} {device:Device}")
def logs_out(context: Context, person: str, whose: str, device: str) -> None:
    """End the session of this device from within."""
    world: World = context.world
    with world.attempt(), world.domain.identity() as tx:
        tx.sessions.log_out(world.tokens[logins.place(person, device)])
