"""Sessions of long ago, and forgetting them."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from behave import given, then, when
from behave.runner import Context
from psycopg import sql

from features.support.arrange import factories
from features.support.arrange.known_accounts import IdentityState
from features.support.world import World

ENDLESS: Final = 100
"""More batches than any scenario has."""


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


@given("ended sessions are kept for no time")
def not_kept(context: Context) -> None:
    """The settings let every session go that has ended."""
    world: World = context.world
    rules = replace(world.settings.sessions, kept_ended=timedelta(0))
    world.settings = replace(world.settings, sessions=rules)


@when("old sessions are removed, {number:Number} at a time")
def removed_in_batches(context: Context, number: int) -> None:
    """Remove batches until one is not full."""
    world: World = context.world
    with world.attempt():
        for _ in range(ENDLESS):
            if _remove(world, number) < number:
                break


@when("one batch of {number:Number} old sessions is removed")
def one_batch_removed(context: Context, number: int) -> None:
    """Remove a single batch."""
    with context.world.attempt():
        _remove(context.world, number)


@then("the batches were {numbers:Numbers}")
def batches_were(context: Context, numbers: list[int]) -> None:
    """Each batch removed so many."""
    state: IdentityState = context.world.state(IdentityState)
    assert state.batches == numbers, f"they were {state.batches}"


@then("{number:Number} of {person:Person}'s sessions are left")
def sessions_left(context: Context, number: int, person: str) -> None:
    """So many sessions of the person are stored, of whatever kind."""
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


def _remove(world: World, number: int) -> int:
    with world.domain.identity() as tx:
        removed = tx.sessions.purge(number)
    world.state(IdentityState).batches.append(removed)
    return removed


@given("the server looks for rows one by one")
def row_by_row(context: Context) -> None:
    """Every plan goes through its inner part again for each row of its outer part."""
    world: World = context.world
    for way in ("hashjoin", "mergejoin", "material", "hashagg", "sort", "indexscan", "bitmapscan"):
        world.reader.execute(
            sql.SQL("ALTER DATABASE {} SET {} = off").format(
                sql.Identifier(world.reader.info.dbname), sql.Identifier(f"enable_{way}")
            )
        )
    world.engine.dispose()
