"""Revisions that commit midway: interrupted at each statement, and repeated."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from alembic.script import Script
from alembic.util import CommandError
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from features.support.migrations import alembic_commands, era_tables, lock_holders, schema_eras
from features.support.migrations.state import DatabaseState
from features.support.world import World
from migrations import records
from pgharness.adapters.test_run import Harness
from pgharness.data.fingerprints import Row
from pgharness.faults.revision_faults import Fault
from pgharness.servers import provision

Seen = tuple[list[str], dict[str, list[Row]]]
"""The recorded revisions of a database, and the rows of each table."""

AnotherDatabase = Callable[..., AbstractContextManager[URL]]
"""Makes a database, `like` another one, for as long as it is entered."""

INVALID: Final = ", invalid"
"""How the catalogue's facts end about an index whose build was interrupted."""


@dataclass
class InterruptionState:
    """By revision that commits midway: databases, and the results of interrupting it."""

    another_database: AnotherDatabase = field(init=False)
    sources: dict[str, URL] = field(default_factory=dict)
    """A database before the revision."""
    eras: dict[str, str] = field(default_factory=dict)
    """The revision at which its rows were inserted."""
    undisturbed: dict[str, DatabaseState] = field(default_factory=dict)
    """The state after an upgrade that is not interrupted."""
    invalid_indexes: dict[str, list[str]] = field(default_factory=dict)
    """The indexes whose build was interrupted."""
    failures: int = 0
    damage: list[str] = field(default_factory=list)
    """The differences after an interruption."""
    repeated: dict[str, list[str]] = field(default_factory=dict)
    """The differences between a repeated and an undisturbed upgrade."""

    @property
    def scripts(self) -> list[Script]:
        """The revisions that commit midway."""
        return [script for script in alembic_commands.history() if script.revision in self.sources]


def commits_midway(script: Script) -> bool:
    """Tell whether half of what a revision does may be there after a failure."""
    return records.may_be_interrupted(script)


def builds_index(script: Script) -> bool:
    """Tell whether a revision builds an index while programs write."""
    return "CREATE INDEX CONCURRENTLY" in Path(script.path).read_text("utf-8")


def prepare(world: World, harness: Harness[World], scripts: Iterable[Script]) -> None:
    """Make a database before each of these revisions, and upgrade a copy of it.

    Its rows are of the revision before the former one: no backfill has begun for them.
    """
    state = world.state(InterruptionState)
    state.another_database = harness.another_database
    ids = [script.revision for script in alembic_commands.history()]
    for script in scripts:
        earlier, former = ids[: ids.index(script.revision)][-2:]
        source = world.enter(
            harness.another_database(like=alembic_commands.prepared(harness.prepared, earlier))
        )
        with provision.connect(source) as connection:
            schema_eras.fill(connection, earlier)
        alembic_commands.upgrade(source, former)
        undisturbed = _copy(world, state, source)
        alembic_commands.upgrade(undisturbed, script.revision)
        state.eras[script.revision] = earlier
        state.sources[script.revision] = source
        state.undisturbed[script.revision] = alembic_commands.state(undisturbed)
    assert state.sources, "there is no such revision"


def fail_at_each_statement(world: World) -> None:
    """Interrupt each revision at its first statement, its second and so on, each in a copy."""
    state = world.state(InterruptionState)
    for script in state.scripts:
        fault = Fault(1)
        while _interrupted(world, state, script, fault):
            fault = Fault(len(fault.statements) + 1)
        assert fault.outside, f"{script.revision} does not commit midway"


def block_index_builds(world: World) -> None:
    """Interrupt each index build by an open transaction, for which it waits until it times out."""
    state = world.state(InterruptionState)
    for script in state.scripts:
        url = _copy(world, state, state.sources[script.revision])
        before = _seen(state, url, script)
        with lock_holders.writing(url, "program"):
            try:
                alembic_commands.upgrade(url, script.revision, "lock-timeout=300ms")
            except CommandError:
                pass
            else:
                raise AssertionError(f"{script.revision} did not wait for the program")
        facts = alembic_commands.facts(url)
        state.invalid_indexes[script.revision] = [
            name for name, fact in facts.items() if fact.endswith(INVALID)
        ]
        _repeat(state, url, script, before)


def _copy(world: World, state: InterruptionState, source: URL) -> URL:
    return world.enter(state.another_database(like=source))


def _interrupted(world: World, state: InterruptionState, script: Script, fault: Fault) -> bool:
    """Let a revision fail in a copy, and repeat it. Return whether it reached the statement."""
    url = _copy(world, state, state.sources[script.revision])
    before = _seen(state, url, script)
    with alembic_commands.connected(url) as connection, fault.in_(connection):
        alembic_commands.upgrade_as(alembic_commands.config(connection=connection), script.revision)
    if fault.struck:
        _repeat(state, url, script, before)
    return fault.struck


def _seen(state: InterruptionState, url: URL, script: Script) -> Seen:
    """Return the revision, and the rows in the columns that earlier programs know."""
    era = state.eras[script.revision]
    with provision.connect(url) as connection:
        known = {table: schema_eras.rows(table, era) for table in schema_eras.ERAS}
        rows = {
            table: era_tables.read(connection, table, list(shape[0]))
            for table, shape in known.items()
            if shape
        }
        return alembic_commands.recorded(connection), rows


def _repeat(state: InterruptionState, url: URL, script: Script, before: Seen) -> None:
    revision = script.revision
    (was_at, rows), (is_at, left) = before, _seen(state, url, script)
    if is_at != was_at:
        state.damage.append(f"{revision}: it is at {is_at}")
    lost = [table for table in rows if left[table] != rows[table]]
    state.damage += [f"{revision}: rows of {table}" for table in lost]
    state.failures += 1
    differs = state.repeated.setdefault(revision, [])
    try:
        alembic_commands.upgrade(url, revision)
    except (DBAPIError, CommandError) as error:
        differs.append(f"it cannot be repeated: {error}")
    differs += alembic_commands.changes(state.undisturbed[revision], alembic_commands.state(url))
