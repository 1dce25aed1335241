"""Where the harness is tried: databases made for a scenario, beside the one it runs on."""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy import URL

from features.support.world import World
from pgharness.adapters.test_run import Harness
from pgharness.databases import ownership
from pgharness.databases.ownership import Purpose
from pgharness.servers import provision

NUMBERS: Final = count(1)


@contextmanager
def database(harness: Harness[Any], world: World) -> Iterator[URL]:
    """Make an empty database of the run, on the server that the scenario has."""
    if not world.database.has_own_server:
        with harness.another_database() as url:
            yield url
        return
    name = f"acceptance_trial_{next(NUMBERS)}"
    with somebodys_database(world, name) as url, administrator(world) as admin:
        own = ownership.mark_of(admin, str(world.url.database))
        assert own is not None, "the run's own database is marked"
        ownership.write(admin, name, own.run, Purpose.RUN)
        yield url


@contextmanager
def somebodys_database(world: World, name: str) -> Iterator[URL]:
    """Make a database without a mark, on a server that goes with the scenarios that have it."""
    assert world.database.has_own_server, "on no other server may a database have any name"
    with administrator(world) as admin, ExitStack() as cleanups:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        cleanups.callback(_drop, world, name)
        yield admin_url(world).set(database=name)


def another_run(world: World) -> str:
    """Return the id of a run that there is not, another one for each run."""
    return hashlib.sha256(str(world.url.database).encode()).hexdigest()[:16]


def administrator(world: World) -> psycopg.Connection:
    """Connect to the server of the scenario."""
    return provision.connect(admin_url(world))


def admin_url(world: World) -> URL:
    """Return where the server of the scenario is managed."""
    return world.url.set(database="postgres")


def become_replica(world: World) -> None:
    """Kill the scenario's server, and start it as one that only repeats what another one does."""
    assert world.database.has_own_server, "somebody else's server stays what it is"
    with administrator(world) as admin:
        (folder,) = admin.execute("SHOW data_directory").fetchone() or ("",)
        admin.execute(
            sql.SQL("COPY (SELECT 'standby') TO {}").format(sql.Literal(f"{folder}/standby.signal"))
        )
    world.database.crash()
    world.database.restart()


def _drop(world: World, name: str) -> None:
    with administrator(world) as admin:
        if admin.execute("SELECT pg_is_in_recovery()").fetchone() == (False,):
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
