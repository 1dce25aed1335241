"""What is stored about sessions and failed logins, read past the service."""

from behave import then
from behave.runner import Context

from domain.login_sessions import SessionEnd
from features.support import data, logins
from features.support.world import World


@then("{person:Person}'s session on {whose:Whose} {device:Device} goes on")
def session_goes_on(context: Context, person: str, whose: str, device: str) -> None:
    """The session is there, and nothing has ended it."""
    session = logins.stored_session(context.world, person, device)
    assert session["ended_at"] is None, f"it has ended: {session['ended_because']}"


@then(
    "{person:Person}'s session on {whose:Whose} {device:Device} has ended because {why:SessionEnd}"
)
def session_ended(context: Context, person: str, whose: str, device: str, why: SessionEnd) -> None:
    """The session is there, and was ended now, for this reason."""
    session = logins.stored_session(context.world, person, device)
    assert session["ended_because"] == why, f"it has ended because: {session['ended_because']}"
    assert session["ended_at"] == context.world.clock.now(), f"at {session['ended_at']}"


@then("no failed login counts against {person:Person}")
def no_failures(context: Context, person: str) -> None:
    """There is nothing to forgive."""
    found = logins.failures(context.world, person)
    assert found == 0, f"{found} count"


@then("{number:Number} failed logins count against {person:Person}")
def failures_counted(context: Context, number: int, person: str) -> None:
    """So many failures still count."""
    found = logins.failures(context.world, person)
    assert found == number, f"{found} count"


@then("nothing has changed but a failed login that counts against {person:Person}")
def only_a_failure(context: Context, person: str) -> None:
    """One failure was written down in the person's row, and nothing else anywhere."""
    world: World = context.world
    user = world.people[person]
    changed = data.differences(world.before, data.fingerprint(world.reader))
    assert changed == [f"users of {user.id}"], f"changed: {', '.join(changed)}"
    stored = world.stored_one("users", id=user.id)
    assert stored["failed_logins_at"][-1:] == [world.clock.now()], "no failure was written down"
    known = {"failed_logins_at", "locked_until"}
    others = {column for column in stored if stored[column] != getattr(user, column)}
    assert others <= known, f"changed was {', '.join(others - known)}"
