"""Every way in which a session ends, and looking at one's sessions."""

from behave import given, then, when
from behave.runner import Context

from features.support.arrange.known_accounts import IdentityState
from features.support.identity import logins, token_builder
from features.support.world import World
from pgharness.data import data_tables


@given("{person:Person} has logged out on {whose:Whose} {device:Device}")
@when("{person:Person} logs out on {whose:Whose} {device:Device}")
def logs_out(context: Context, person: str, whose: str, device: str) -> None:
    """End the session of this device from within."""
    world: World = context.world
    world.acting = person
    with world.attempt(), world.domain.identity() as tx:
        tx.sessions.log_out(world.state(IdentityState).tokens[logins.place(person, device)])


@when("{person:Person} lists the sessions on {whose:Whose} {device:Device}")
def lists_sessions(context: Context, person: str, whose: str, device: str) -> None:
    """Ask for one's live sessions."""
    world: World = context.world
    state = world.state(IdentityState)
    with world.attempt(), world.domain.identity() as tx:
        state.sessions = tx.sessions.list(state.tokens[logins.place(person, device)])


@then("these sessions are listed")
def sessions_listed(context: Context) -> None:
    """Exactly these sessions were listed, in this order."""
    world: World = context.world
    refusal = world.outcome.claim()
    assert refusal is None, f"the listing was refused: {refusal!r}"
    names = {user.id: name for name, user in world.people.items()}
    found = [
        {
            "person": names[session.user_id],
            "created": f"{session.created_at:%H:%M}",
            "browser": session.user_agent or "",
        }
        for session in world.state(IdentityState).sessions
    ]
    data_tables.expect(context.table, found)


@when("{person:Person} ends the session on {whose:Whose} {device:Device}")
def ends_own_session(context: Context, person: str, whose: str, device: str) -> None:
    """End one of one's own sessions from the laptop."""
    _end(context.world, person, logins.place(person, device))


@when("{person:Person} ends the session on {owner:Person}'s {device:Device}")
def ends_session_of_another(context: Context, person: str, owner: str, device: str) -> None:
    """Try to end somebody else's session, whose id has become known."""
    _end(context.world, person, logins.place(owner, device))


@when("{person:Person} ends all other sessions from {whose:Whose} {device:Device}")
def ends_others(context: Context, person: str, whose: str, device: str) -> None:
    """End all of one's sessions but this one."""
    world: World = context.world
    world.acting = person
    with world.attempt(), world.domain.identity() as tx:
        tx.sessions.end_others(world.state(IdentityState).tokens[logins.place(person, device)])


@when("an administrator ends all of {person:Person}'s sessions")
def administrator_ends_all(context: Context, person: str) -> None:
    """End all of somebody's sessions, without a token of theirs."""
    world: World = context.world
    world.acting = person
    with world.attempt(), world.domain.identity() as tx:
        tx.sessions.end_all(world.people[person].id)


def _end(world: World, person: str, place: str) -> None:
    state = world.state(IdentityState)
    _, claims = token_builder.read(state.tokens[place])
    with world.attempt(), world.domain.identity() as tx:
        tx.sessions.end(state.tokens[logins.place(person)], claims["jti"])
