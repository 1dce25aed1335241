"""Sessions: logging in, failed logins, ending sessions, deleting old ones."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from behave import given, then, when
from behave.runner import Context
from psycopg import sql
from sqlalchemy import update

from domain import Domain
from domain.identity.accounts import User
from domain.identity.failed_logins import LoginProblem, LoginRefused
from domain.identity.sessions import Login
from domain.transactions import IdentityWork
from features.support.arrange import factories
from features.support.arrange.known_accounts import IdentityState
from features.support.execution import Execution
from features.support.identity import logins
from features.support.identity.account_operations import (
    ADMINISTRATOR,
    Administration,
    SessionOperation,
)
from features.support.identity.credentials import WRONG, Password
from features.support.identity.logins import Client
from features.support.identity.surrounding_transactions import SURROUNDINGS
from features.support.world import World
from pgharness.interleaving.actors import Actor

LOGIN = "login "
"""How the names of concurrent logins begin."""

MOST_BATCHES = 100

# --- logging in -----------------------------------------------------------------------------


@given("{person:Person} is logged in{device:OnDevice}")
def is_logged_in(context: Context, person: str, device: str) -> None:
    """Log in with the person's own password; the account is created if there is none."""
    if person not in context.world.people:
        factories.account(context.world, person)
    logins.logged_in(context.world, person, device)


@given("{person:Person} logs in{device:OnDevice}{how:Execution}")
@when("{person:Person} logs in{device:OnDevice}{how:Execution}")
def logs_in(context: Context, person: str, device: str, how: Execution) -> None:
    """Log in with the person's own password."""
    own = context.world.state(IdentityState).passwords[person]
    logins.log_in(context.world, Client(person, device), own, how)


@given("{person:Person} logs in with {password:Password}{device:OnDevice}{how:Execution}")
@when("{person:Person} logs in with {password:Password}{device:OnDevice}{how:Execution}")
def logs_in_with(
    context: Context, person: str, password: Password, device: str, how: Execution
) -> None:
    """Log in at the person's own address with any password."""
    world: World = context.world
    logins.log_in(world, Client(person, device), password(world, person), how)


@given("{person:Person} logs in from {ip:Value} with the browser {browser:Value}")
@when("{person:Person} logs in from {ip:Value} with the browser {browser:Value}")
def logs_in_from(context: Context, person: str, ip: str | None, browser: str | None) -> None:
    """Log in with the person's own password; address and browser may be unknown."""
    own = context.world.state(IdentityState).passwords[person]
    logins.log_in(context.world, Client(person), own, ip=ip, user_agent=browser)


@when("a client logs in as {email:Value} with {password:Value}")
def client_logs_in(context: Context, email: str, password: str) -> None:
    """Log in at an address that may be no account's."""
    world: World = context.world
    login = world.perform("", Domain.identity, lambda tx: tx.sessions.log_in(email, password))
    if login is not None:
        world.state(IdentityState).latest = login.token


@given("{person:Person} logs in with {password:Password} in a transaction that {does:Surrounding}")
@when("{person:Person} logs in with {password:Password} in a transaction that {does:Surrounding}")
def logs_in_within(context: Context, person: str, password: Password, does: str) -> None:
    """Log in as one operation of a transaction, which commits unless it is refused."""
    world: World = context.world
    email, secret = world.people[person].email, password(world, person)

    def log_in(tx: IdentityWork) -> None:
        world.state(IdentityState).latest = tx.sessions.log_in(email, secret).token

    with world.attempt():
        SURROUNDINGS[does](world, person, log_in)


@then("{person:Person} is let in")
def is_let_in(context: Context, person: str) -> None:
    """The last login was not refused, and opened a live session of this person's."""
    world: World = context.world
    refusal = world.outcome.claim()
    assert refusal is None, f"{person} was refused: {refusal!r}"
    latest = logins.jti(world.state(IdentityState).latest)
    session = world.stored_one("login_sessions", jti=latest)
    assert session["user_id"] == world.people[person].id, "it is another person's session"
    assert session["ended_at"] is None, f"it has ended: {session['ended_because']}"


# --- many logins, and failed ones -----------------------------------------------------------


@when("{person:Person} logs in {number:Number} times with {password:Password}{how:Execution}")
def logs_in_times(
    context: Context, person: str, number: int, password: Password, how: Execution
) -> None:
    """Each time on another device, and, if concurrently, in a connection of its own."""
    world: World = context.world
    secret = password(world, person)
    for position in range(1, number + 1):
        client = Client(person, f"{LOGIN}{position}")
        if how is Execution.CONCURRENT:
            _start_login(world, world.actor(client.device), person, secret)
        else:
            logins.log_in(world, client, secret, how)


@then("each login has to wait")
def each_has_to_wait(context: Context) -> None:
    """Each waits for the transaction that is open, or for another login."""
    for actor in _logins(context.world):
        actor.wait_until_blocked(None, context.world.reader)


@then("each login succeeds")
def each_succeeds(context: Context) -> None:
    """Each login opened a session."""
    for actor in _logins(context.world):
        answer = actor.answer()
        assert isinstance(answer, Login), f"{actor.name} ended with {answer!r}"


@then("each login is refused")
def each_is_refused(context: Context) -> None:
    """Each was refused as a login is; some because the account had been locked by others."""
    for actor in _logins(context.world):
        answer = actor.answer()
        assert isinstance(answer, LoginRefused), f"{actor.name} ended with {answer!r}"


