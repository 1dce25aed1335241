"""Data that a revision loses for the sake of a rule or a right."""

from _pytest.monkeypatch import MonkeyPatch

from tests.faults.catalogue import fault
from tests.faults.changing import change_revisions


@fault("0020: rows that break a rule are deleted", noticed_by="migrations/history_rules")
def rows_that_break_a_rule_are_deleted(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "ALTER TABLE tasks ADD CONSTRAINT ck_tasks_title_form": (
                "DELETE FROM tasks WHERE title !~ '[^[:space:]]';"
                " ALTER TABLE tasks ADD CONSTRAINT ck_tasks_title_form"
            )
        },
    )


@fault(
    "0020: on the way back it is lost how often tasks were changed",
    noticed_by="migrations/history_rules",
)
def downgrade_loses_versions(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"FROM tasks WHERE version <> 1": "FROM tasks WHERE version < 1"})


@fault(
    "0021: rows that break a rule are put right by guesses", noticed_by="migrations/history_rules"
)
def rows_that_break_a_rule_are_guessed(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "ALTER TABLE users VALIDATE CONSTRAINT ck_users_version": (
                "UPDATE users SET version = greatest(version, 1);"
                " ALTER TABLE users VALIDATE CONSTRAINT ck_users_version"
            ),
            "FROM users WHERE NOT (version >= 1) ORDER BY id": "FROM users WHERE false",
        },
    )


@fault(
    "0022: what is completed is cleared away",
    noticed_by="migrations/history_rules",
    tags="@migrations-13",
)
def revision_0022_deletes_completed_tasks(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "GRANT USAGE ON SCHEMA public TO app_worker": (
                "GRANT USAGE ON SCHEMA public TO app_worker;"
                " DELETE FROM tasks WHERE status = 'completed'"
            )
        },
    )


@fault(
    "0023: what is completed is cleared away",
    noticed_by="migrations/history_rules",
    tags="@migrations-13",
)
def revision_0023_deletes_completed_tasks(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "DROP INDEX CONCURRENTLY IF EXISTS ix_tasks_to_claim": (
                "DELETE FROM tasks WHERE status = 'completed'"
            )
        },
    )


@fault(
    "0024: old statistics about words stay",
    noticed_by="migrations/history_rules",
    tags="@migrations-37",
)
def old_statistics_stay(patch: MonkeyPatch) -> None:
    change_revisions(patch, {", ALTER title TYPE varchar": ""})


@fault(
    "0024: statistics about words come again",
    noticed_by="migrations/history_rules",
    tags="@migrations-37",
)
def new_statistics_are_kept(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"ALTER priority_reason SET STATISTICS 0, ": ""})


@fault("0024: words are cut", noticed_by="migrations/history_rules", tags="@migrations-37")
def titles_are_cut(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"ALTER title TYPE varchar": "ALTER title TYPE varchar USING left(title, 3)"}
    )


@fault(
    "0025: what is completed is cleared away",
    noticed_by="migrations/history_rules",
    tags="@migrations-13",
)
def revision_0025_deletes_completed_tasks(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "DROP INDEX CONCURRENTLY IF EXISTS ix_users_hash_cost": (
                "DELETE FROM tasks WHERE status = 'completed'"
            )
        },
    )


@fault(
    "0026: what is completed is cleared away",
    noticed_by="migrations/history_rules",
    tags="@migrations-13",
)
def revision_0026_deletes_completed_tasks(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "ALTER POLICY tasks_for_workers_to_see": (
                "DELETE FROM tasks WHERE status = 'completed'; ALTER POLICY"
                " tasks_for_workers_to_see"
            )
        },
    )


@fault(
    "0027: sessions that have ended are cleared away",
    noticed_by="migrations/history_rules",
    tags="@migrations-13",
)
def ended_sessions_are_deleted(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "CREATE POLICY login_sessions_outlive": (
                "DELETE FROM login_sessions WHERE ended_at IS NOT NULL;"
                " CREATE POLICY login_sessions_outlive"
            )
        },
    )


@fault(
    "0027: on the way back former passwords are forgotten",
    noticed_by="migrations/history_rules",
    tags="@migrations-13",
)
def downgrade_loses_former_passwords(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "DROP POLICY password_history_was_current": (
                "DELETE FROM password_history; DROP POLICY password_history_was_current"
            )
        },
    )
