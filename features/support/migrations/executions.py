"""How a step runs a migration: as a command, in a certain session, step by step, concurrently."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from psycopg import sql

from features.support import data
from features.support.migrations import alembic_commands
from features.support.migrations.autovacuum import Analysts
from features.support.migrations.state import MigrationState, database_at_hand
from features.support.migrations.versioned_clients import Crowd
from features.support.world import World
from migrations import catalogue
from pgharness.faults.revision_faults import Fault
from pgharness.servers import provision


class Direction(StrEnum):
    """The values are how a step says it."""

    UPGRADE = "upgraded"
    DOWNGRADE = "downgraded"

    @property
    def subject(self) -> str:
        """What the features call a migration in this direction."""
        return self.value.removesuffix("d")


MigrationRun = Callable[[World, Direction, str], None]
"""Migrates the database at hand to a revision of Alembic's. Raises `CommandError`."""

SESSION: Final = r' in a session with the (?:role|time zone) "[^"]+"'

SETTINGS: Final = {"role": "role", "time zone": "TimeZone"}

LARGEST: Final = """
    SELECT count(*) FROM {} WHERE xmin::text <> ALL (%s) GROUP BY xmin ORDER BY 1 DESC LIMIT 1
"""
WRITERS: Final = "SELECT DISTINCT xmin::text FROM {}"
"""The transactions that have written the rows of a table, as they are now."""


def _command(*options: str, session: str = "") -> MigrationRun:
    """Run the command, with `-x` options, in a session with libpq's options."""

    def run(world: World, direction: Direction, target: str) -> None:
        url = database_at_hand(world.state(MigrationState), world.url)
        if session:
            url = url.update_query_dict({"options": session})
        if direction is Direction.UPGRADE:
            alembic_commands.upgrade(url, target, *options)
        else:
            alembic_commands.downgrade(url, target, *options)

    return run


def _migrate(direction: Direction, made: Config, target: str) -> None:
    if direction is Direction.UPGRADE:
        alembic_commands.upgrade_as(made, target)
    else:
        alembic_commands.downgrade_as(made, target)


def _concurrently(world: World, direction: Direction, target: str, *options: str) -> None:
    """Start the migration as a participant in concurrent work; nothing waits for its end."""
    name = direction.subject
    engine = provision.engine(world.url, name=name)

    def migrate(_: object) -> None:
        with engine.connect() as connection:
            _migrate(direction, alembic_commands.config(*options, connection=connection), target)

    world.actor(name, engine, CommandError).run(migrate)


def _one_by_one(world: World, _: Direction, target: str) -> None:
    """Upgrade revision by revision; keep each schema, and the most rows that it wrote at once."""
    state = world.state(MigrationState)
    for script in alembic_commands.history_to(target):
        before = {table: _writers(world, table) for table in data.tables(world.reader)}
        alembic_commands.upgrade(world.url, script.revision)
        state.schemas[script.revision] = catalogue.read(world.reader)
        for table in data.tables(world.reader):
            query = sql.SQL(LARGEST).format(sql.Identifier(table))
            row = world.reader.execute(query, [before.get(table, [])]).fetchone()
            state.rows_written[f"{script.revision}: {table}"] = row[0] if row else 0


def _writers(world: World, table: str) -> list[str]:
    query = sql.SQL(WRITERS).format(sql.Identifier(table))
    return [writer for (writer,) in world.reader.execute(query)]


def _while_analyzed(world: World, direction: Direction, target: str) -> None:
    analysts = Analysts(world.url, world.reader)
    with alembic_commands.connected(world.url) as connection, analysts.at_work(connection):
        try:
            _migrate(direction, alembic_commands.config(connection=connection), target)
        finally:
            world.state(MigrationState).deadlocks = analysts.deadlocks


def _while_clients_work(world: World, direction: Direction, target: str) -> None:
    """At each revision, each client that it is promised to has worked at least once."""
    crowd = Crowd(world.state(MigrationState).clients, alembic_commands.history()[0].revision)
    with alembic_commands.connected(world.url) as connection, crowd.at_work(world.url, connection):
        _migrate(direction, alembic_commands.config(connection=connection), target)


def _second_fails(world: World, direction: Direction, target: str) -> None:
    """Let the first statement of the second revision fail."""
    fault = Fault(1, after=1)
    with alembic_commands.connected(world.url) as connection, fault.in_(connection):
        _migrate(direction, alembic_commands.config(connection=connection), target)
    assert fault.struck, "nothing failed"


def _offline(world: World, direction: Direction, target: str) -> None:
    """Print the SQL of the revisions, and run it."""
    if direction is Direction.UPGRADE:
        statements = alembic_commands.printed(command.upgrade, target)
    else:
        span = f"{alembic_commands.head()}:{target}"
        statements = alembic_commands.printed(command.downgrade, span)
    alembic_commands.run_printed(world.url, statements)


EXECUTIONS: Final[dict[str, MigrationRun]] = {
    "": _command(),
    " with consent to data loss": _command(alembic_commands.LOSSES_ALLOWED),
    " concurrently": _concurrently,
    " concurrently, with a lock timeout of 500 ms": (
        lambda world, direction, target: _concurrently(
            world, direction, target, "lock-timeout=500ms"
        )
    ),
    " one revision at a time": _one_by_one,
    " while every table is analyzed before each statement": _while_analyzed,
    " while the clients work": _while_clients_work,
    " while the second revision fails": _second_fails,
    " by the SQL of the offline mode": _offline,
}
"""Executions by the words with which a step ends."""

PATTERN: Final = "|".join([SESSION, *map(re.escape, sorted(EXECUTIONS, key=len, reverse=True))])


def execution(text: str) -> MigrationRun:
    """Return the execution that the words of a step mean."""
    if text in EXECUTIONS:
        return EXECUTIONS[text]
    session, value, _ = text.split('"')
    setting = SETTINGS[session.removeprefix(" in a session with the ").strip()]
    return _command(session=f"-c {setting}={value}")
