"""The tables as they were at each revision, and rows for each of them.

`fill` gives every table that is there at a revision two rows or more: rows that the upgrade to head
takes along, and that the way back gives again as they were. Only what the tables of revision 0012
hold has no place further back.
"""

from collections.abc import Iterable
from typing import Final

import psycopg
from psycopg import sql

from features.support.data import Row

HASH: Final = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$"
ADA_SESSION: Final = "00000000-0000-4000-8000-000000000001"
BRAM_SESSION: Final = "00000000-0000-4000-8000-000000000002"
NINE: Final = "2026-03-02 09:00:00"
TEN: Final = "2026-03-02 10:00:00"
NOON: Final = "2026-03-02 12:00:00"

LOG: Final = (
    "2026-03-02 09:00:00 user command: Import Q3 figures\n"
    '2026-03-02 10:00:00 task.claimed {"worker": 3}\n'
    "2026-03-02 10:00:00.500000 agent completion: Imported\nŽluťoučký 🐘"
)

Rows = list[Row]
Eras = list[tuple[str, Rows]]
"""What rows look like from a revision on, until the next one that changes them."""


def _changed(rows: Rows, *, without: Iterable[str] = (), **columns: list[object]) -> Rows:
    """Return the rows without some columns, and with others: a value for each row."""
    gone = set(without)
    return [
        {
            **{name: value for name, value in row.items() if name not in gone},
            **{name: values[number] for name, values in columns.items()},
        }
        for number, row in enumerate(rows)
    ]


def _utc(rows: Rows) -> Rows:
    """Return the rows with their times in UTC, which they were meant in."""
    return [
        {
            name: f"{value}+00" if value and name.endswith(("_at", "since")) else value
            for name, value in row.items()
        }
        for row in rows
    ]


_USERS_1: Final[Rows] = [
    {
        "id": 1,
        "username": "Ada",
        "contact": "Ada@example.org",
        "password_hash": f"{HASH}YWRh",
        "former_password_hash": f"{HASH}b25jZQ",
        "password_changed_at": TEN,
        "objective": "Close Q3",
        "objective_since": TEN,
        "created_at": NINE,
    },
    {
        "id": 2,
        "username": "Bram Žluťoučký",
        "contact": "bram@example.org",
        "password_hash": f"{HASH}YnJhbQ",
        "former_password_hash": f"{HASH}dHdpY2U",
        "password_changed_at": NOON,
        "objective": "Open Q4",
        "objective_since": NOON,
        "created_at": TEN,
    },
]
_USERS_2: Final = _changed(_USERS_1, without=["former_password_hash", "password_changed_at"])
_USERS_4: Final = _changed(
    _USERS_2,
    email=["Ada@example.org", "bram@example.org"],
    display_name=["Ada", "Bram Žluťoučký"],
)
_USERS_5: Final = _changed(_USERS_4, without=["username", "contact"])
_USERS_6: Final = _utc(_USERS_5)
_USERS_11: Final = _changed(_USERS_6, without=["objective", "objective_since"])
_USERS_12: Final = _changed(_USERS_11, changed_at=[f"{NINE}+00", f"{TEN}+00"])

_FORMER_2: Final[Rows] = [
    {"id": 1, "user_id": 1, "password_hash": f"{HASH}b25jZQ", "retired_at": TEN},
    {"id": 2, "user_id": 2, "password_hash": f"{HASH}dHdpY2U", "retired_at": NOON},
]

_TASKS_1: Final[Rows] = [
    {
        "id": 1,
        "user_id": 1,
        "title": "Import Q3 figures",
        "payload": '{"rows": 1200}',
        "status": "completed",
        "result": "all of them",
        "error": None,
        "project": "/srv/q3",
        "agent": "Clerk",
        "agent_session": ADA_SESSION,
        "log": LOG,
        "created_at": NINE,
        "started_at": TEN,
        "finished_at": NOON,
    },
    {
        "id": 2,
        "user_id": 2,
        "title": "Import Q4 figures",
        "payload": "as last time",
        "status": "processing",
        "result": None,
        "error": None,
        "project": "/srv/q4",
        "agent": "Clerk",
        "agent_session": BRAM_SESSION,
        "log": "2026-03-02 12:00:00 agent question: Which?\n2026-03-02 12:00:00 task.paused null",
        "created_at": NINE,
        "started_at": TEN,
        "finished_at": None,
    },
]
_TASKS_6: Final = _utc(_TASKS_1)
_TASKS_8: Final = _changed(
    _TASKS_6,
    payload=['{"rows": 1200}', '{"text": "as last time"}'],
    result=['{"text": "all of them"}', None],
)
_TASKS_9: Final = _changed(
    _TASKS_8,
    without=["user_id", "project", "agent", "agent_session"],
    owner_id=[1, 2],
    agent_id=[1, 2],
)
_TASKS_10: Final = _changed(_TASKS_9, without=["log"])

