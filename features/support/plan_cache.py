"""A plan that a connection has made for one tenant, and runs for another."""

from typing import Final

from psycopg import sql

from features.support import catalogue
from features.support.side_channels import one_connection
from features.support.world import World

PLANS: Final = {"one plan for all": "force_generic_plan", "a plan each time": "force_custom_plan"}
"""How the server plans what is prepared, and the setting that makes it do so."""


PREPARE: Final = "PREPARE {} (bigint) AS SELECT DISTINCT owner_id FROM {} WHERE id > $1"


def owners_seen(world: World, plans: str, first: str, then: str) -> dict[str, list[int]]:
    """Return whose rows the second sees, table by table, by what was prepared for the first."""
    found = {}
    with one_connection(world) as (_, raw):
        for table in catalogue.tenant_tables(world.reader):
            name = sql.Identifier(f"owners_of_{table}")
            run = sql.SQL("EXECUTE {} (0)").format(name)
            with raw(first) as connection:
                connection.execute(
                    "SELECT set_config('plan_cache_mode', %s, false)", [PLANS[plans]]
                )
                connection.execute(sql.SQL(PREPARE).format(name, sql.Identifier(table)))
                connection.execute(run)
                connection.commit()
            with raw(then) as connection:
                found[table] = [owner for (owner,) in connection.execute(run)]
    return found
