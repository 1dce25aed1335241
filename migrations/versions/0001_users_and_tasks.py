"""Users, and what they want done.

Revises: nothing
"""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # All times are UTC, said by nobody.
    guards.excused("UTC, said by nobody: revision 0007 mends it", "prefer-timestamp-tz")
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("former_password_hash", sa.String(), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(), nullable=True),
        sa.Column("objective", sa.String(), nullable=True),
        sa.Column("objective_since", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
        sa.CheckConstraint(
            "(former_password_hash IS NULL) = (password_changed_at IS NULL)",
            name=op.f("ck_users_former_password_is_dated"),
        ),
        sa.CheckConstraint(
            "(objective IS NULL) = (objective_since IS NULL)",
            name=op.f("ck_users_objective_is_dated"),
        ),
    )
    guards.excused("UTC, said by nobody: revision 0007 mends it", "prefer-timestamp-tz")
    op.create_table(
        "tasks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("project", sa.String(), nullable=True),
        sa.Column("agent", sa.String(), nullable=True),
        sa.Column("agent_session", sa.String(), nullable=True),
        sa.Column("log", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_tasks_user_id_users"), ondelete="CASCADE"
        ),
        sa.CheckConstraint(
            "num_nonnulls(project, agent, agent_session) IN (0, 3)",
            name=op.f("ck_tasks_agent_is_whole"),
        ),
    )


def downgrade() -> None:
    for table in ("tasks", "users"):
        guards.alone(table)
        guards.losing(
            f"without the table {table} there is no place for its rows",
            f"SELECT format('{table} %s', id) FROM {table} ORDER BY id",
        )
        op.drop_table(table)
