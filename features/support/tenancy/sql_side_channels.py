"""Side channels of PostgreSQL that a tenant can use by SQL of his own, past the service.

Each returns what the intruder learns, or NOTHING; it fails if that is not the truth.
"""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import sql

from features.support.tenancy.policy_side_channels import NOTHING, Channel, tenant_connection
from features.support.tenancy.state import TenancyState
from features.support.world import World

MANY: Final = 3000
"""Rows; enough for statistics that do not depend on chance."""


def _explain(
    connection: psycopg.Connection, query: str, values: Any = None, *, run: bool = False
) -> dict[str, Any]:
    """Return the plan of a query, with actual numbers if it is run."""
    how = "ANALYZE, TIMING OFF, FORMAT JSON" if run else "FORMAT JSON"
    explain = sql.SQL("EXPLAIN ({}) {}").format(sql.SQL(how), sql.SQL(query))
    ((plans,),) = psycopg.ClientCursor(connection).execute(explain, values).fetchall()
    plan: dict[str, Any] = plans[0]["Plan"]
    return plan


def _removed(connection: psycopg.Connection, query: str, values: Any = None) -> int:
    """Return the number of rows that the server read and did not return."""
    plan = _explain(connection, query, values, run=True)
    return int(plan.get("Rows Removed by Filter", 0))


def _only(connection: psycopg.Connection, wanted: str) -> None:
    """Enable this kind of scan, and disable all others; every role may."""
    connection.execute(sql.SQL("SET LOCAL {} = on").format(sql.SQL(f"enable_{wanted}")))
    for way in {"seqscan", "indexscan", "indexonlyscan", "bitmapscan"} - {wanted}:
        connection.execute(sql.SQL("SET LOCAL {} = off").format(sql.SQL(f"enable_{way}")))
    connection.execute("SET LOCAL max_parallel_workers_per_gather = 0")


def _many_tasks(world: World, person: str, title: str, days_ago: int = 0) -> None:
    """Store many tasks of a person in one statement, and analyze the table."""
    world.reader.execute(
        "INSERT INTO tasks (owner_id, title, payload, created_at)"
        " SELECT %s, %s || n, '{}', now() - make_interval(days => %s)"
        " FROM generate_series(1, %s) AS n",
        [world.people[person].id, title, days_ago, MANY],
    )
    world.reader.execute("ANALYZE tasks")


# --- closed -----------------------------------------------------------------------------------


def _estimates_of_words(world: World, intruder: str, victim: str) -> str:
    """Estimate the titles before "M": all of the intruder's, and some of the victim's."""
    query = "SELECT FROM tasks WHERE title < 'M'"
    estimates = []
    _many_tasks(world, intruder, "A task ")
    for title in ("B secret ", "Z secret ", "Z secret "):
        _many_tasks(world, victim, title)
        with tenant_connection(world, intruder) as connection:
            all_rows = _explain(connection, "SELECT FROM tasks")["Plan Rows"]
            estimates.append(_explain(connection, query)["Plan Rows"] / all_rows)
    share, *others = (round(estimate, 1) for estimate in estimates)
    return NOTHING if set(others) == {share} else "how the titles of others begin"


def _common_values(world: World, intruder: str, _: str) -> str:
    """Read the most common values of every column."""
    world.reader.execute("ANALYZE")
    with tenant_connection(world, intruder) as connection:
        found = connection.execute("SELECT FROM pg_stats WHERE schemaname = 'public'")
        found_more = connection.execute("SELECT FROM pg_stats_ext WHERE schemaname = 'public'")
        return "how common values are" if found.rowcount + found_more.rowcount else NOTHING


def _last_values(world: World, intruder: str, _: str) -> str:
    """Read the last id of every table."""
    with tenant_connection(world, intruder) as connection:
        found = connection.execute(
            "SELECT FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
        )
        return "how many rows there were" if found.rowcount else NOTHING


