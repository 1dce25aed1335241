"""Two people at one thing, in lock step: each in the middle of a unit of work of their own."""

from typing import Final

from behave import given, then, when
from behave.runner import Context

from domain import Domain
from domain.identity.login_sessions import SessionEnd
from features.support.arrange.known_accounts import IdentityState
from features.support.identity import logins
from features.support.identity.concurrent_operations import Administering, Doing
from features.support.world import World

ADMINISTRATOR: Final = "administrator"


@then("there are {number:Number} tasks of {person:Person}'s, and none of {other:Person}'s")
def tasks_left(context: Context, number: int, person: str, other: str) -> None:
    """Whose tasks are stored."""
    world: World = context.world
    found = {
        name: len(world.stored("tasks", owner_id=world.people[name].id)) for name in (person, other)
    }
    assert found == {person: number, other: 0}, f"there are {found}"


# --- sessions that are opened or ended ------------------------------------------------------


@given("an administrator {deed:Administering}, and has not finished yet")
def has_begun_to_administer(context: Context, deed: Administering) -> None:
    """Do something to an account in a unit of work that is still open."""
    _start_administering(context.world, deed)
    context.world.actors[ADMINISTRATOR].outcome()


@when("an administrator {deed:Administering} at the same time")
def administers_meanwhile(context: Context, deed: Administering) -> None:
    """Do something to an account in a unit of work of one's own, while another is open."""
    _start_administering(context.world, deed)


@given("{person:Person} has begun to end all other sessions from {whose:Whose} {device:Device}")
def has_begun_to_end_others(context: Context, person: str, whose: str, device: str) -> None:
    """End all sessions but this one in a unit of work that is still open."""
    token = context.world.state(IdentityState).tokens[logins.place(person, device)]
    context.world.begin_work(device).do(lambda tx: tx.sessions.end_others(token))
    context.world.actors[device].outcome()


@when("the {device:Device} {deed:Doing} at the same time")
def does_meanwhile(context: Context, device: str, deed: Doing) -> None:
    """Do something with the token of one of Ada's sessions, while another unit of work is open."""
    world: World = context.world
    token = world.state(IdentityState).tokens[logins.place("Ada", device)]
    world.begin_work(device).do(lambda tx: deed(tx, world, token))


@then("all of {person:Person}'s sessions have ended because {why:SessionEnd}")
def all_have_ended(context: Context, person: str, why: SessionEnd) -> None:
    """There are some, and none goes on."""
    world: World = context.world
    rows = world.stored("login_sessions", user_id=world.people[person].id)
    found = [row["ended_because"] for row in rows]
    assert found, f"{person} has had no session"
    assert set(found) == {why}, f"they ended because: {found}"


# --- old sessions -----------------------------------------------------------------------------


@given("the {which} caretaker has begun to remove {number:Number} old sessions")
def has_begun_to_remove(context: Context, which: str, number: int) -> None:
    """Remove one batch in a unit of work that is still open."""
    _start_removing(context.world, which, number)
    context.world.actors[f"{which} caretaker"].outcome()


@when("the {which} caretaker removes {number:Number} old sessions at the same time")
def removes_meanwhile(context: Context, which: str, number: int) -> None:
    """Remove one batch in a unit of work of one's own, while another is open."""
    _start_removing(context.world, which, number)


@then("the {which} caretaker does not have to wait, and has removed {number:Number}")
def removed_without_waiting(context: Context, which: str, number: int) -> None:
    """The server never says that the caretaker waits for a lock."""
    caretaker = context.world.actors[f"{which} caretaker"]
    caretaker.check_never_blocked(context.world.reader)
    found = caretaker.outcome()
    assert found == number, f"removed were {found}"


def _start_administering(world: World, deed: Administering) -> None:
    world.begin_work(ADMINISTRATOR).do(lambda tx: deed(tx, world))


def _start_removing(world: World, which: str, number: int) -> None:
    actor = world.begin_work(f"{which} caretaker", Domain.identity)
    actor.do(lambda tx: tx.sessions.purge(number))
