"""Revisions that commit on their way: broken off, and gone on with."""

from pathlib import Path

from alembic.script import Script
from alembic.util import CommandError
from behave import given, then, when
from behave.runner import Context
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from features.support.migrations import alembic_commands, era_tables, lock_holders, schema_eras
from features.support.migrations.state import MigrationState
from features.support.world import World
from migrations import records
from pgharness.data.fingerprints import Row
from pgharness.faults.revision_faults import Fault
from pgharness.servers import provision

Seen = tuple[list[str], dict[str, list[Row]]]
"""The revision that a database is at, and the rows of each table."""

INVALID = ", invalid"
"""How the catalogue's facts end about an index of which only half is there."""


@given("a database full of rows before each revision that commits on its way")
def databases_before(context: Context) -> None:
    """Make a database at the former revision for each, and learn what an upgrade makes of it.

    Its rows are from the revision before that one: nothing has been done for them yet.
    """
    world: World = context.world
    state = world.state(MigrationState)
    earlier, former = "", ""
    for script in alembic_commands.history():
        if records.may_be_interrupted(script):
            source = world.enter(context.harness.another_database())
            alembic_commands.upgrade(source, earlier)
            with provision.connect(source) as connection:
                schema_eras.fill(connection, earlier)
            alembic_commands.upgrade(source, former)
            state.eras[script.revision] = earlier
            undisturbed = _copy(context, source)
            alembic_commands.upgrade(undisturbed, script.revision)
            state.sources[script.revision] = source
            state.undisturbed[script.revision] = alembic_commands.state(undisturbed)
        earlier, former = former, script.revision
    assert state.sources, "no revision commits on its way"


@when("each of them fails at each of its statements, and the upgrade is repeated")
def fails_and_is_repeated(context: Context) -> None:
    """Break each off at its first statement, at its second, and so on; each time in a copy."""
    world: World = context.world
    for script in _interruptible(world):
        fault = Fault(1)
        while _broken_off(context, script, fault):
            fault = Fault(len(fault.statements) + 1)
        assert fault.outside, f"{script.revision} does not commit on its way at all"


@when("a client keeps each index waiting in the middle, and the upgrade is repeated")
def index_broken_off(context: Context) -> None:
    """A transaction that may write is what building an index waits for, half of it done."""
    world: World = context.world
    for script in _interruptible(world):
        if "CREATE INDEX CONCURRENTLY" not in Path(script.path).read_text("utf-8"):
            continue
        url = _copy(context, world.state(MigrationState).sources[script.revision])
        before = _seen(world, url, script)
        with (
            lock_holders.writing(url, "client"),
            world.state(MigrationState).expected(CommandError),
        ):
            alembic_commands.upgrade(url, script.revision, "lock-timeout=300ms")
        assert world.state(MigrationState).claim(), (
            f"{script.revision} did not have to wait for the client"
        )
        halves = {
            thing for thing, state in alembic_commands.facts(url).items() if state.endswith(INVALID)
        }
        world.state(MigrationState).halves[script.revision] = sorted(halves)
        _repeat(world, url, script, before)


@then("after each failure the database was at the former revision, with all its rows")
def former_revision(context: Context) -> None:
    """Nothing was recorded, and whoever works with the old columns finds them as they were."""
    upgrades = context.world.state(MigrationState)
    assert upgrades.failures, "nothing failed"
    assert not upgrades.damage, "\n".join(upgrades.damage)


@then("after each repetition schema and rows are what an undisturbed upgrade makes of them")
def as_undisturbed(context: Context) -> None:
    """Nothing tells that the revision had been broken off."""
    found = context.world.state(MigrationState).repeated
    assert found, "nothing was repeated"
    differing = {revision: words for revision, words in found.items() if words}
    assert not differing, f"what differs, revision by revision: {differing}"


@then("half an index was left of each, and none after the repetition")
def half_an_index(context: Context) -> None:
    """The failure was one that leaves something behind."""
    halves = context.world.state(MigrationState).halves
    assert halves, "no revision builds an index on its way"
    assert all(halves.values()), f"no half index was left: {halves}"


def _interruptible(world: World) -> list[Script]:
    return [
        s for s in alembic_commands.history() if s.revision in world.state(MigrationState).sources
    ]


def _copy(context: Context, source: URL) -> URL:
    url: URL = context.world.enter(context.harness.another_database(like=source))
    return url


def _broken_off(context: Context, script: Script, fault: Fault) -> bool:
    """Let a revision fail in a copy, then repeat it. Return whether it came to the statement."""
    world: World = context.world
    url = _copy(context, world.state(MigrationState).sources[script.revision])
    before = _seen(world, url, script)
    with alembic_commands.connected(url) as connection, fault.in_(connection):
        alembic_commands.upgrade_as(alembic_commands.config(connection=connection), script.revision)
    if not fault.struck:
        return False
    _repeat(world, url, script, before)
    return True


def _seen(world: World, url: URL, script: Script) -> Seen:
    """Return where a database is, and its rows as programs of the time before know them."""
    era = world.state(MigrationState).eras[script.revision]
    with provision.connect(url) as connection:
        known = {table: schema_eras.rows(table, era) for table in schema_eras.ERAS}
        rows = {
            table: era_tables.read(connection, table, list(shape[0]))
            for table, shape in known.items()
            if shape
        }
        return alembic_commands.recorded(connection), rows


def _repeat(world: World, url: URL, script: Script, before: Seen) -> None:
    upgrades = world.state(MigrationState)
    revision = script.revision
    (was_at, rows), (is_at, left) = before, _seen(world, url, script)
    if is_at != was_at:
        upgrades.damage.append(f"{revision}: it is at {is_at}")
    lost = [table for table in rows if left[table] != rows[table]]
    upgrades.damage += [f"{revision}: rows of {table}" for table in lost]
    upgrades.failures[revision] = upgrades.failures.get(revision, 0) + 1
    differs = upgrades.repeated.setdefault(revision, [])
    try:
        alembic_commands.upgrade(url, revision)
    except (DBAPIError, CommandError) as error:
        differs.append(f"it cannot be repeated: {error}")
    differs += alembic_commands.changes(upgrades.undisturbed[revision], alembic_commands.state(url))
