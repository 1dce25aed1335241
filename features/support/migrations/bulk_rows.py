"""Any number of accounts and tasks at the first revision, and the rows expected of them.

The expected rows are computed from numbers only, not from the rows that were migrated.
"""

from collections.abc import Mapping
from typing import Final

import psycopg
from psycopg import sql

USERS: Final = """
    SELECT n AS id, 'user ' || n AS username, 'User' || n || '@example.org' AS contact,
           '$argon2id$' || n AS password_hash,
           CASE WHEN n % 2 = 0 THEN '$argon2id$former' || n END AS former_password_hash,
           CASE WHEN n % 2 = 0 THEN timestamp '2026-03-02' + n * interval '1 ms' END
               AS password_changed_at,
           CASE WHEN n % 3 = 0 THEN 'Objective ' || n || ' 🐘' END AS objective,
           CASE WHEN n % 3 = 0 THEN timestamp '2026-03-02' - n * interval '1 s' END
               AS objective_since,
           timestamp '2020-01-01' + n * interval '1 minute' AS created_at
      FROM generate_series(1::bigint, {number}) AS n
"""

TASKS: Final = """
    SELECT n AS id, n AS user_id, 'Task ' || n AS title,
           CASE WHEN n % 2 = 0 THEN '{{"rows": ' || n || '}}' ELSE 'rows: ' || n END AS payload,
           {statuses} AS status,
           CASE WHEN n % 4 = 2 THEN 'all ' || n END AS result,
           CASE WHEN n % 4 = 3 THEN 'error ' || n END AS error,
           CASE WHEN n % 4 > 0 THEN '/srv/p' || n % 10 END AS project,
           CASE WHEN n % 4 > 0 THEN 'Agent ' || n END AS agent,
           CASE WHEN n % 4 > 0 THEN md5(n::text)::uuid::text END AS agent_session,
           CASE WHEN n % 4 > 0 THEN
               '2026-03-02 12:00:00 user command: Do ' || n || chr(10)
               || '2026-03-02 12:00:01 task.claimed {{"worker": ' || n || '}}' END AS log,
           timestamp '2026-03-02' - n * interval '1 s' AS created_at,
           CASE WHEN n % 4 > 0 THEN timestamp '2026-03-02' END AS started_at,
           CASE WHEN n % 4 > 1 THEN timestamp '2026-03-02 12:00' END AS finished_at
      FROM generate_series(1::bigint, {number}) AS n
"""
SPELT: Final = "(ARRAY['Open', 'in progress', 'DONE', 'Error'])[1 + n % 4]"
MEANT: Final = "(ARRAY['pending', 'processing', 'completed', 'failed'])[1 + n % 4]"

FIRST: Final = {"users": USERS, "tasks": TASKS.replace("{statuses}", MEANT)}
"""The rows expected after a downgrade to the first revision, with the current statuses."""