@given("the {device:Device} is about to record a failed login to {person:Person}'s account")
def about_to_record(context: Context, device: str, person: str) -> None:
    """Stop a login with a wrong password before its failure is written."""
    participant = context.world.actor(device)
    participant.stop_before("UPDATE users")
    _start_login(context.world, participant, person, WRONG)
    participant.wait_until_stopped()


@given("{number:Logins} to {person:Person}'s account failed")
def logins_failed(context: Context, number: int, person: str) -> None:
    """Logins with a wrong password, refused because of it, or because the account is locked."""
    world: World = context.world
    user = world.people[person]
    for _ in range(number):
        until = world.stored_one("users", id=user.id)["locked_until"]
        locked = until is not None and until > world.clock.now()
        found = logins.fail_to_log_in(world, user.email, WRONG)
        expected = LoginProblem.LOCKED if locked else LoginProblem.WRONG_PASSWORD
        assert found is expected, f"the reason is {found}"


def _logins(world: World) -> list[Actor[Domain]]:
    return [actor for name, actor in world.actors.items() if name.startswith(LOGIN)]


def _start_login(world: World, participant: Actor[Domain], person: str, password: str) -> None:
    email = world.people[person].email

    def log_in(domain: Domain) -> Login:
        with domain.identity() as tx:
            return tx.sessions.log_in(email, password)

    participant.run(log_in)


# --- ending sessions ------------------------------------------------------------------------


@given("an administrator {operation:Administration}{how:Execution}")
@when("an administrator {operation:Administration}{how:Execution}")
def administers(context: Context, operation: Administration, how: Execution) -> None:
    """Administrators need no token of the account holder's."""
    world: World = context.world
    world.acting = operation.person
    run = partial(operation.run, world, operation.person)
    world.perform(ADMINISTRATOR, Domain.identity, run, how)


@given("{person:Person} {operation:SessionOperation}{device:OnDevice}{how:Execution}")
@when("{person:Person} {operation:SessionOperation}{device:OnDevice}{how:Execution}")
def uses_session(
    context: Context, person: str, operation: SessionOperation, device: str, how: Execution
) -> None:
    """Run one operation with the token of the session on the device."""
    world: World = context.world
    world.acting = person
    run = partial(operation, world, logins.token(world, person, device))
    world.perform(device, Domain.identity, run, how)


@given("a script deactivates {person:Person}'s account")
def script_deactivates(context: Context, person: str) -> None:
    """Change the account without the service; its sessions are not ended."""
    world: World = context.world
    with world.past_the_domain() as session:
        session.execute(
            update(User)
            .where(User.id == world.people[person].id)
            .values(deactivated_at=world.clock.now())
        )


# --- old sessions ---------------------------------------------------------------------------


@given("a session of {person:Person}'s that {fate:Fate} {ago:Duration} ago")
def old_session(context: Context, person: str, fate: str, ago: timedelta) -> None:
    """A session that ended in this way at this time."""
    factories.old_session(context.world, person, fate, context.world.clock.now() - ago)


@given(
    "{number:Number} sessions of {person:Person}'s that ended"
    " {first:Number} to {last:Number} days ago"
)
def old_sessions(context: Context, number: int, person: str, first: int, last: int) -> None:
    """One session for each of these days, stored in this order."""
    step = 1 if first <= last else -1
    days = range(first, last + step, step)
    assert len(days) == number, f"{first} to {last} are {len(days)} days"
    for day in days:
        ended = context.world.clock.now() - timedelta(days=day)
        factories.old_session(context.world, person, "was ended", ended)


@given("ended sessions are not kept")
def not_kept(context: Context) -> None:
    """Set the retention of ended sessions to nothing."""
    world: World = context.world
    rules = replace(world.settings.sessions, kept_ended=timedelta(0))
    world.settings = replace(world.settings, sessions=rules)


@given("the planner can only use nested loops")
def nested_loops(context: Context) -> None:
    """Every plan runs its inner part again for each row of its outer part."""
    world: World = context.world
    for way in ("hashjoin", "mergejoin", "material", "hashagg", "sort", "indexscan", "bitmapscan"):
        world.reader.execute(
            sql.SQL("ALTER DATABASE {} SET {} = off").format(
                sql.Identifier(world.reader.info.dbname), sql.Identifier(f"enable_{way}")
            )
        )
    world.engine.dispose()


@given("{who:Actor} deletes a batch of {number:Number} old sessions{how:Execution}")
@when("{who:Actor} deletes a batch of {number:Number} old sessions{how:Execution}")
def deletes_batch(context: Context, who: str, number: int, how: Execution) -> None:
    """Delete one batch."""
    world: World = context.world
    world.perform(who, Domain.identity, partial(_purge, world, number), how)


@when("old sessions are deleted in batches of {number:Number}")
def deleted_in_batches(context: Context, number: int) -> None:
    """Delete batches until one is not full."""
    world: World = context.world
    for _ in range(MOST_BATCHES):
        removed = world.perform("", Domain.identity, partial(_purge, world, number))
        if removed is None or removed < number:
            break


@then("the batches had {numbers:Numbers} sessions")
def batches_had(context: Context, numbers: list[int]) -> None:
    """The number of sessions that each batch deleted."""
    state: IdentityState = context.world.state(IdentityState)
    assert state.batches == numbers, f"they had {state.batches}"


def _purge(world: World, number: int, tx: IdentityWork) -> int:
    removed = tx.sessions.purge(number)
    world.state(IdentityState).batches.append(removed)
    return removed
