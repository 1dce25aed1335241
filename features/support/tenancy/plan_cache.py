"""Plans that a connection has prepared for one tenant and executes for another."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from domain import engine_for
from domain.database.schema import Role
from domain.database.tenancy import bind
from features.support.tenancy import rls_catalog
from features.support.world import World
from pgharness.faults.statement_faults import driver_of

PLAN_MODES: Final = {"a generic plan": "force_generic_plan", "custom plans": "force_custom_plan"}
"""The kinds of plans of a prepared statement, and the values of `plan_cache_mode`."""


PREPARE: Final = "PREPARE {} (bigint) AS SELECT DISTINCT owner_id FROM {} WHERE id > $1"


def owners_seen(world: World, mode: str, first: str, then: str) -> dict[str, list[int]]:
    """Return the owners that the second tenant sees, by table, in statements of the first.

    The connection stays out of the pool in between, which would deallocate the statements.
    """
    found = {}
    engine = engine_for(world.url, world.settings, name="pool of one", pool_size=1)
    with closing(engine.connect()) as connection:
        for table in rls_catalog.tenant_tables(world.reader):
            name = sql.Identifier(f"owners_of_{table}")
            run = sql.SQL("EXECUTE {} (0)").format(name)
            with _tenant(connection, world.people[first].id) as driver:
                driver.execute("SELECT set_config('plan_cache_mode', %s, false)", [mode])
                driver.execute(sql.SQL(PREPARE).format(name, sql.Identifier(table)))
                driver.execute(run)
            with _tenant(connection, world.people[then].id) as driver:
                found[table] = [owner for (owner,) in driver.execute(run)]
    engine.dispose()
    return found


@contextmanager
def _tenant(connection: Connection, user_id: int) -> Iterator[psycopg.Connection]:
    with Session(connection) as session, session.begin():
        bind(session, Role.TENANT, user_id)
        yield driver_of(connection)
