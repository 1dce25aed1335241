"""Upgrades and programs that work concurrently, as participants of the scenario."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from alembic.util import CommandError
from sqlalchemy import URL

from domain import Domain
from features.support.migrations import alembic_commands
from features.support.service import ROOT
from features.support.world import Opening, World
from pgharness.interleaving.actors import DEADLINE
from pgharness.servers import provision

STOPS: Final = {
    "locks the table": "LOCK TABLE",
    "records its first revision": "UPDATE alembic_version",
}
"""Where an upgrade can be stopped: before a statement that begins like this."""

CONNECTED: Final = """
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s
"""

BLOCKED: Final = """
    SELECT application_name FROM pg_stat_activity
     WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0
"""

PROGRAM: Final = "program"
"""The name of the participant that works past the service, as programs of earlier times do."""


def stop(world: World, name: str, target: str, point: str) -> None:
    """Start an upgrade, and return when it has stopped before this point."""
    engine = provision.engine(world.url, name=name)

    def upgrade(_: object) -> None:
        with engine.connect() as connection:
            alembic_commands.upgrade_as(alembic_commands.config(connection=connection), target)

    actor = world.actor(name, engine, CommandError)
    actor.stop_before(STOPS[point])
    actor.run(upgrade)
    actor.wait_until_stopped()


def start_process(world: World, name: str, target: str) -> None:
    """Run `alembic upgrade` in a process; return when it is connected, under this name, or over.

    The participant's operation returns what the process printed, and fails if the process does.
    """
    actor = world.actor(name)
    url = world.url.update_query_dict({"application_name": name})
    process = subprocess.Popen(
        [sys.executable, "-m", "alembic", "upgrade", target],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": alembic_commands.written(url)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    world.add_cleanup(process.wait)
    world.add_cleanup(process.kill)

    def end(_: Domain) -> str:
        (printed, _stderr) = process.communicate()
        assert process.returncode == 0, printed
        return printed

    actor.run(end)
    deadline = time.monotonic() + DEADLINE * 3  # on a busy machine it takes long to start
    while not actor.step.done() and world.reader.execute(CONNECTED, [name]).rowcount == 0:
        assert time.monotonic() < deadline, "the process never connected"


def past_the_service(url: URL) -> Opening[psycopg.Connection]:
    """Return what opens a transaction of a program that does not use the service."""

    @contextmanager
    def opening(_: Domain) -> Iterator[psycopg.Connection]:
        with provision.connect(url, name=PROGRAM) as connection, connection.transaction():
            yield connection

    return opening
