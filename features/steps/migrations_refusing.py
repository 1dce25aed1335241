"""Databases that are refused, and what was left of them as it was."""

import psycopg
from alembic.util import CommandError
from behave import given, then, when
from behave.runner import Context
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from features.support.migrations import alembic_commands, schema_eras
from features.support.migrations.schema_drift import BY_HAND
from features.support.migrations.state import MigrationState
from features.support.world import World
from pgharness.servers import provision


@given("a database at the latest revision, in which Ada has an account")
def database_at_latest(context: Context) -> None:
    """Fill every table of the scenario's own database, a clone of the template."""
    _fill(context.world, alembic_commands.head())


@given("a database at the first revision, in which Ada has an account")
def database_at_first(context: Context) -> None:
    """Apply the first revision, and fill its tables."""
    first = alembic_commands.history()[0].revision
    alembic_commands.upgrade(context.world.url, first)
    _fill(context.world, first)


@given("an empty database that stores text as {encoding:Encoding}")
def database_encoded(context: Context, encoding: str) -> None:
    """Make one more database, of this encoding."""
    world: World = context.world
    world.state(MigrationState).elsewhere = world.enter(
        context.harness.another_database(encoding=encoding)
    )


@given("by hand: {what:ByHand}")
def done_by_hand(context: Context, what: str) -> None:
    """Do it, as whoever owns the database."""
    with provision.connect(context.world.url) as connection:
        connection.execute(BY_HAND[what].encode())


@when("somebody upgrades it")
def somebody_upgrades(context: Context) -> None:
    """Upgrade to the latest revision."""
    _upgrade(context.world, _database(context.world))


@when('somebody upgrades it in the role "{role:Name}"')
def somebody_upgrades_as(context: Context, role: str) -> None:
    """Upgrade in a role that has not the rights."""
    url = _database(context.world)
    _upgrade(context.world, url.update_query_dict({"options": f"-c role={role}"}))


@then("the upgrade is refused: {sentence:Rest}")
def upgrade_refused(context: Context, sentence: str) -> None:
    """The refusal begins like this, and is one line.

    "The latest" stands for the number of the latest revision.
    """
    refusal = context.world.state(MigrationState).claim()
    assert refusal is not None, "it was not refused"
    assert isinstance(refusal, CommandError), f"it was not refused in a sentence: {refusal}"
    said = str(refusal).replace(f"the database {_database(context.world).database}", "the database")
    head = alembic_commands.head()
    said = said.replace(f"revision {head}", "the latest revision").replace(head, "the latest")
    assert said.startswith(sentence), f"it was refused, but: {said}"
    assert "\n" not in said, f"the refusal has more than one line: {said}"


@then("the upgrade is not refused")
def upgrade_not_refused(context: Context) -> None:
    """It has come to its end."""
    refusal = context.world.state(MigrationState).claim()
    assert refusal is None, f"it was refused: {refusal}"


@then("neither its revision nor its schema nor its rows have changed")
def nothing_changed(context: Context) -> None:
    """Everything is as it was before the upgrade."""
    world: World = context.world
    state = world.state(MigrationState)
    assert state.before is not None
    changed = alembic_commands.changes(state.before, alembic_commands.state(_database(world)))
    assert not changed, "; ".join(changed)


def _database(world: World) -> URL:
    return world.state(MigrationState).elsewhere or world.url


def _fill(world: World, revision: str) -> None:
    with provision.connect(world.url) as connection:
        schema_eras.fill(connection, revision)


def _upgrade(world: World, url: URL) -> None:
    state = world.state(MigrationState)
    state.before = alembic_commands.state(_database(world))
    # A failure of another kind is no refusal in a sentence: the Then says so.
    with state.expected(CommandError, DBAPIError, psycopg.Error):
        alembic_commands.upgrade(url)
