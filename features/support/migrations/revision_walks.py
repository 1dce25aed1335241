"""Walks through a span of the history of revisions, that repeat or break each of them."""

from collections.abc import Iterable

from alembic.script import Script

from features.support.migrations import alembic_commands
from features.support.migrations.state import MigrationState
from features.support.world import World
from migrations import catalogue, records
from pgharness.faults.revision_faults import Fault


def up_down_up(world: World, span: Iterable[Script]) -> None:
    """Upgrade, downgrade and upgrade again by each revision; compare the schemas.

    Ends at the first revision whose downgrade leaves something behind.
    """
    state = world.state(MigrationState)
    with alembic_commands.connected(world.url) as connection:
        made = alembic_commands.config(alembic_commands.LOSSES_ALLOWED, connection=connection)
        before = catalogue.read(world.reader)
        for script in span:
            alembic_commands.upgrade_as(made, script.revision)
            first = catalogue.read(world.reader)
            _fill(world, script.revision)
            alembic_commands.downgrade_as(made, alembic_commands.former(script) or "base")
            remains = catalogue.differences(before, catalogue.read(world.reader))
            state.remains[script.revision] = remains
            if remains:
                return
            if former := alembic_commands.former(script):
                _fill(world, former)
            alembic_commands.upgrade_as(made, script.revision)
            before = catalogue.read(world.reader)
            state.repeated[script.revision] = catalogue.differences(first, before)


def fail_everywhere(world: World, span: Iterable[Script]) -> None:
    """Let each revision fail at its first statement, its second and so on, and then succeed.

    Revisions that commit midway are left out: the server cannot roll them back.
    """
    for script in span:
        if former := alembic_commands.former(script):
            _fill(world, former)
        if not records.may_be_interrupted(script):
            _fail_at_each_statement(world, script.revision)
        if world.state(MigrationState).damage:
            return
        alembic_commands.upgrade(world.url, script.revision)


def _fill(world: World, revision: str) -> None:
    empty = alembic_commands.fill(world.url, revision)
    assert not empty, f"at {revision} there are no rows for {', '.join(empty)}"


def _fail_at_each_statement(world: World, revision: str) -> None:
    state = world.state(MigrationState)
    before = alembic_commands.state_seen(world.reader)
    failed = 0
    with alembic_commands.connected(world.url) as connection:
        made = alembic_commands.config(connection=connection)
        while not state.damage:
            fault = Fault(failed + 1)
            with fault.in_(connection):
                alembic_commands.upgrade_as(made, revision)
            assert not fault.outside, f"{revision} commits midway, and is not known to"
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
