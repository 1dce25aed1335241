"""What is stored of sessions and failed logins."""

from collections.abc import Collection

from behave import given, then
from behave.runner import Context

from domain.identity.login_sessions import SessionEnd
from features.support import data
from features.support.arrange.account_factories import LoginSessionFactory, old_jti
from features.support.arrange.factories import stored
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
    rows = world.stored("login_sessions")
    found = sorted(rows, key=lambda row: (row["created_at"], row["user_id"]))
    data_tables.expect(context.table, (_described(world, row) for row in found))


@then("these sessions are listed")
def sessions_listed(context: Context) -> None:
    """Exactly these sessions were returned, in this order."""
    world: World = context.world
    refusal = world.outcome.unclaimed()
    assert refusal is None, f"the listing was refused: {refusal!r}"
    names = {user.id: name for name, user in world.people.items()}
    found = [
        {
            "person": names[session.user_id],
            "created": f"{session.created_at:%H:%M}",
            "browser": session.user_agent or "",
            "state": session.ended_because or "live",
        }
        for session in world.state(IdentityState).sessions
    ]
    data_tables.expect(context.table, found)


@given("{number:Sessions} of {person:Person}'s opened now, in the reverse order of their ids")
def opened_in_reverse_order(context: Context, number: int, person: str) -> None:
    """The one with the largest id was stored first."""
    world: World = context.world
    for jti in sorted(map(old_jti, range(number)), reverse=True):
        stored(world, LoginSessionFactory, user=world.people[person], jti=jti)


@then("the {number:Sessions} of one time are listed in the order of their ids")
def listed_by_id(context: Context, number: int) -> None:
    """Exactly so many sessions were returned, all of one time."""
    world: World = context.world
    refusal = world.outcome.claim()
    assert refusal is None, f"the listing was refused: {refusal!r}"
    listed = world.state(IdentityState).sessions
    found = [session.jti for session in listed]
    assert len(found) == number, f"listed were {len(found)}"
    assert len({session.created_at for session in listed}) == 1, "they are of several times"
    assert found == _in_order(world, found), f"listed were {found}"


@then("of {person:Person}'s sessions only the one with the largest id has ended")
def largest_id_has_ended(context: Context, person: str) -> None:
    """All others are live."""
    world: World = context.world
    rows = world.stored("login_sessions", user_id=world.people[person].id)
    ended = [row["jti"] for row in rows if row["ended_at"] is not None]
    # The newest one has an id that no step knows.
    known = [row["jti"] for row in rows if row["user_agent"] is not None]
    assert ended == _in_order(world, known)[-1:], f"ended have {ended}"


def _in_order(world: World, ids: Collection[str]) -> list[str]:
    """Return ids in the order of the database's own collation, by which the service sorts."""
    found = world.reader.execute("SELECT jti FROM login_sessions ORDER BY jti")
    return [jti for (jti,) in found if jti in ids]


@then("the only session that is left is one that {fate:Fate}")
def only_one_left(context: Context, fate: str) -> None:
    """One row of all people's is stored, and it was over in this way."""
    world: World = context.world
    row = world.stored_one("login_sessions")
    idle = row["last_seen_at"] + world.settings.sessions.idle
    over = "expired" if row["expires_at"] <= idle else "became idle"
    found = over if row["ended_at"] is None else "was ended"
    assert found == fate, f"it {found}"


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


@then("the login was answered with what is stored of the session")
def answered_as_stored(context: Context) -> None:
    """Whose it is, until when it lasts, and whether a password must be set first."""
    world: World = context.world
    login = world.state(IdentityState).login
    assert login is not None, "there was no login"
    row = world.stored_one("login_sessions", jti=logins.jti(login.token))
    found = (login.user_id, login.expires_at, login.must_set_password)
    stored = (row["user_id"], row["expires_at"], row["must_set_password"])
    assert found == stored, f"answered was {found}, stored is {stored}"


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
