"""A table of the service on a disk that its rows fill."""

import random
from typing import Final

from psycopg import sql

from domain.transactions import TenantWork
from domain.work.turns_and_events import About
from features.support.tasks.workspace import make_chain
from features.support.world import World

TABLESPACE: Final = sql.Identifier("acceptance_small_disk")
BALLAST: Final = sql.Identifier("ballast")
"""Another table on the small disk, dropped to make room: a vacuum needs some."""
BALLAST_ROWS: Final = 20_000
DROP_BALLAST: Final = sql.SQL("DROP TABLE IF EXISTS {}").format(BALLAST)
MEGABYTE: Final = 1_000_000


def move_to_small_disk(world: World, table: str) -> None:
    """Move a table to the small disk until the scenario ends."""
    place = sql.Literal(world.database.server.small_disk())
    name, default = sql.Identifier(table), sql.Identifier("pg_default")
    move = sql.SQL("ALTER TABLE {} SET TABLESPACE {}")
    fill = sql.SQL("CREATE TABLE {} TABLESPACE {} AS SELECT generate_series(1, {})")

    _execute(world, sql.SQL("CREATE TABLESPACE {} LOCATION {}").format(TABLESPACE, place))
    _at_the_end(world, sql.SQL("DROP TABLESPACE {}").format(TABLESPACE))
    _execute(world, fill.format(BALLAST, TABLESPACE, BALLAST_ROWS))
    _at_the_end(world, DROP_BALLAST)
    _execute(world, move.format(name, TABLESPACE))
    _at_the_end(world, move.format(name, default))


def make_room(world: World, table: str) -> None:
    """Drop the other table, and vacuum away the rows of the transaction that was rolled back.

    Autovacuum would do the latter by itself later.
    """
    _execute(world, DROP_BALLAST)
    _execute(world, sql.SQL("VACUUM {}").format(sql.Identifier(table)))


def _execute(world: World, statement: sql.Composed) -> None:
    world.reader.execute(statement)


def _at_the_end(world: World, statement: sql.Composed) -> None:
    world.add_cleanup(lambda: world.reader.execute(statement))


def store(tx: TenantWork, megabytes: int) -> None:
    """Store a project with rows in all its tables, and events of a megabyte each about it."""
    project, *_ = make_chain(tx)
    chance = random.Random("a full disk")  # noqa: S311 (the same in every run; not compressible)
    for _ in range(megabytes):
        payload = {"log": chance.randbytes(MEGABYTE // 2).hex()}
        tx.workspace.record("project.logged", payload, About(project_id=project.id))
