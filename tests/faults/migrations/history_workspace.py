"""Data of the workspace that a revision loses, swaps or cuts."""

from _pytest.monkeypatch import MonkeyPatch

from tests.faults.catalogue import fault
from tests.faults.changing import change_revisions, change_source


@fault(
    "0013: projects of two users are one",
    noticed_by="migrations/history_workspace",
    tags="@migrations-9",
)
def projects_of_two_users_are_one(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "FROM named AS named GROUP BY owner_id, path) AS paths": (
                "FROM named AS named WHERE owner_id = 1 GROUP BY owner_id, path) AS paths"
            )
        },
    )


@fault(
    "0013: a project begins with its last task",
    noticed_by="migrations/history_workspace",
    tags="@migrations-9",
)
def project_begins_with_its_last_task(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "min(id) AS first, min(created_at)": "min(id) AS first, max(created_at)",
            "SELECT project_id, min(t.created_at)": "SELECT project_id, max(t.created_at)",
        },
    )


@fault(
    "0013: tasks lose their agents", noticed_by="migrations/history_workspace", tags="@migrations-9"
)
def tasks_lose_their_agents(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"WHERE n.id = tasks.id": "WHERE n.id = tasks.id AND n.id > 1"})


@fault(
    "0013: agents' names are cut", noticed_by="migrations/history_workspace", tags="@migrations-9"
)
def names_of_agents_are_cut(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"agent AS name,\n": "left(agent, 50) AS name,\n"})


@fault(
    "0013: on the way back a slug takes the place of the path",
    noticed_by="migrations/history_workspace",
    tags="@migrations-9",
)
def downgrade_replaces_paths_by_slugs(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"SET project = p.path": "SET project = '/' || p.slug"})


@fault(
    "0013: on the way back priorities are lost",
    noticed_by="migrations/history_workspace",
    tags="@migrations-9",
)
def downgrade_loses_priorities(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"priority_score, priority_reason, priority_at\n  ": "NULL, NULL, NULL\n  "}
    )


@fault(
    "0015: only the first turn of a task is kept",
    noticed_by="migrations/history_workspace",
    tags="@migrations-10",
)
def only_first_turn_is_kept(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {"FROM log_entries WHERE is_turn\n": "FROM log_entries WHERE is_turn AND turns = 1\n"},
    )


@fault(
    "0015: users have said everything",
    noticed_by="migrations/history_workspace",
    tags="@migrations-10",
)
def users_have_said_everything(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"split_part(who, ' ', 1)::turn_actor": "'user'::turn_actor"})


@fault(
    "0015: a text ends with its line",
    noticed_by="migrations/history_workspace",
    tags="@migrations-10",
)
def text_ends_with_its_line(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"words AS text": "split_part(words, chr(10), 1) AS text"})


@fault(
    "0015: lines that are neither turns nor events are dropped",
    noticed_by="migrations/history_workspace",
    tags="@migrations-10",
)
def other_lines_are_dropped(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"WHERE NOT is_turn": "WHERE NOT is_turn AND payload IS NOT NULL"})


@fault(
    "0015: on the way back turns and events are mixed",
    noticed_by="migrations/history_workspace",
    tags="@migrations-10",
)
def downgrade_mixes_turns_and_events(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"ORDER BY turn_id, is_event, id": "ORDER BY is_event, id"})


@fault(
    "0015: on the way back events of no task are lost",
    noticed_by="migrations/history_workspace",
    tags="@migrations-10",
)
def downgrade_loses_events(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"FROM events AS e\n": "FROM (SELECT * FROM events WHERE task_id > 0) AS e\n"}
    )


@fault("an upgrade runs in the time zone of its session", noticed_by="migrations/history_workspace")
def upgrade_runs_in_time_zone_of_its_session(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "env.py",
        "        **SESSION,\n",
        "        **{**SESSION, 'TimeZone': connection.scalar(text('SHOW TimeZone'))},\n",
    )
