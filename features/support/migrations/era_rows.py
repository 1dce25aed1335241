"""Two rows or more for every table, for each of the columns that it has had.

The number in a name is the first revision with these columns.
"""

from collections.abc import Iterable
from typing import Final

from pgharness.data.fingerprints import Row

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


def changed(rows: Rows, *, without: Iterable[str] = (), **columns: list[object]) -> Rows:
    """Return the rows without some columns, and with others: a value for each row."""
    gone = set(without)
    return [
        {
            **{name: value for name, value in row.items() if name not in gone},
            **{name: values[number] for name, values in columns.items()},
        }
        for number, row in enumerate(rows)
    ]


def utc(rows: Rows) -> Rows:
    """Return the rows with their times in UTC, which they were meant in."""
    return [
        {
            name: f"{value}+00" if value and name.endswith(("_at", "since")) else value
            for name, value in row.items()
        }
        for row in rows
    ]


USERS_1: Final[Rows] = [
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
USERS_3: Final = changed(USERS_1, without=["former_password_hash", "password_changed_at"])
USERS_5: Final = changed(
    USERS_3,
    email=["Ada@example.org", "bram@example.org"],
    display_name=["Ada", "Bram Žluťoučký"],
)
USERS_6: Final = changed(USERS_5, without=["username", "contact"])
USERS_7: Final = utc(USERS_6)
USERS_17: Final = changed(USERS_7, without=["objective", "objective_since"])
USERS_18: Final = changed(USERS_17, changed_at=[f"{NINE}+00", f"{TEN}+00"])

FORMER_3: Final[Rows] = [
    {"id": 1, "user_id": 1, "password_hash": f"{HASH}b25jZQ", "retired_at": TEN},
    {"id": 2, "user_id": 2, "password_hash": f"{HASH}dHdpY2U", "retired_at": NOON},
]

TASKS_1: Final[Rows] = [
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
TASKS_7: Final = utc(TASKS_1)
TASKS_11: Final = changed(
    TASKS_7,
    payload=['{"rows": 1200}', '{"text": "as last time"}'],
    result=['{"text": "all of them"}', None],
)
TASKS_12: Final = changed(TASKS_11, agent_id=[1, None])
TASKS_13: Final = changed(
    TASKS_11,
    without=["user_id", "project", "agent", "agent_session"],
    owner_id=[1, 2],
    agent_id=[1, 2],
)
TASKS_15: Final = changed(TASKS_13, without=["log"])

PROJECTS: Final[Rows] = [
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
]

AGENTS: Final[Rows] = [
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
]

TURNS: Final[Rows] = [
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
]

EVENTS: Final[Rows] = [
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
]

OBJECTIVES: Final[Rows] = [
    {"id": 1, "owner_id": 1, "text": "Close Q3", "since": f"{TEN}+00"},
    {"id": 2, "owner_id": 2, "text": "Open Q4", "since": f"{NOON}+00"},
]

OBJECTIVE_HISTORY: Final[Rows] = [
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
]

LOGIN_SESSIONS: Final[Rows] = [
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
]

TEMPORARY_PASSWORDS: Final[Rows] = [
    {
        "user_id": user,
        "password_hash": f"{HASH}dGVtcA",
        "issued_at": f"{NINE}+00",
        "expires_at": f"{NOON}+00",
    }
    for user in (1, 2)
]
