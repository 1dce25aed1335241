"""Rows for every table at every revision.

`fill` inserts rows that an upgrade to head keeps, and that a downgrade restores. Where a revision
begins a backfill that the next one completes, Ada's rows are already converted and Bram's are not.
Only the rows of the tables that revision 0019 adds are lost by a downgrade.
"""

from typing import Final

import psycopg
from psycopg import sql

from features.support.migrations import era_rows as rows_of
from features.support.migrations.era_rows import Rows

Eras = list[tuple[str, Rows]]
"""The rows of a table from a revision on, until the next one that changes their columns."""

ERAS: Final[dict[str, Eras]] = {
    "users": [
        ("0001", rows_of.USERS_1),
        ("0003", rows_of.USERS_3),
        ("0005", rows_of.USERS_5),
        ("0006", rows_of.USERS_6),
        ("0007", rows_of.USERS_7),
        ("0017", rows_of.USERS_17),
        ("0018", rows_of.USERS_18),
    ],
    "password_history": [
        ("0002", rows_of.FORMER_3[:1]),
        ("0003", rows_of.FORMER_3),
        ("0007", rows_of.utc(rows_of.FORMER_3)),
    ],
    "projects": [("0012", rows_of.PROJECTS[:1]), ("0013", rows_of.PROJECTS)],
    "agents": [("0012", rows_of.AGENTS[:1]), ("0013", rows_of.AGENTS)],
    "tasks": [
        ("0001", rows_of.TASKS_1),
        ("0007", rows_of.TASKS_7),
        ("0011", rows_of.TASKS_11),
        ("0012", rows_of.TASKS_12),
        ("0013", rows_of.TASKS_13),
        ("0015", rows_of.TASKS_15),
    ],
    "split_logs": [("0014", [{"task_id": 1, "digest": "of an earlier log"}]), ("0015", [])],
    "turns": [("0014", rows_of.TURNS[:2]), ("0015", rows_of.TURNS)],
    "events": [("0014", rows_of.EVENTS[:1]), ("0015", rows_of.EVENTS)],
    "objectives": [("0016", rows_of.OBJECTIVES[:1]), ("0017", rows_of.OBJECTIVES)],
    "objective_history": [
        ("0016", rows_of.OBJECTIVE_HISTORY[:1]),
        ("0017", rows_of.OBJECTIVE_HISTORY),
    ],
    "login_sessions": [("0019", rows_of.LOGIN_SESSIONS)],
    "temporary_passwords": [("0019", rows_of.TEMPORARY_PASSWORDS)],
}
"""The rows of every table, referenced tables first."""


def fill(connection: psycopg.Connection, revision: str) -> None:
    """Fill every table of an empty database at this revision, in one transaction."""
    with connection.transaction():
        for table in ERAS:
            if found := rows(table, revision):
                insert(connection, table, found)


def rows(table: str, revision: str) -> Rows:
    """Return the rows of a table at this revision; none if it does not exist yet."""
    shapes = [shape for since, shape in ERAS[table] if since <= revision]
    return shapes[-1] if shapes else []


def insert(connection: psycopg.Connection, table: str, rows: Rows) -> None:
    """Insert rows with their ids, and advance the sequence past them."""
    name = sql.Identifier(table)
    with connection.cursor() as cursor:
        for row in rows:
            statement = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})").format(
                name,
                sql.SQL(", ").join(map(sql.Identifier, row)),
                sql.SQL(", ").join(map(sql.Placeholder, row)),
            )
            cursor.execute(statement, row)
        if any("id" in row for row in rows):
            cursor.execute(
                sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), max(id)) FROM {}").format(
                    sql.Literal(table), name
                )
            )
