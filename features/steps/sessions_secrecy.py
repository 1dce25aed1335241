"""Secrets must not appear in logs, results or errors."""

from typing import Final

from behave import given, then, when
from behave.runner import Context

from domain import DomainError, engine_for
from domain.errors import RuleBroken
from features.support.arrange import factories
from features.support.arrange.known_accounts import IdentityState
from features.support.defaults import KEYS
from features.support.identity import logins, secrecy_walkthrough
from features.support.identity.recorded import ObservedState
from features.support.world import World
from pgharness.observe import log_capture

HASHED: Final = ("users", "password_history", "temporary_passwords")
"""The tables with hashes."""


@given("every logger logs at its lowest level")
def everything_logged(context: Context) -> None:
    """Capture all loggers; the engine is made afterwards, as it reads its level only once."""
    world: World = context.world
    world.state(ObservedState).captured = world.enter(log_capture.capture_everything())
    world.engine = engine_for(world.url, world.settings, name="loud")
    world.add_cleanup(world.engine.dispose)


@when("{person:Person} performs every operation with passwords and tokens")
def performs_every_operation(context: Context, person: str) -> None:
    """Operations that succeed, and operations that are refused."""
    world: World = context.world
    for result in secrecy_walkthrough.perform_all(world, person):
        world.state(IdentityState).shown.append(log_capture.shown(result))
        _collect_hashes(world)


@when("the database rejects an account that the service stores")
def rejects_account(context: Context) -> None:
    """Edit a row in place, which no operation checks: it violates a constraint, with its hash."""
    world: World = context.world
    user = factories.account(world, "Ada")
    _collect_hashes(world)
    refused: list[DomainError] = []
    try:
        with world.domain.identity() as tx:
            tx.accounts.get(user.id).display_name = " "
    except RuleBroken as refusal:
        refused.append(refusal)
    assert refused, "the database accepted it"
    world.state(IdentityState).shown.extend(map(log_capture.shown, refused))


@then("the log contains the statements and their results")
def log_is_complete(context: Context) -> None:
    """Otherwise the absence of secrets would prove nothing."""
    log = "\n".join(context.world.state(ObservedState).captured.lines)
    for expected in ("INSERT INTO login_sessions", "UPDATE users", "Row (", "COMMIT"):
        assert expected in log, f"nothing like {expected!r} was logged"


@then("the log contains no password, token, hash or key")
def no_secret_logged(context: Context) -> None:
    """No secret of the scenario is in the log, in any spelling."""
    log_capture.expect_none(
        context.world.state(IdentityState).every_secret(),
        "\n".join(context.world.state(ObservedState).captured.lines),
        "logged",
    )


@then("no result or error contains a password, token, hash or key")
def no_secret_shown(context: Context) -> None:
    """Tracebacks and the representations of the service's own objects are searched, too."""
    world: World = context.world
    state = world.state(IdentityState)
    things = [world.domain, world.settings, world.settings.tokens, KEYS, world.hasher]
    text = "\n".join([*state.shown, *map(log_capture.shown, things)])
    assert state.shown, "there was no result"
    log_capture.expect_none(state.every_secret(), text, "shown")


@then("no result or error contains the id of a session")
def no_session_id_shown(context: Context) -> None:
    """A log of results would tell which requests belong to one session."""
    state = context.world.state(IdentityState)
    ids = {logins.jti(token) for token in state.tokens.values()}
    assert ids, "there was no session"
    text = "\n".join(state.shown)
    assert not (found := [one for one in ids if one in text]), f"{len(found)} ids are shown"


def _collect_hashes(world: World) -> None:
    """Remember each hash, its salt and the beginning of its tag: long rows are cut off in logs."""
    for table in HASHED:
        for row in world.stored(table):
            *_, salt, tag = row["password_hash"].split("$")
            world.state(IdentityState).secrets |= {row["password_hash"], salt, tag[:10]}
