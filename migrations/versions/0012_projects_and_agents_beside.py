"""Projects and agents of their own, beside the words on each task (expand).

Until revision 0013 the words are what counts.

Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PRIORITIES = """
SELECT format('agent %s, session %s', to_json(name), session_uuid)
  FROM agents WHERE priority_score IS NOT NULL ORDER BY id
"""


def upgrade() -> None:
    create_projects()
    create_agents()
    op.add_column("tasks", sa.Column("agent_id", sa.BigInteger(), nullable=True))
    guards.excused(
        "the column is empty as yet",
        "constraint-missing-not-valid",
        "adding-foreign-key-constraint",
    )
    op.create_foreign_key(
        op.f("fk_tasks_owner_id_agent_id_agents"),
        "tasks",
        "agents",
        ["user_id", "agent_id"],
        ["owner_id", "id"],
        ondelete="CASCADE",
    )


def create_projects() -> None:
    op.create_table(
        "projects",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_projects_owner_id_users"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_projects_owner_id_id")),
        sa.UniqueConstraint("owner_id", "path", name=op.f("uq_projects_owner_id_path")),
        sa.UniqueConstraint("owner_id", "slug", name=op.f("uq_projects_owner_id_slug")),
        sa.CheckConstraint(
            "path ~ '^(/[^/]+)+$' AND char_length(path) <= 500", name=op.f("ck_projects_path_form")
        ),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) <= 63",
            name=op.f("ck_projects_slug_form"),
        ),
    )
    # In an order that the primary key's index does not have: a page is to be read by the owner's.
    op.create_index("ix_projects_owner_id_id", "projects", ["owner_id", sa.text("id NULLS FIRST")])


def create_agents() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("session_uuid", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("priority_score", sa.SmallInteger(), nullable=True),
        sa.Column("priority_reason", sa.String(), nullable=True),
        sa.Column("priority_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
        sa.ForeignKeyConstraint(
            ["owner_id", "project_id"],
            ["projects.owner_id", "projects.id"],
            name=op.f("fk_agents_owner_id_project_id_projects"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_agents_owner_id_id")),
        sa.UniqueConstraint("session_uuid", name=op.f("uq_agents_session_uuid")),
        sa.CheckConstraint(
            "char_length(name) <= 200 AND name ~ '[^[:space:]]'", name=op.f("ck_agents_name_form")
        ),
        sa.CheckConstraint(
            "priority_score BETWEEN 0 AND 100", name=op.f("ck_agents_priority_score_range")
        ),
        sa.CheckConstraint(
            "char_length(priority_reason) <= 1000 AND priority_reason ~ '[^[:space:]]'",
            name=op.f("ck_agents_priority_reason_form"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(priority_score, priority_reason, priority_at) IN (0, 3)",
            name=op.f("ck_agents_priority_is_whole"),
        ),
        sa.CheckConstraint(
            "priority_at >= created_at", name=op.f("ck_agents_priority_after_created")
        ),
    )
    op.create_index(
        "ix_agents_owner_id_project_id_id",
        "agents",
        ["owner_id", "project_id", sa.text("id NULLS FIRST")],
    )


def downgrade() -> None:
    """Drop what was split out: the words on the tasks say all of it, but for priorities."""
    guards.alone("tasks", "projects", "agents")
    guards.losing("the priorities of these agents have no place", PRIORITIES)
    op.drop_column("tasks", "agent_id")
    op.drop_table("agents")
    op.drop_table("projects")
