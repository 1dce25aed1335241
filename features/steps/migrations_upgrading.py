"""Upgrading and downgrading, revision by revision, and what is left of each."""

from behave import given, then, when
from behave.runner import Context

from features.support.migrations import alembic_commands
from features.support.migrations.state import MigrationState, not_empty
from features.support.world import World
from migrations import catalogue, records
from pgharness.faults.revision_faults import Fault


@given("a database that nobody has migrated")
def database_of_nobody(context: Context) -> None:
    """The scenario's own database is empty."""
    found = alembic_commands.state(context.world.url)
    assert not alembic_commands.recorded(context.world.reader), "somebody has migrated it"
    assert found.schema == records.EMPTY, "it is not empty"


@when("every revision is applied to full tables, taken back and applied again")
def up_down_up(context: Context) -> None:
    """Climb the stairs, as far as no step leaves a trace: look at the schema before and after."""
    world: World = context.world
    state = world.state(MigrationState)
    with alembic_commands.connected(world.url) as connection:
        made = alembic_commands.config(alembic_commands.LOSSES_ALLOWED, connection=connection)
        was = catalogue.read(world.reader)
        for script in alembic_commands.history():
            alembic_commands.upgrade_as(made, script.revision)
            becomes = catalogue.read(world.reader)
            check_full(world, script.revision)
            alembic_commands.downgrade_as(made, alembic_commands.former(script) or "base")
            remains = catalogue.differences(was, catalogue.read(world.reader))
            state.remains[script.revision] = remains
            if remains:
                return
            if former := alembic_commands.former(script):
                check_full(world, former)
            alembic_commands.upgrade_as(made, script.revision)
            was = catalogue.read(world.reader)
            state.repeated[script.revision] = catalogue.differences(becomes, was)


@when("every revision fails at each of its statements, on full tables, before it succeeds")
def fails_everywhere(context: Context) -> None:
    """Let each revision fail at its first statement, at its second, and so on, until it does not.

    What commits on its way is looked at elsewhere: it cannot be undone by the server.
    """
    world: World = context.world
    for script in alembic_commands.history():
        if former := alembic_commands.former(script):
            check_full(world, former)
        if not records.may_be_interrupted(script):
            _fail_everywhere(world, script.revision)
        if world.state(MigrationState).damage:
            return
        alembic_commands.upgrade(world.url, script.revision)


@when("it is upgraded to the latest revision, and the second revision fails")
def second_fails(context: Context) -> None:
    """Let an upgrade over all revisions fail at the first statement of the second."""
    fault = Fault(1, after=1)
    with alembic_commands.connected(context.world.url) as connection, fault.in_(connection):
        alembic_commands.upgrade_as(alembic_commands.config(connection=connection), "head")
    assert fault.struck, "nothing failed"


@then("it is at the first revision")
def at_first(context: Context) -> None:
    """The version table names the first revision, and nothing else."""
    found = alembic_commands.recorded(context.world.reader)
    assert found == [alembic_commands.history()[0].revision], f"it is at {found}"


@then("its schema is the one on record for it")
def schema_on_record_for_it(context: Context) -> None:
    """The catalogue says what was recorded of the revision that the database is at."""
    _check_on_record(context.world, *alembic_commands.recorded(context.world.reader))


@then("it is at the latest revision")
def at_latest(context: Context) -> None:
    """The version table names the head, and nothing else."""
    found = alembic_commands.recorded(context.world.reader)
    assert found == [alembic_commands.head()], f"it is at {found}"


@then("its schema is the one on record")
def schema_on_record(context: Context) -> None:
    """The catalogue says what was recorded of the latest revision."""
    _check_on_record(context.world, alembic_commands.head())


@then("nothing is left of any revision that was taken back")
def nothing_left(context: Context) -> None:
    """The schema was the same before the upgrade and after the downgrade."""
    remains = context.world.state(MigrationState).remains
    left = not_empty(remains)
    assert not left, f"what differs from before: {left}"
    assert list(remains) == [script.revision for script in alembic_commands.history()]


@then("applied again, each makes the same schema as the first time")
def same_again(context: Context) -> None:
    """The schema was the same after both upgrades."""
    differs = not_empty(context.world.state(MigrationState).repeated)
    assert not differs, f"what differs from the first time, revision by revision: {differs}"


@then("after each failure revision, schema and rows were as before")
def as_before(context: Context) -> None:
    """Nothing was found that differed, and failures there were."""
    upgrades = context.world.state(MigrationState)
    assert not upgrades.damage, "\n".join(upgrades.damage)
    tried = [s.revision for s in alembic_commands.history() if not records.may_be_interrupted(s)]
    assert list(upgrades.failures) == tried
    assert all(number > 1 for number in upgrades.failures.values()), upgrades.failures


def check_full(world: World, revision: str) -> None:
    """Fill the tables of this time. Fails if one is left empty."""
    empty = alembic_commands.fill(world.url, revision)
    assert not empty, f"at {revision} nothing fills {', '.join(empty)}"


def _check_on_record(world: World, revision: str) -> None:
    expected = records.schema_at(alembic_commands.scripts(), revision)
    assert expected is not None, "not every revision is on record: uv run poe freeze"
    differences = catalogue.differences(expected, catalogue.read(world.reader))
    assert not differences, "; ".join(differences)


def _fail_everywhere(world: World, revision: str) -> None:
    state = world.state(MigrationState)
    before = alembic_commands.state_seen(world.reader)
    failed = 0
    with alembic_commands.connected(world.url) as connection:
        made = alembic_commands.config(connection=connection)
        while not state.damage:
            fault = Fault(failed + 1)
            with fault.in_(connection):
                alembic_commands.upgrade_as(made, revision)
            assert not fault.outside, f"{revision} commits on its way, and does not look like it"
            if not fault.struck:
                break
            failed += 1
            state.damage += [
                f"{revision}, failed at {fault.statements[-1][:60]!r}: {what}"
                for what in alembic_commands.changes(
                    before, alembic_commands.state_seen(world.reader)
                )
            ]
    state.failures[revision] = failed
