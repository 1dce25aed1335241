"""Objects that would take rows past the policies, and settings that isolation rests on."""

from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import text

from domain import engine_for
from domain.database.schema import Role
from features.support.world import World
from pgharness.servers import provision

KINDS: Final = """
    WITH kinds (kind, object) AS (
        SELECT 'materialized views', oid::regclass::text FROM pg_class WHERE relkind = 'm'
        UNION ALL
        SELECT 'foreign data wrappers', fdwname FROM pg_foreign_data_wrapper
        UNION ALL
        SELECT 'tables that share rows', inhrelid::regclass::text
          FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE relkind NOT IN ('i', 'I')
        UNION ALL
        SELECT 'rules', format('%s on %s', rulename, ev_class::regclass)
          FROM pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN'
        UNION ALL
        SELECT 'event triggers', evtname FROM pg_event_trigger
        UNION ALL
        SELECT 'publications', pubname FROM pg_publication
        UNION ALL
        SELECT 'subscriptions', subname FROM pg_subscription
         WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        UNION ALL
        SELECT 'large objects', oid::text FROM pg_largeobject_metadata
        UNION ALL
        SELECT 'extensions', extname FROM pg_extension
        UNION ALL
        SELECT 'languages', lanname FROM pg_language WHERE oid >= 16384
    )
    SELECT kind, coalesce(string_agg(object, ', ' ORDER BY object), 'none')
      FROM unnest(ARRAY[
               'event triggers', 'extensions', 'foreign data wrappers', 'languages',
               'large objects', 'materialized views', 'publications', 'rules', 'subscriptions',
               'tables that share rows'
           ]) WITH ORDINALITY AS listed (kind, place) LEFT JOIN kinds USING (kind)
     GROUP BY kind, place ORDER BY place
"""

SETTINGS: Final = """
    SELECT name, coalesce(current_setting(name, true), 'none')
      FROM unnest(ARRAY['allow_system_table_mods', 'app.user_id', 'lo_compat_privileges', 'role',
                        'row_security', 'search_path', 'session_replication_role']) AS name
"""
"""Whether the server, the database, the role or the service itself has set them."""

RESERVED: Final = "SELECT name FROM pg_settings WHERE context = 'superuser' ORDER BY 1"


def carriers(connection: psycopg.Connection) -> list[dict[str, str]]:
    """Return the objects of each kind that can take rows past the policies."""
    return [{"kind": kind, "objects": found} for kind, found in connection.execute(KINDS)]


def settings(world: World) -> list[dict[str, str]]:
    """Return the settings that isolation rests on, as the service's next connection has them."""
    engine = engine_for(world.url, world.settings, name="next", pool_size=1)
    with engine.connect() as connection:
        found = connection.execute(text(SETTINGS)).all()
    engine.dispose()
    return [{"setting": name, "value": value} for name, value in found]


def reserved_parameters_set(world: World, role: Role) -> list[str]:
    """Return those parameters of superusers that a role has set; all is rolled back."""
    found = []
    with provision.connect(world.url) as connection, connection.transaction(force_rollback=True):
        names = [name for (name,) in connection.execute(RESERVED)]
        assert "session_replication_role" in names, f"only {names} are reserved"
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
        for name in names:
            try:
                with connection.transaction():
                    setting = sql.Identifier(*name.split("."))
                    connection.execute(sql.SQL("SET LOCAL {} TO DEFAULT").format(setting))
            except psycopg.errors.InsufficientPrivilege:
                continue
            found.append(name)
    return found