LATEST: Final = {
    "users": """
        SELECT n AS id, 'User' || n || '@example.org' AS email, 'user ' || n AS display_name,
               '$argon2id$' || n AS password_hash, 1 AS version,
               timestamptz '2020-01-01 00:00+00' + n * interval '1 minute' AS created_at,
               timestamptz '2020-01-01 00:00+00' + n * interval '1 minute' AS changed_at,
               NULL AS deactivated_at, '{{}}' AS failed_logins_at, NULL AS locked_until
          FROM generate_series(1::bigint, {number}) AS n
    """,
    "password_history": """
        SELECT row_number() OVER (ORDER BY n) AS id, n AS user_id,
               '$argon2id$former' || n AS password_hash,
               timestamptz '2026-03-02 00:00+00' + n * interval '1 ms' AS retired_at
          FROM generate_series(2::bigint, {number}, 2) AS n
    """,
    "objectives": """
        SELECT row_number() OVER (ORDER BY n) AS id, n AS owner_id,
               'Objective ' || n || ' 🐘' AS text, '{{}}' AS constraints,
               timestamptz '2026-03-02 00:00+00' - n * interval '1 s' AS since, 1 AS version
          FROM generate_series(3::bigint, {number}, 3) AS n
    """,
    "objective_history": """
        SELECT row_number() OVER (ORDER BY n) AS id, n AS owner_id,
               row_number() OVER (ORDER BY n) AS objective_id,
               'Objective ' || n || ' 🐘' AS text, '{{}}' AS constraints,
               timestamptz '2026-03-02 00:00+00' - n * interval '1 s' AS valid_from,
               NULL AS valid_until
          FROM generate_series(3::bigint, {number}, 3) AS n
    """,
    "projects": """
        SELECT row_number() OVER (ORDER BY n) AS id, n AS owner_id, '/srv/p' || n % 10 AS path,
               'p' || n % 10 AS slug,
               timestamptz '2026-03-02 00:00+00' - n * interval '1 s' AS created_at
          FROM generate_series(1::bigint, {number}) AS n WHERE n % 4 > 0
    """,
    "agents": """
        SELECT row_number() OVER (ORDER BY n) AS id, n AS owner_id,
               row_number() OVER (ORDER BY n) AS project_id, md5(n::text)::uuid AS session_uuid,
               'Agent ' || n AS name, NULL AS priority_score, NULL AS priority_reason,
               NULL AS priority_at,
               timestamptz '2026-03-02 00:00+00' - n * interval '1 s' AS created_at
          FROM generate_series(1::bigint, {number}) AS n WHERE n % 4 > 0
    """,
    "tasks": """
        SELECT n AS id, n AS owner_id, CASE WHEN n % 4 > 0 THEN n - n / 4 END AS agent_id,
               'Task ' || n AS title,
               CASE WHEN n % 2 = 0 THEN jsonb_build_object('rows', n)
                    ELSE jsonb_build_object('text', 'rows: ' || n) END AS payload,
               (ARRAY['pending', 'processing', 'completed', 'failed'])[1 + n % 4] AS status,
               CASE WHEN n % 4 = 2 THEN jsonb_build_object('text', 'all ' || n) END AS result,
               CASE WHEN n % 4 = 3 THEN 'error ' || n END AS error, NULL AS error_details,
               1 AS version, timestamptz '2026-03-02 00:00+00' - n * interval '1 s' AS created_at,
               CASE WHEN n % 4 > 0 THEN timestamptz '2026-03-02 00:00+00' END AS started_at,
               CASE WHEN n % 4 > 1 THEN timestamptz '2026-03-02 12:00+00' END AS finished_at
          FROM generate_series(1::bigint, {number}) AS n
    """,
    "turns": """
        SELECT row_number() OVER (ORDER BY n) AS id, n AS owner_id, n AS task_id, 'user' AS actor,
               'command' AS intent, 'Do ' || n AS text,
               timestamptz '2026-03-02 12:00+00' AS created_at
          FROM generate_series(1::bigint, {number}) AS n WHERE n % 4 > 0
    """,
    "events": """
        SELECT row_number() OVER (ORDER BY n) AS id, n AS owner_id,
               row_number() OVER (ORDER BY n) AS project_id,
               row_number() OVER (ORDER BY n) AS agent_id, n AS task_id,
               row_number() OVER (ORDER BY n) AS turn_id, 'task.claimed' AS type,
               jsonb_build_object('worker', n) AS payload,
               timestamptz '2026-03-02 12:00:01+00' AS created_at
          FROM generate_series(1::bigint, {number}) AS n WHERE n % 4 > 0
    """,
}

MAKE: Final = """
    INSERT INTO users ({users}) OVERRIDING SYSTEM VALUE {all_users};
    INSERT INTO tasks ({tasks}) OVERRIDING SYSTEM VALUE {all_tasks};
    SELECT setval(pg_get_serial_sequence('users', 'id'), {number}),
           setval(pg_get_serial_sequence('tasks', 'id'), {number});
"""
BULK_COLUMNS: Final = {
    "users": "id, username, contact, password_hash, former_password_hash, password_changed_at,"
    " objective, objective_since, created_at",
    "tasks": "id, user_id, title, payload, status, result, error, project, agent, agent_session,"
    " log, created_at, started_at, finished_at",
}


def make(connection: psycopg.Connection, number: int) -> None:
    """Insert this number of users and of tasks at the first revision."""
    count = sql.Literal(number)
    connection.execute(
        sql.SQL(MAKE).format(
            users=sql.SQL(BULK_COLUMNS["users"]),
            tasks=sql.SQL(BULK_COLUMNS["tasks"]),
            all_users=sql.SQL(USERS).format(number=count),
            all_tasks=sql.SQL(TASKS.replace("{statuses}", SPELT)).format(number=count),
            number=count,
        )
    )


def wrong(connection: psycopg.Connection, number: int, expected: Mapping[str, str]) -> list[str]:
    """Return by table the number of missing and of unexpected rows.

    Rows are compared column by column, as text.
    """
    found = []
    with connection.transaction():
        connection.execute("SET LOCAL TimeZone = 'UTC'")
        for table, query in expected.items():
            wanted = sql.SQL("({})").format(sql.SQL(query).format(number=sql.Literal(number)))
            missing, surplus = _differences(connection, wanted, sql.Identifier(table))
            if missing or surplus:
                found.append(f"{table}: {missing} rows are missing, {surplus} are unexpected")
    return found


def _differences(
    connection: psycopg.Connection, wanted: sql.Composable, table: sql.Composable
) -> tuple[int, int]:
    names = _columns(connection, wanted)
    assert set(names) == set(_columns(connection, table)), f"only {names} would be compared"
    columns = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in names)
    sides = [
        sql.SQL("SELECT {} FROM {} AS t").format(columns, source) for source in (wanted, table)
    ]
    counts = []
    for one, other in (sides, sides[::-1]):
        query = sql.SQL("SELECT count(*) FROM ({} EXCEPT ALL {}) AS d").format(one, other)
        (number,) = connection.execute(query).fetchone() or (0,)
        counts.append(int(number))
    return counts[0], counts[1]


def _columns(connection: psycopg.Connection, source: sql.Composable) -> list[str]:
    query = sql.SQL("SELECT * FROM {} AS t LIMIT 0").format(source)
    return [column.name for column in connection.execute(query).description or []]