ERAS: Final[dict[str, Eras]] = {
    "users": [
        ("0001", _USERS_1),
        ("0002", _USERS_2),
        ("0004", _USERS_4),
        ("0005", _USERS_5),
        ("0006", _USERS_6),
        ("0011", _USERS_11),
        ("0012", _USERS_12),
    ],
    "password_history": [("0002", _FORMER_2), ("0006", _utc(_FORMER_2))],
    "projects": [
        (
            "0009",
            [
                {
                    "id": 1,
                    "owner_id": 1,
                    "path": "/srv/q3",
                    "slug": "q3",
                    "created_at": f"{NINE}+00",
                },
                {
                    "id": 2,
                    "owner_id": 2,
                    "path": "/srv/q4",
                    "slug": "q4",
                    "created_at": f"{NINE}+00",
                },
            ],
        )
    ],
    "agents": [
        (
            "0009",
            [
                {
                    "id": 1,
                    "owner_id": 1,
                    "project_id": 1,
                    "session_uuid": ADA_SESSION,
                    "name": "Clerk",
                    "created_at": f"{NINE}+00",
                },
                {
                    "id": 2,
                    "owner_id": 2,
                    "project_id": 2,
                    "session_uuid": BRAM_SESSION,
                    "name": "Clerk",
                    "created_at": f"{NINE}+00",
                },
            ],
        )
    ],
    "tasks": [
        ("0001", _TASKS_1),
        ("0006", _TASKS_6),
        ("0008", _TASKS_8),
        ("0009", _TASKS_9),
        ("0010", _TASKS_10),
    ],
    "turns": [
        (
            "0010",
            [
                {
                    "id": 1,
                    "owner_id": 1,
                    "task_id": 1,
                    "actor": "user",
                    "intent": "command",
                    "text": "Import Q3 figures",
                    "created_at": f"{NINE}+00",
                },
                {
                    "id": 2,
                    "owner_id": 1,
                    "task_id": 1,
                    "actor": "agent",
                    "intent": "completion",
                    "text": "Imported\nŽluťoučký 🐘",
                    "created_at": f"{TEN}.5+00",
                },
                {
                    "id": 3,
                    "owner_id": 2,
                    "task_id": 2,
                    "actor": "agent",
                    "intent": "question",
                    "text": "Which?",
                    "created_at": f"{NOON}+00",
                },
            ],
        )
    ],
    "events": [
        (
            "0010",
            [
                {
                    "id": 1,
                    "owner_id": 1,
                    "project_id": 1,
                    "agent_id": 1,
                    "task_id": 1,
                    "turn_id": 1,
                    "type": "task.claimed",
                    "payload": '{"worker": 3}',
                    "created_at": f"{TEN}+00",
                },
                {
                    "id": 2,
                    "owner_id": 2,
                    "project_id": 2,
                    "agent_id": 2,
                    "task_id": 2,
                    "turn_id": 3,
                    "type": "task.paused",
                    "payload": "null",
                    "created_at": f"{NOON}+00",
                },
            ],
        )
    ],
    "objectives": [
        (
            "0011",
            [
                {"id": 1, "owner_id": 1, "text": "Close Q3", "since": f"{TEN}+00"},
                {"id": 2, "owner_id": 2, "text": "Open Q4", "since": f"{NOON}+00"},
            ],
        )
    ],
    "objective_history": [
        (
            "0011",
            [
                {
                    "id": 1,
                    "owner_id": 1,
                    "objective_id": 1,
                    "text": "Close Q3",
                    "constraints": [],
                    "valid_from": f"{TEN}+00",
                },
                {
                    "id": 2,
                    "owner_id": 2,
                    "objective_id": 2,
                    "text": "Open Q4",
                    "constraints": [],
                    "valid_from": f"{NOON}+00",
                },
            ],
        )
    ],
    "login_sessions": [
        (
            "0012",
            [
                {
                    "jti": "A" * 43,
                    "user_id": 1,
                    "created_at": f"{NINE}+00",
                    "last_seen_at": f"{TEN}+00",
                    "expires_at": f"{NOON}+00",
                    "ip": "192.0.2.7",
                    "user_agent": "Mozilla/5.0",
                    "ended_at": f"{TEN}+00",
                    "ended_because": "logged_out",
                },
                {
                    "jti": "B" * 43,
                    "user_id": 2,
                    "created_at": f"{NINE}+00",
                    "last_seen_at": f"{NINE}+00",
                    "expires_at": f"{NOON}+00",
                },
            ],
        )
    ],
    "temporary_passwords": [
        (
            "0012",
            [
                {
                    "user_id": user,
                    "password_hash": f"{HASH}dGVtcA",
                    "issued_at": f"{NINE}+00",
                    "expires_at": f"{NOON}+00",
                }
                for user in (1, 2)
            ],
        )
    ],
}
"""The rows of every table, in an order in which whatever is referred to comes first."""


def fill(connection: psycopg.Connection, revision: str) -> None:
    """Give every table of an empty database at this revision its rows, in one transaction."""
    with connection.transaction():
        for table in ERAS:
            if found := rows(table, revision):
                insert(connection, table, found)


def rows(table: str, revision: str) -> Rows:
    """Return the rows of a table at this revision; none if there is no such table yet."""
    shapes = [shape for since, shape in ERAS[table] if since <= revision]
    return shapes[-1] if shapes else []


def insert(connection: psycopg.Connection, table: str, rows: Rows) -> None:
    """Insert rows with the ids they have; the next ids come after them."""
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
