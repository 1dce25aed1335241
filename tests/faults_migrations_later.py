"""The same of later revisions: of the workspace, objectives, accounts, rules and rights."""

from typing import Final

from tests.faults_migrations import ACCOUNTS, RULES, WORKSPACE, revision

MIGRATIONS_LATER: Final = [
    revision(
        "0013",
        "projects of two users are one",
        WORKSPACE,
        {
            "FROM named AS named GROUP BY owner_id, path) AS paths": "FROM named AS named"
            " WHERE owner_id = 1 GROUP BY owner_id, path) AS paths"
        },
    ),
    revision(
        "0013",
        "a project begins with its last task",
        WORKSPACE,
        {
            "min(id) AS first, min(created_at)": "min(id) AS first, max(created_at)",
            "SELECT project_id, min(t.created_at)": "SELECT project_id, max(t.created_at)",
        },
    ),
    revision(
        "0013",
        "tasks lose their agents",
        WORKSPACE,
        {"WHERE n.id = tasks.id": "WHERE n.id = tasks.id AND n.id > 1"},
    ),
    revision(
        "0013",
        "agents' names are cut",
        WORKSPACE,
        {
            "agent AS name,\n": "left(agent, 50) AS name,\n",
        },
    ),
    revision(
        "0013",
        "on the way back a slug takes the place of the path",
        WORKSPACE,
        {"SET project = p.path": "SET project = '/' || p.slug"},
    ),
    revision(
        "0013",
        "on the way back priorities are lost",
        WORKSPACE,
        {"priority_score, priority_reason, priority_at\n  ": "NULL, NULL, NULL\n  "},
    ),
    revision(
        "0015",
        "only the first turn of a task is kept",
        WORKSPACE,
        {"FROM log_entries WHERE is_turn\n": "FROM log_entries WHERE is_turn AND turns = 1\n"},
    ),
    revision(
        "0015",
        "users have said everything",
        WORKSPACE,
        {"split_part(who, ' ', 1)::turn_actor": "'user'::turn_actor"},
    ),
    revision(
        "0015",
        "a text ends with its line",
        WORKSPACE,
        {"words AS text": "split_part(words, chr(10), 1) AS text"},
    ),
    revision(
        "0015",
        "lines that are neither turns nor events are dropped",
        WORKSPACE,
        {"WHERE NOT is_turn": "WHERE NOT is_turn AND payload IS NOT NULL"},
    ),
    revision(
        "0015",
        "on the way back turns and events are mixed",
        WORKSPACE,
        {"ORDER BY turn_id, is_event, id": "ORDER BY is_event, id"},
    ),
    revision(
        "0015",
        "on the way back events of no task are lost",
        WORKSPACE,
        {"FROM events AS e\n": "FROM (SELECT * FROM events WHERE task_id > 0) AS e\n"},
    ),
    revision(
        "0017",
        "long objectives are cut",
        ACCOUNTS,
        {"SELECT id, objective, o": "SELECT id, left(objective, 1000), o"},
    ),
    revision(
        "0017",
        "an objective begins with the upgrade",
        ACCOUNTS,
        {"SELECT id, objective, objective_since": "SELECT id, objective, now()"},
    ),
    revision(
        "0017",
        "on the way back constraints are lost",
        ACCOUNTS,
        {"o.constraints <> '{}' OR": ""},
    ),
    revision(
        "0019",
        "accounts were changed by the upgrade",
        ACCOUNTS,
        {"SET changed_at = created_at": "SET changed_at = greatest(created_at, now())"},
    ),
    revision(
        "0019",
        "on the way back closed accounts are open",
        ACCOUNTS,
        {"OR deactivated_at IS NOT NULL": ""},
    ),
    revision(
        "0019",
        "on the way back sessions end without a word",
        ACCOUNTS,
        {"FROM login_sessions GROUP BY": "FROM login_sessions WHERE false GROUP BY"},
    ),
    revision(
        "0020",
        "rows that break a rule are deleted",
        RULES,
        {
            "ALTER TABLE tasks ADD CONSTRAINT ck_tasks_title_form": "DELETE FROM tasks"
            " WHERE title !~ '[^[:space:]]'; ALTER TABLE tasks ADD CONSTRAINT ck_tasks_title_form"
        },
    ),
    revision(
        "0020",
        "on the way back it is lost how often tasks were changed",
        RULES,
        {"FROM tasks WHERE version <> 1": "FROM tasks WHERE version < 1"},
    ),
    revision(
        "0021",
        "rows that break a rule are put right by guesses",
        RULES,
        {
            "ALTER TABLE users VALIDATE CONSTRAINT ck_users_version": "UPDATE users SET"
            " version = greatest(version, 1);"
            " ALTER TABLE users VALIDATE CONSTRAINT ck_users_version",
            "FROM users WHERE NOT (version >= 1) ORDER BY id": "FROM users WHERE false",
        },
    ),
    revision(
        "0022",
        "what is completed is cleared away",
        RULES,
        {
            "GRANT USAGE ON SCHEMA public TO app_worker": "GRANT USAGE ON SCHEMA public TO"
            " app_worker; DELETE FROM tasks WHERE status = 'completed'"
        },
    ),
    revision(
        "0023",
        "what is completed is cleared away",
        RULES,
        {
            "DROP INDEX CONCURRENTLY IF EXISTS ix_tasks_to_claim": "DELETE FROM tasks"
            " WHERE status = 'completed'"
        },
    ),
    revision(
        "0024",
        "old statistics about words stay",
        RULES,
        {", ALTER title TYPE varchar": ""},
    ),
    revision(
        "0024",
        "statistics about words come again",
        RULES,
        {"ALTER priority_reason SET STATISTICS 0, ": ""},
    ),
    revision(
        "0024",
        "words are cut",
        RULES,
        {"ALTER title TYPE varchar": "ALTER title TYPE varchar USING left(title, 3)"},
    ),
    revision(
        "0025",
        "what is completed is cleared away",
        RULES,
        {
            "DROP INDEX CONCURRENTLY IF EXISTS ix_users_hash_cost": "DELETE FROM tasks"
            " WHERE status = 'completed'"
        },
    ),
    revision(
        "0026",
        "what is completed is cleared away",
        RULES,
        {
            "ALTER POLICY tasks_for_workers_to_see": "DELETE FROM tasks WHERE status = 'completed';"
            " ALTER POLICY tasks_for_workers_to_see"
        },
    ),
    revision(
        "0027",
        "sessions that have ended are cleared away",
        RULES,
        {
            "CREATE POLICY login_sessions_outlive": "DELETE FROM login_sessions"
            " WHERE ended_at IS NOT NULL; CREATE POLICY login_sessions_outlive"
        },
    ),
    revision(
        "0027",
        "on the way back former passwords are forgotten",
        RULES,
        {
            "DROP POLICY password_history_was_current": "DELETE FROM password_history;"
            " DROP POLICY password_history_was_current"
        },
    ),
]
