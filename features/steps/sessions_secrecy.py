"""Listening to everything that is logged, said and shown, for secrets."""

from datetime import timedelta
from typing import Final

from behave import given, then, when
from behave.runner import Context

from domain import Domain, DomainError, ManualClock, engine_for
from domain.errors import RuleBroken
from features.support.arrange import factories
from features.support.arrange.known_accounts import IdentityState
from features.support.defaults import KEYS, NOON
from features.support.identity import secrecy_walkthrough
from features.support.identity.recorded import ObservedState
from features.support.world import World
from pgharness.observe import log_capture

HASHED: Final = ("users", "password_history", "temporary_passwords")
"""The tables with hashes."""


@given("everything is logged that can be logged")
def everything_logged(context: Context) -> None:
    """Listen to all loggers at their most talkative, and to an engine made while they are."""
    world: World = context.world
    world.state(ObservedState).captured = world.enter(log_capture.capture_everything())
    world.engine = engine_for(world.url, world.settings, name="loud")
    world.add_cleanup(world.engine.dispose)


@when("{person:Person} lives through a whole login story")
def lives_through_story(context: Context, person: str) -> None:
    """Everything that can be done with passwords and tokens, and much that cannot."""
    world: World = context.world
    for said in secrecy_walkthrough.tell(world, person):
        world.state(IdentityState).shown.append(log_capture.shown(said))
        _collect_hashes(world)


@when("the service is made to store an account that the database refuses")
def stores_refused_account(context: Context) -> None:
    """Rename with a clock that has gone back: the row, hash and all, breaks a rule."""
    world: World = context.world
    user = factories.account(world, "Ada")
    _collect_hashes(world)
    early = ManualClock(NOON - timedelta(hours=1))
    refused: list[DomainError] = []
    try:
        with Domain(world.engine, world.settings, early).identity() as tx:
            tx.accounts.rename(user, "Ada King")
    except RuleBroken as refusal:
        refused.append(refusal)
    assert refused, "the database let it through"
    world.state(IdentityState).shown.extend(map(log_capture.shown, refused))


@then("what was logged holds the statements and the rows that came back")
def heard_enough(context: Context) -> None:
    """The loggers were as talkative as they can be: otherwise silence would prove nothing."""
    heard = "\n".join(context.world.state(ObservedState).captured.lines)
    for expected in ("INSERT INTO login_sessions", "UPDATE users", "Row (", "COMMIT"):
        assert expected in heard, f"nothing like {expected!r} was logged"


@then("no password, token, hash or key is in what was logged")
def no_secret_logged(context: Context) -> None:
    """Look for every secret of the scenario, in every spelling."""
    log_capture.expect_none(
        context.world.state(IdentityState).every_secret(),
        "\n".join(context.world.state(ObservedState).captured.lines),
        "logged",
    )


@then("no password, token, hash or key is in what was said or shown")
def no_secret_shown(context: Context) -> None:
    """Look through results, refusals with their tracebacks, and the service's own objects."""
    world: World = context.world
    state = world.state(IdentityState)
    things = [world.domain, world.settings, world.settings.tokens, KEYS, world.hasher]
    text = "\n".join([*state.shown, *map(log_capture.shown, things)])
    assert state.shown, "nothing was said"
    log_capture.expect_none(state.every_secret(), text, "shown")


def _collect_hashes(world: World) -> None:
    """Remember each hash, its salt and the beginning of its tag: rows are quoted cut off."""
    for table in HASHED:
        for row in world.stored(table):
            *_, salt, tag = row["password_hash"].split("$")
            world.state(IdentityState).secrets |= {row["password_hash"], salt, tag[:10]}
