"""Everything that a unit of work can leave in its session, and the state of a session."""

from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import errors
from sqlalchemy import URL

from domain.database.schema import Role
from pgharness.servers import provision

BOUND: Final = "SELECT set_config('role', %s, true), set_config('app.user_id', %s, true)"


@dataclass(frozen=True)
class Leftover:
    """The statement that leaves it, and the query that finds it."""

    statement: str
    query: str


def _object(name: str) -> str:
    """Return the query for an object in the session's temporary schema."""
    return f"""
        SELECT count(*)
          FROM (SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema()
                UNION ALL
                SELECT proname FROM pg_proc WHERE pronamespace = pg_my_temp_schema()
                UNION ALL
                SELECT typname FROM pg_type
                 WHERE typnamespace = pg_my_temp_schema() AND typtype = 'd') AS temporary (name)
         WHERE name = '{name}'
    """  # noqa: S608 (the names are in this module)


def _setting(name: str, value: str) -> Leftover:
    return Leftover(f"SET {name} = {value}", f"SELECT current_setting('{name}', true)")


INSERTED: Final = """
    INSERT INTO public.projects (owner_id, path, slug, created_at)
         SELECT current_setting('app.user_id')::bigint, '/' || name, name, now()
           FROM CAST(gen_random_uuid() AS text) AS name
"""

LEFTOVERS: Final[dict[str, Leftover]] = {
    "the last value of a sequence": Leftover(INSERTED, "SELECT lastval()"),
    "a temporary table": Leftover(
        # A comment would be copied to the first table of that name on the search path.
        "CREATE TEMPORARY TABLE projects (LIKE public.projects INCLUDING ALL EXCLUDING COMMENTS)",
        _object("projects"),
    ),
    "a temporary view": Leftover("CREATE TEMPORARY VIEW v_left AS SELECT 1", _object("v_left")),
    "a temporary function": Leftover(
        "CREATE FUNCTION pg_temp.f_left() RETURNS int LANGUAGE sql AS 'SELECT 1'", _object("f_left")
    ),
    "a temporary type": Leftover("CREATE DOMAIN pg_temp.d_left AS int", _object("d_left")),
    "a setting": _setting("work_mem", "'77MB'"),
    "a custom setting": _setting("app.colour", "'green'"),
    "another user bound": _setting("app.user_id", "'77'"),
    "another statement timeout": _setting("statement_timeout", "'7min'"),
    "another encoding": _setting("client_encoding", "'LATIN1'"),
    "another application name": _setting("application_name", "'left'"),
    "read-only transactions": Leftover(
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "SELECT current_setting('default_transaction_read_only')",
    ),
    "a prepared statement": Leftover(
        "PREPARE p_left AS SELECT 1",
        "SELECT count(*) FROM pg_prepared_statements WHERE name = 'p_left'",
    ),
    "an open cursor": Leftover(
        "DECLARE c_left CURSOR WITH HOLD FOR SELECT id FROM public.projects",
        "SELECT count(*) FROM pg_cursors WHERE name = 'c_left'",
    ),
    "a channel with a listener": Leftover(
        "LISTEN n_left", "SELECT array_agg(name) FROM pg_listening_channels() AS name"
    ),
    "an advisory lock": Leftover(
        "SELECT pg_advisory_lock(77)",
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
    ),
    "a seed for random numbers": Leftover("SELECT setseed(0.77)", "SELECT random()"),
    "a search path": Leftover(
        "SET search_path = pg_temp, public", "SELECT current_setting('search_path')"
    ),
    "a role": Leftover("SET ROLE app_worker", "SELECT current_user::text"),
}
"""In an order in which one unit of work can leave all of them."""

SESSION_STATE: Final = {
    "settings": "SELECT name, setting, source FROM pg_settings WHERE source <> 'default'"
    " AND context <> 'internal' ORDER BY name",
    "roles": "SELECT current_user::text, session_user::text",
    "prepared statements": "SELECT name FROM pg_prepared_statements",
    "cursors": "SELECT name FROM pg_cursors WHERE name <> ''",
    "channels": "SELECT pg_listening_channels()",
    "locks": "SELECT locktype, mode FROM pg_locks WHERE pid = pg_backend_pid()"
    " AND locktype NOT IN ('relation', 'virtualxid')",
    "temporary objects": "SELECT classid::regclass::text, objid FROM pg_depend"
    " WHERE refclassid = 'pg_namespace'::regclass AND refobjid = pg_my_temp_schema()",
    "last value": "SELECT lastval()",
}
"""The state of a session, by the query that reads it."""


def answer(connection: psycopg.Connection, query: str) -> Any:
    """Return the answer in a transaction that is rolled back, or the error's SQLSTATE.

    The query itself is not prepared, or it would be found in the session.
    """
    with connection.transaction(force_rollback=True):
        try:
            return connection.execute(query, prepare=False).fetchall()
        except errors.ObjectNotInPrerequisiteState as error:
            return error.sqlstate


def described(connection: psycopg.Connection) -> dict[str, Any]:
    """Return the state of a session."""
    return {what: answer(connection, query) for what, query in SESSION_STATE.items()}


def kept(url: URL, user_id: int, leftover: Leftover) -> Any:
    """Return the answer to a leftover's query in a session that is not reset."""
    with provision.connect(url) as connection:
        fresh = answer(connection, leftover.query)
        with connection.transaction():
            connection.execute(BOUND, [Role.TENANT, str(user_id)])
            connection.execute(leftover.statement)
        found = answer(connection, leftover.query)
    assert found != fresh, f"nothing is left: {leftover.statement}"
    return found


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return the differences between two states of a session."""
    return [
        f"{what}: was {before[what]}, is {after[what]}"
        for what in before
        if before[what] != after[what]
    ]
