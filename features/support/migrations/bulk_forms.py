"""The columns of every table at each revision that ends a change, as SQL computed from numbers.

`n` is the number of an account, which is that of its task, and `k` the number of the row. A form
counts from its revision until the next one; there is none for revisions that only begin a change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

Columns = Mapping[str, str]
"""The expression for each column."""


@dataclass(frozen=True)
class Shares:
    """Conditions on `n`: which accounts and tasks have more than what each must have."""

    former_password: str
    objective: str
    agent: str
    """And a project and a log."""


EACH_NINTH: Final = Shares("n % 9 = 2", "n % 9 = 0", "n % 9 = 1")
MOST: Final = Shares("n % 2 = 0", "n % 3 = 0", "n % 4 > 0")

ALL: Final = "true"

SPELT: Final = "(ARRAY['Open', 'in progress', 'DONE', 'Error'])[1 + n % 4]"
"""How programs wrote the statuses before revision 0009."""
MEANT: Final = "(ARRAY['pending', 'processing', 'completed', 'failed'])[1 + n % 4]"
"""How a downgrade from revision 0009 writes them."""


@dataclass(frozen=True)
class Form:
    """The rows of a table."""

    columns: Columns
    which: str = ALL
    """A condition on `n`."""

    def changed(self, *, without: Iterable[str] = (), **columns: str) -> "Form":
        """Return the form without some columns, and with others."""
        gone = set(without)
        left = {name: value for name, value in self.columns.items() if name not in gone}
        return replace(self, columns={**left, **columns})

    def in_utc(self) -> "Form":
        """Return the form with its times in UTC, which they were meant in."""
        return replace(
            self,
            columns={
                name: f"({value}) AT TIME ZONE 'UTC'"
                if name.endswith(("_at", "since", "_from"))
                else value
                for name, value in self.columns.items()
            },
        )


Forms = Mapping[str, list[tuple[str, Form]]]
"""By table: its forms, each with the revision from which on it counts."""


def forms(spelling: str, shares: Shares) -> Forms:
    """Return the forms of every table, referenced tables first."""
    return {
        **_accounts(shares),
        **_projects(shares),
        "tasks": _tasks(spelling, shares),
        **_logs(shares),
    }


def _accounts(shares: Shares) -> Forms:
    users = Form(
        {
            "id": "n",
            "username": "'user ' || n",
            "contact": "'User' || n || '@example.org'",
            "password_hash": "'$argon2id$' || n",
            "former_password_hash": _if(shares.former_password, "'$argon2id$former' || n"),
            "password_changed_at": _if(
                shares.former_password, "timestamp '2026-03-02' + n * interval '1 ms'"
            ),
            "objective": _if(shares.objective, "'Objective ' || n || ' 🐘'"),
            "objective_since": _if(shares.objective, "timestamp '2026-03-02' - n * interval '1 s'"),
            "created_at": "timestamp '2020-01-01' + n * interval '1 minute'",
        }
    )
    former = Form(
        {
            "id": "k",
            "user_id": "n",
            "password_hash": "'$argon2id$former' || n",
            "retired_at": "timestamp '2026-03-02' + n * interval '1 ms'",
        },
        shares.former_password,
    )
    users_3 = users.changed(without=["former_password_hash", "password_changed_at"])
    users_6 = users_3.changed(
        without=["username", "contact"],
        email=users.columns["contact"],
        display_name=users.columns["username"],
    )
    users_17 = users_6.in_utc().changed(without=["objective", "objective_since"])
    users_19 = users_17.changed(
        changed_at=users_17.columns["created_at"],
        version="1",
        deactivated_at="NULL::timestamptz",
        failed_logins_at="'{}'::timestamptz[]",
        locked_until="NULL::timestamptz",
    )
    objectives = Form(
        {
            "id": "k",
            "owner_id": "n",
            "text": "'Objective ' || n || ' 🐘'",
            "constraints": "'{}'::varchar[]",
            "since": "timestamp '2026-03-02' - n * interval '1 s'",
            "version": "1",
        },
        shares.objective,
    ).in_utc()
    entries = objectives.changed(
        without=["since", "version"],
        objective_id="k",
        valid_from=objectives.columns["since"],
        valid_until="NULL::timestamptz",
    )
    return {
        "users": [
            ("0001", users),
            ("0003", users_3),
            ("0006", users_6),
            ("0007", users_6.in_utc()),
            ("0017", users_17),
            ("0019", users_19),
        ],
        "password_history": [("0003", former), ("0007", former.in_utc())],
        "objectives": [("0017", objectives)],
        "objective_history": [("0017", entries)],
    }


def _projects(shares: Shares) -> Forms:
    projects = Form(
        {
            "id": "k",
            "owner_id": "n",
            "path": "'/srv/p' || n % 10",
            "slug": "'p' || n % 10",
            "created_at": "timestamp '2026-03-02' - n * interval '1 s'",
        },
        shares.agent,
    ).in_utc()
    agents = projects.changed(
        without=["path", "slug"],
        project_id="k",
        session_uuid="md5(n::text)::uuid",
        name="'Agent ' || n",
        priority_score="NULL::smallint",
        priority_reason="NULL",
        priority_at="NULL::timestamptz",
    )
    return {"projects": [("0013", projects)], "agents": [("0013", agents)]}


def _tasks(spelling: str, shares: Shares) -> list[tuple[str, Form]]:
    first = Form(
        {
            "id": "n",
            "user_id": "n",
            "title": "'Task ' || n",
            "payload": "CASE WHEN n % 2 = 0 THEN '{\"rows\": ' || n || '}' ELSE 'rows: ' || n END",
            "status": spelling,
            "result": _if("n % 4 = 2", "'all ' || n"),
            "error": _if("n % 4 = 3", "'error ' || n"),
            "project": _if(shares.agent, "'/srv/p' || n % 10"),
            "agent": _if(shares.agent, "'Agent ' || n"),
            "agent_session": _if(shares.agent, "md5(n::text)::uuid::text"),
            "log": _if(
                shares.agent,
                "'2026-03-02 12:00:00 user command: Do ' || n || chr(10)"
                " || '2026-03-02 12:00:01 task.claimed {\"worker\": ' || n || '}'",
            ),
            "created_at": "timestamp '2026-03-02' - n * interval '1 s'",
            "started_at": _if("n % 4 > 0", "timestamp '2026-03-02'"),
            "finished_at": _if("n % 4 > 1", "timestamp '2026-03-02 12:00'"),
        }
    )
    in_utc = first.in_utc()
    typed = in_utc.changed(status=f"({MEANT})::task_status")
    json = typed.changed(
        payload="CASE WHEN n % 2 = 0 THEN jsonb_build_object('rows', n)"
        " ELSE jsonb_build_object('text', 'rows: ' || n) END",
        result=_if("n % 4 = 2", "jsonb_build_object('text', 'all ' || n)"),
        error_details="NULL::jsonb",
    )
    owned = json.changed(
        without=["user_id", "project", "agent", "agent_session"],
        owner_id="n",
        agent_id=_if(shares.agent, f"count(*) FILTER (WHERE {shares.agent}) OVER (ORDER BY n)"),
    )
    bare = owned.changed(without=["log"])
    return [
        ("0001", first),
        ("0007", in_utc),
        ("0009", typed),
        ("0011", json),
        ("0013", owned),
        ("0015", bare),
        ("0020", bare.changed(version="1")),
    ]


def _logs(shares: Shares) -> Forms:
    turns = Form(
        {
            "id": "k",
            "owner_id": "n",
            "task_id": "n",
            "actor": "'user'::turn_actor",
            "intent": "'command'::turn_intent",
            "text": "'Do ' || n",
            "created_at": "timestamp '2026-03-02 12:00'",
        },
        shares.agent,
    ).in_utc()
    events = turns.changed(
        without=["actor", "intent", "text"],
        project_id="k",
        agent_id="k",
        turn_id="k",
        type="'task.claimed'",
        payload="jsonb_build_object('worker', n)",
        created_at="timestamp '2026-03-02 12:00:01' AT TIME ZONE 'UTC'",
    )
    return {"turns": [("0015", turns)], "events": [("0015", events)]}


def _if(condition: str, value: str) -> str:
    return f"CASE WHEN {condition} THEN {value} END"