def _statements(world: World, intruder: str, victim: str) -> str:
    """Read the statements of other sessions, one of which contains a secret."""
    with world.domain.tenant(world.people[victim].id) as tx:
        tx.tasks.list()
        with tenant_connection(world, intruder) as connection:
            told = connection.execute(
                "SELECT query FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchall()
    assert told, "there are no other sessions"
    return NOTHING if set(told) == {("<insufficient privilege>",)} else "the statements of others"


def _repeating_function(world: World, intruder: str, victim: str) -> str:
    """Filter titles by a function whose cost is so low that it could be evaluated first."""
    said: list[str] = []

    def hear(notice: psycopg.errors.Diagnostic) -> None:
        if notice.severity_nonlocalized == "NOTICE":  # a server may log to its clients as well
            said.append(str(notice.message_primary))

    with tenant_connection(world, intruder) as connection:
        connection.execute(
            "CREATE FUNCTION pg_temp.repeat_it(varchar) RETURNS bool LANGUAGE plpgsql"
            " COST 0.0000001 AS 'BEGIN RAISE NOTICE ''%'', $1; RETURN true; END'"
        )
        connection.add_notice_handler(hear)
        connection.execute("SELECT FROM tasks WHERE pg_temp.repeat_it(title)")
    own = f"{intruder}'s secret task"
    assert own in said, "the function was told"
    return NOTHING if set(said) == {own} else f"how tasks of {victim}'s are called"


# --- open -------------------------------------------------------------------------------------


def _estimate_for_owner(world: World, intruder: str, victim: str) -> str:
    """Compare the row estimates for two owners."""
    _many_tasks(world, victim, "A task ")
    shares = []
    with tenant_connection(world, intruder) as connection:
        for owner in (victim, intruder):
            plan = _explain(
                connection, "SELECT FROM tasks WHERE owner_id = %s", [world.people[owner].id]
            )
            shares.append(plan["Plan Rows"])
    assert shares[0] > MANY / 10 > shares[1], f"the estimates are {shares}"
    return "about how many tasks a user has"


def _estimate_for_time(world: World, intruder: str, victim: str) -> str:
    """Estimate the rows of a day, before and after the victim has tasks of that day."""
    query = "SELECT FROM tasks WHERE created_at < now() - interval '1 day'"
    _many_tasks(world, intruder, "A task ")
    estimates = []
    for days in (0, 2):
        _many_tasks(world, victim, "A task ", days)
        with tenant_connection(world, intruder) as connection:
            estimates.append(_explain(connection, query)["Plan Rows"])
    assert estimates[1] > MANY / 10 > estimates[0], f"the estimates are {estimates}"
    return "about how many tasks were submitted before any moment"


def _removed_by_filter(world: World, intruder: str, victim: str) -> str:
    """Count the rows that the policy removes."""
    _many_tasks(world, victim, "A task ")
    (others,) = world.reader.execute(
        "SELECT count(*) FROM tasks WHERE owner_id <> %s", [world.people[intruder].id]
    ).fetchone() or (0,)
    with tenant_connection(world, intruder) as connection:
        _only(connection, "seqscan")
        counted = _removed(connection, "SELECT * FROM tasks")
    assert counted == others, f"of {others} tasks {counted} were counted"
    return "exactly how many tasks all others have"


def _hidden_uuid(world: World, intruder: str, victim: str) -> str:
    """Bisect the range of all UUIDs by the number of rows that a filter removed."""
    state = world.state(TenancyState)
    theirs: UUID = state.fixtures[victim]["agent"].session_uuid
    own: UUID = state.fixtures[intruder]["agent"].session_uuid
    query = "SELECT * FROM agents WHERE session_uuid BETWEEN %s AND %s AND session_uuid <> %s"
    low, high = 0, 2**128 - 1
    with tenant_connection(world, intruder) as connection:
        _only(connection, "indexscan")
        while low < high:
            middle = (low + high) // 2
            half = [UUID(int=low), UUID(int=middle), own]
            low, high = (low, middle) if _removed(connection, query, half) else (middle + 1, high)
    assert UUID(int=low) == theirs, f"he finds {UUID(int=low)}, not {theirs}"
    return "the session of another tenant's agent, digit by digit"


def _hidden_time(world: World, intruder: str, victim: str) -> str:
    """Count the pending tasks of a second in which the victim submits two."""
    world.clock.advance(timedelta(minutes=1))
    with world.domain.tenant(world.people[victim].id) as tx:
        for _ in range(2):
            tx.tasks.submit("Count the seconds", payload=None)
    _many_tasks(world, victim, "A task ")
    now = world.clock.now()
    with tenant_connection(world, intruder) as connection:
        _only(connection, "indexscan")
        counted = _removed(
            connection,
            "SELECT * FROM tasks WHERE status = 'pending' AND created_at BETWEEN %s AND %s",
            [now, now + timedelta(seconds=1)],
        )
    assert counted == 2, f"{counted} tasks were counted"  # noqa: PLR2004 (said above)
    return "how many pending tasks others submitted in any second"


def _transactions(world: World, intruder: str, victim: str) -> str:
    """Read the ids of two transactions, between which the victim commits three."""
    numbers = []
    for submitted in (3, 0):
        with tenant_connection(world, intruder) as connection:
            numbers += connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchall()
        for _ in range(submitted):
            with world.domain.tenant(world.people[victim].id) as tx:
                tx.tasks.submit("Count the transactions", payload=None)
    (first,), (last,) = numbers
    # Other databases of the server count as well.
    assert last - first > 3, f"the transactions are {numbers}"  # noqa: PLR2004 (said above)
    return "how many transactions wrote to any database of the server"


def _notifications(world: World, intruder: str, victim: str) -> str:
    """Listen on a channel that another session notifies."""
    with tenant_connection(world, intruder) as connection:
        connection.execute("LISTEN tasks")
        connection.commit()
        with tenant_connection(world, victim) as other:
            other.execute("NOTIFY tasks, 'secret'")
            other.commit()
        heard = [notice.payload for notice in connection.notifies(timeout=10, stop_after=1)]
        connection.execute("UNLISTEN *")
        connection.commit()
    assert heard == ["secret"], f"he heard {heard}"
    return "that a session notifies a channel, and the message"


SQL_CHANNELS: Final[dict[str, Channel]] = {
    "the row estimates for titles": _estimates_of_words,
    "the common values of columns": _common_values,
    "the last ids of sequences": _last_values,
    "the statements of other sessions": _statements,
    "a function that repeats its argument": _repeating_function,
    "the row estimate for an owner": _estimate_for_owner,
    "the row estimate for a time": _estimate_for_time,
    "the number of rows that a filter removed": _removed_by_filter,
    "sessions of agents that a filter removed": _hidden_uuid,
    "tasks of one second that a filter removed": _hidden_time,
    "the ids of his transactions": _transactions,
    "a notification channel": _notifications,
}
