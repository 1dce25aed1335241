"""Databases at a revision, and what upgrades and downgrades do to them."""

from typing import Final

import psycopg
from alembic.util import CommandError
from behave import given, then, when
from behave.runner import Context
from sqlalchemy.exc import DBAPIError

from features.support import data
from features.support.migrations import alembic_commands, bulk_rows, era_tables
from features.support.migrations.concurrent_upgrades import past_the_service
from features.support.migrations.executions import Direction, MigrationRun
from features.support.migrations.schema_drift import MANUAL_CHANGES
from features.support.migrations.state import DatabaseState, MigrationState, database_at_hand
from features.support.migrations.step_types import Filling
from features.support.world import World
from migrations import catalogue, records
from pgharness.servers import provision

CONSENT: Final = " (-x allow-data-loss=yes would lose it)"
"""What the refusal of a downgrade tells of how to consent to the loss."""

OWNERS: Final = {"Ada": 1, "Bram": 2}
"""The ids of the accounts that `schema_eras` inserts."""

# --- databases and their rows ---------------------------------------------------------------


@given("a database at {target:Target}{contents:Contents}")
def database_at(context: Context, target: str, contents: Filling) -> None:
    """Begin with a copy of a database at this revision, and insert rows."""
    world: World = context.world
    revision = _revision(target)
    _begin_at(context, revision)
    with provision.connect(world.url) as connection:
        contents(connection, revision)


@given("a database at {target:Target} with {number:Number} accounts and as many tasks")
def database_with_many_rows(context: Context, target: str, number: int) -> None:
    """The rows are made in the server."""
    revision = _revision(target)
    _begin_at(context, revision)
    with provision.connect(context.world.url) as connection:
        bulk_rows.make(connection, number, revision)
    context.world.state(MigrationState).is_bulk = True


@given("an empty database")
def empty_database(context: Context) -> None:
    """The scenario's own database is empty."""
    found = alembic_commands.state(context.world.url)
    assert not alembic_commands.recorded(context.world.reader), "it has been migrated"
    assert found.schema == records.EMPTY, "it is not empty"


@given("an empty database that stores text as {encoding:Encoding}")
def database_encoded(context: Context, encoding: str) -> None:
    """Make another database, of this encoding."""
    world: World = context.world
    world.state(MigrationState).elsewhere = world.enter(
        context.harness.another_database(encoding=encoding)
    )


@given('the rows of "{table:Name}"')
def rows_given(context: Context, table: str) -> None:
    """Insert them; required columns that are not given are filled."""
    with provision.connect(context.world.url) as connection:
        era_tables.insert(connection, table, context.table)


@given('the rows of "objectives", each with its open entry in "objective_history"')
def objectives_given(context: Context) -> None:
    """Insert them with their entries in one transaction, as a trigger requires."""
    with provision.connect(context.world.url) as connection, connection.transaction():
        era_tables.insert(connection, "objectives", context.table)
        connection.execute(
            "INSERT INTO objective_history (owner_id, objective_id, text, constraints, valid_from)"
            " SELECT owner_id, id, text, constraints, since FROM objectives"
        )


@given("a manual change: {change:ManualChange}")
def manually_changed(context: Context, change: str) -> None:
    """As the owner of the database."""
    with provision.connect(context.world.url) as connection:
        connection.execute(MANUAL_CHANGES[change].encode())


@when('a program tries to add the rows of "{table:Name}"')
def tries_to_add(context: Context, table: str) -> None:
    """Insert them in one transaction, and keep the database's refusal."""
    world: World = context.world
    world.database_refusal = None
    try:
        with past_the_service(world.url)(world.domain) as connection:
            era_tables.insert(connection, table, context.table)
    except psycopg.Error as refusal:
        world.database_refusal = refusal


@then('{person:RowsOf} rows of "{table:Name}" are')
def rows_are(context: Context, person: str, table: str) -> None:
    """All rows, or all of the person's, in the order of the first column."""
    world: World = context.world
    where = _owned_by(world, table, person) if person else {}
    era_tables.expect(world.reader, table, context.table, **where)


@then('{person:Person} has no rows in "{table:Name}"')
def has_no_rows(context: Context, person: str, table: str) -> None:
    """The table exists."""
    world: World = context.world
    found = data.rows(world.reader, table, **_owned_by(world, table, person))
    assert not found, f"{table} has {len(found)} rows"


