"""The rules of users, former passwords and tasks, for what is written from now on.

What is there already is judged by revision 0021.

Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

RULES = {
    "users": {
        "password_hash_form": "password_hash LIKE '$argon2id$%'",
        "version_counts": "version >= 1",
        "changed_after_created": "changed_at >= created_at",
        "deactivated_after_created": "deactivated_at >= created_at",
        "failed_logins_are_dated": "array_position(failed_logins_at, NULL) IS NULL",
    },
    "password_history": {"password_hash_form": "password_hash LIKE '$argon2id$%'"},
    "tasks": {
        "title_form": "char_length(title) <= 200 AND title ~ '[^[:space:]]'",
        "error_form": "char_length(error) <= 10000 AND error ~ '[^[:space:]]'",
        "version_counts": "version >= 1",
        "result_when_completed": "(status = 'completed') = (result IS NOT NULL)",
        "error_when_failed": "(status = 'failed') = (error IS NOT NULL)",
        "details_when_failed": "error_details IS NULL OR status = 'failed'",
        "started_unless_pending": "(status = 'pending') = (started_at IS NULL)",
        "finished_when_over": "(status IN ('completed', 'failed')) = (finished_at IS NOT NULL)",
        "started_after_created": "started_at >= created_at",
        "finished_after_started": "finished_at >= started_at",
    },
}


def upgrade() -> None:
    op.add_column(
        "tasks", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)
    )
    for table, rules in RULES.items():
        for name, condition in rules.items():
            guards.run(
                f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name}"
                f" CHECK ({condition}) NOT VALID"
            )


def downgrade() -> None:
    guards.alone("tasks")
    guards.losing(
        "how often these tasks were changed has no place",
        "SELECT format('task %s', id) FROM tasks WHERE version <> 1 ORDER BY id",
    )
    for table, rules in RULES.items():
        for name in rules:
            op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
    op.drop_column("tasks", "version")
