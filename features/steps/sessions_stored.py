"""What is stored of sessions and failed logins."""

from behave import then
from behave.runner import Context

from domain.identity.login_sessions import SessionEnd
from features.support import data
from features.support.arrange.known_accounts import IdentityState
from features.support.identity import logins
from features.support.world import World
from pgharness.data import data_tables


@then("{person:Person}'s session on {whose:Whose} {device:Device} is live")
def session_is_live(context: Context, person: str, whose: str, device: str) -> None:
    """The session has not been ended."""
    session = logins.stored_session(context.world, person, device)
    assert session["ended_at"] is None, f"it has ended: {session['ended_because']}"


@then(
    "{person:Person}'s session on {whose:Whose} {device:Device} has ended because {why:SessionEnd}"
)
def session_ended(context: Context, person: str, whose: str, device: str, why: SessionEnd) -> None:
    """The session was ended now, for this reason."""
    session = logins.stored_session(context.world, person, device)
    assert session["ended_because"] == why, f"it has ended because: {session['ended_because']}"
    assert session["ended_at"] == context.world.clock.now(), f"at {session['ended_at']}"


@then("all of {person:Person}'s sessions have ended because {why:SessionEnd}")
def all_have_ended(context: Context, person: str, why: SessionEnd) -> None:
    """There is at least one."""
    world: World = context.world
    rows = world.stored("login_sessions", user_id=world.people[person].id)
    found = [row["ended_because"] for row in rows]
    assert found, f"{person} has had no session"
    assert set(found) == {why}, f"they ended because: {found}"


@then("these sessions are stored")
def sessions_stored(context: Context) -> None:
    """Another connection than the service's reads exactly these sessions, oldest first."""
    world: World = context.world
    found = sorted(world.stored("login_sessions"), key=lambda row: row["created_at"])
    data_tables.expect(context.table, (_described(world, row) for row in found))


@then("these sessions are listed")
def sessions_listed(context: Context) -> None:
    """Exactly these sessions were returned, in this order."""
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


def _described(world: World, row: data.Row) -> dict[str, str]:
    (person,) = [name for name, user in world.people.items() if user.id == row["user_id"]]
    return {
        "person": person,
        "created": f"{row['created_at']:%H:%M}",
        "last seen": f"{row['last_seen_at']:%H:%M:%S}".removesuffix(":00"),
        "expires": f"{row['expires_at']:%H:%M}",
        "ip": str(row["ip"] or ""),
        "browser": row["user_agent"] or "",
        "state": row["ended_because"] or "live",
    }


@then("the session was opened from {ip:Value} with the browser {browser:Value}")
def opened_from(context: Context, ip: str | None, browser: str | None) -> None:
    """The only session that is stored has these values."""
    row = context.world.stored_one("login_sessions")
    found = (None if row["ip"] is None else str(row["ip"]), row["user_agent"])
    assert found == (ip, browser), f"it was opened from {found}"


@then("{person:Person}'s session was last seen at {time:Time}")
def last_seen_at(context: Context, person: str, time: str) -> None:
    """The session of the laptop was last seen at this time of the day."""
    seen = logins.stored_session(context.world, person)["last_seen_at"]
    assert f"{seen:%H:%M:%S}" == time, f"it was last seen at {seen}"


@then("{person:Person} has {number:Number} live {sessions:SessionNoun}")
def has_live_sessions(context: Context, person: str, number: int, sessions: str) -> None:
    """Sessions that have neither been ended nor expired nor become idle."""
    world: World = context.world
    now, idle = world.clock.now(), world.settings.sessions.idle
    rows = world.stored("login_sessions", user_id=world.people[person].id)
    found = sum(
        row["ended_at"] is None and row["expires_at"] > now and row["last_seen_at"] > now - idle
        for row in rows
    )
    assert found == number, f"there are {found}"


@then("{person:Person}'s account is locked")
def account_is_locked(context: Context, person: str) -> None:
    """The lock begins now, and lasts as long as the settings say."""
    world: World = context.world
    until = world.stored_one("users", id=world.people[person].id)["locked_until"]
    assert until == world.clock.now() + world.settings.lockout.lasts, f"it is locked until {until}"


@then("{number:Failures} against {person:Person}")
def failures_counted(context: Context, number: int, person: str) -> None:
    """The number of failures that a successful login would reset."""
    world: World = context.world
    stored = world.stored_one("users", id=world.people[person].id)["failed_logins_at"]
    assert len(stored) == number, f"{len(stored)} count"


@then("nothing has changed except that a failed login counts against {person:Person}")
def only_a_failure(context: Context, person: str) -> None:
    """One failure was added to the person's row, and no other row has changed."""
    world: World = context.world
    user = world.people[person]
    changed = data.differences(world.before, data.fingerprint(world.reader))
    assert changed == [f"users of {user.id}"], f"changed: {', '.join(changed)}"
    stored = world.stored_one("users", id=user.id)
    assert stored["failed_logins_at"][-1:] == [world.clock.now()], "no failure was recorded"
    known = {"failed_logins_at", "locked_until"}
    others = set(data.differing(user, stored))
    assert others <= known, f"changed was {', '.join(others - known)}"


@then("{number:Sessions} of {person:Person}'s {are:Are} left")
def sessions_left(context: Context, number: int, person: str, are: str) -> None:
    """All stored sessions of the person, live or not."""
    world: World = context.world
    found = len(world.stored("login_sessions", user_id=world.people[person].id))
    assert found == number, f"{found} are left"


@then("the sessions that are left ended {days:Numbers} days ago")
def left_ended(context: Context, days: list[int]) -> None:
    """Exactly these are left, the oldest first."""
    world: World = context.world
    ended = sorted(row["ended_at"] for row in world.stored("login_sessions"))
    found = [(world.clock.now() - time).days for time in ended]
    assert found == days, f"they ended {found} days ago"