@then("all {number:Number} accounts and tasks are stored as {target:Target} has them")
def many_rows_stored(context: Context, number: int, target: str) -> None:
    """Each table has exactly the expected rows."""
    world: World = context.world
    highest = world.state(MigrationState).highest
    wrong = bulk_rows.wrong(world.reader, number, _revision(target), highest)
    assert not wrong, "; ".join(wrong)


def _owned_by(world: World, table: str, person: str) -> dict[str, int]:
    owner = data.owner_columns(world.reader)[table]
    assert owner is not None, f"the rows of {table} have no owner"
    return {owner: OWNERS[person]}


# --- upgrades and downgrades ----------------------------------------------------------------


@given("the database is {direction:Direction} to {target:Target}{how:Migration}")
@when("the database is {direction:Direction} to {target:Target}{how:Migration}")
def migrated(context: Context, direction: Direction, target: str, how: MigrationRun) -> None:
    """Migrate, and keep the refusal for the Then that names it."""
    world: World = context.world
    state = world.state(MigrationState)
    # A digest for each of a hundred thousand owners takes longer than the migration.
    state.before = None if state.is_bulk else _seen(world)
    if direction is Direction.UPGRADE:
        state.highest = max(state.highest, _revision(target))
    # An error of another kind is no refusal in a sentence: the Then tells them apart.
    with world.attempt_of(direction.subject, CommandError, DBAPIError, psycopg.Error):
        how(world, direction, target)


@then("the {command:Command} is refused: {sentence:Rest}")
def refused(context: Context, command: Direction, sentence: str) -> None:
    """The refusal is one line that begins like this; a downgrade also names the consent.

    "The latest" stands for the number of the latest revision.
    """
    world: World = context.world
    refusal = world.refusal(command.subject)
    assert refusal is not None, "it was not refused"
    assert isinstance(refusal, CommandError), f"it failed by another error: {refusal}"
    database = database_at_hand(world.state(MigrationState), world.url).database
    said = str(refusal).replace(f"the database {database}", "the database")
    head = alembic_commands.head()
    said = said.replace(f"revision {head}", "the latest revision").replace(head, "the latest")
    assert "\n" not in said, f"the refusal has more than one line: {said}"
    if command is Direction.DOWNGRADE:
        assert CONSENT in said, f"it does not name the consent: {refusal}"
        said = said.replace(CONSENT, "")
        assert said == sentence, f"it was refused, but: {said}"
    assert said.startswith(sentence), f"it was refused, but: {said}"


@then("the database is at {target:Target}")
def is_at(context: Context, target: str) -> None:
    """The version table records this revision, and no other."""
    found = alembic_commands.recorded(context.world.reader)
    assert found == [_revision(target)], f"it is at {found}"


@then("its schema is the one on record")
def schema_on_record(context: Context) -> None:
    """The catalogue has exactly what was recorded of the database's revision."""
    reader = context.world.reader
    (revision,) = alembic_commands.recorded(reader)
    expected = records.schema_at(alembic_commands.scripts(), revision)
    assert expected is not None, "not every revision is on record: uv run poe freeze"
    differences = catalogue.differences(expected, catalogue.read(reader))
    assert not differences, "; ".join(differences)


@then("its revision, schema and rows are unchanged")
def unchanged(context: Context) -> None:
    """Everything is as it was before the last migration."""
    world: World = context.world
    state = world.state(MigrationState)
    assert not state.is_bulk, "many rows are compared with those that are expected"
    assert state.before is not None, "nothing was migrated"
    changed = alembic_commands.changes(state.before, _seen(world))
    assert not changed, "; ".join(changed)


@then("nothing but an empty version table is left")
def nothing_left(context: Context) -> None:
    """The schema is that of an empty database."""
    reader = context.world.reader
    left = catalogue.differences(records.EMPTY, catalogue.read(reader))
    assert not left, "; ".join(left)
    assert alembic_commands.recorded(reader) == []
    assert not data.tables(reader)


def _seen(world: World) -> DatabaseState:
    """Return the state of the database at hand."""
    elsewhere = world.state(MigrationState).elsewhere
    if elsewhere is not None:
        return alembic_commands.state(elsewhere)
    return alembic_commands.state_seen(world.reader)


def _begin_at(context: Context, revision: str) -> None:
    """Begin with a copy of a database at this revision, unless the scenario's own is there."""
    if alembic_commands.recorded(context.world.reader) != [revision]:
        harness = context.harness
        harness.begin_with(alembic_commands.prepared(harness.prepared, revision))


def _revision(target: str) -> str:
    return alembic_commands.head() if target == "head" else target
