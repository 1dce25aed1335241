"""What is stored about sessions and failed logins, read past the service."""

from datetime import timedelta

from behave import then
from behave.runner import Context

from domain.identity.login_sessions import SessionEnd
from features.support import data
from features.support.arrange.known_accounts import IdentityState
from features.support.defaults import NOON
from features.support.identity import logins, token_builder
from features.support.world import World
from pgharness.data import data_tables
from pgharness.servers import provision


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


@then("a new connection finds these sessions")
def new_connection_finds(context: Context) -> None:
    """A connection that did not exist before sees exactly these sessions, oldest first."""
    world: World = context.world
    with provision.connect(world.url) as connection:
        found = data.rows(connection, "login_sessions")
    found.sort(key=lambda row: row["created_at"])
    data_tables.expect(context.table, (_described(world, row) for row in found))


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


@then("{person:Person} has a session")
def has_session(context: Context, person: str) -> None:
    """The last login went through, and its session is the person's."""
    refusal = context.world.outcome.claim()
    assert refusal is None, f"the login was refused: {refusal!r}"
    context.world.stored_one("login_sessions", user_id=context.world.people[person].id)


@then("{person:Person}'s session was last seen at {time:Time}")
def last_seen_at(context: Context, person: str, time: str) -> None:
    """The session of the laptop was last seen at this time of the day."""
    seen = logins.stored_session(context.world, person)["last_seen_at"]
    assert f"{seen:%H:%M:%S}" == time, f"it was last seen at {seen}"


@then("{person:Person} has {number:Number} live session")
@then("{person:Person} has {number:Number} live sessions")
def has_live_sessions(context: Context, person: str, number: int) -> None:
    """So many of the person's sessions have neither ended nor been left to themselves."""
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
    """The account rests from now on, for as long as the settings say."""
    world: World = context.world
    until = world.stored_one("users", id=world.people[person].id)["locked_until"]
    assert until == world.clock.now() + world.settings.lockout.lasts, f"it is locked until {until}"


@then("no two tokens are the same")
def tokens_differ(context: Context) -> None:
    """Every token that was given out is another one."""
    tokens = list(context.world.state(IdentityState).tokens.values())
    assert len(set(tokens)) == len(tokens) > 1, f"{len(tokens)} tokens, {len(set(tokens))} differ"


@then("each token has an id of {bits:Number} bits, each of which varies from token to token")
def ids_vary(context: Context, bits: int) -> None:
    """No bit of the ids is always the same: a hundred coins never all fall on one side."""
    ids = [
        token_builder.decoded(token_builder.read(token)[1]["jti"])
        for token in context.world.state(IdentityState).tokens.values()
    ]
    assert {len(one) * 8 for one in ids} == {bits}, "an id has another length"
    numbers = [int.from_bytes(one) for one in ids]
    ever, always = 0, -1
    for number in numbers:
        ever, always = ever | number, always & number
    assert ever == (1 << bits) - 1, "a bit is never set"
    assert always == 0, "a bit is always set"


@then("the header of {person:Person}'s token is")
def header_is(context: Context, person: str) -> None:
    """Exactly these members are in the header."""
    header, _ = token_builder.read(context.world.state(IdentityState).tokens[logins.place(person)])
    expected = {row["member"]: row["value"] for row in context.table}
    assert header == expected, f"it is {header}"


@then("the claims of {person:Person}'s token are")
def claims_are(context: Context, person: str) -> None:
    """Exactly these claims are made."""
    world: World = context.world
    _, claims = token_builder.read(world.state(IdentityState).tokens[logins.place(person)])
    session = world.stored_one("login_sessions")
    midnight = NOON.replace(hour=0)
    times = {
        "12:00": int(NOON.timestamp()),
        "00:00": int((midnight + timedelta(days=1)).timestamp()),
    }
    meant = {
        f"{person}'s id": str(world.people[person].id),
        "the session's id": session["jti"],
        **times,
    }
    expected = {row["claim"]: meant.get(row["value"], row["value"]) for row in context.table}
    assert claims == expected, f"they are {claims}"


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
