"""Projects and their agents; from here on, what a tenant owns is kept apart by the database.

Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Without a user bound the setting is NULL or '': no row belongs to NULL, and '' is no number.
PROTECT = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_of_the_tenant ON {table} FOR ALL TO app_tenant
    USING (owner_id = (SELECT current_setting('app.user_id', true)::bigint))
    WITH CHECK (owner_id = (SELECT current_setting('app.user_id', true)::bigint));
"""


def upgrade() -> None:
    op.create_table(
        "projects",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["users.id"],
            name=op.f("fk_projects_owner_id_users"),
            ondelete="CASCADE",
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
    op.execute(PROTECT.format(table="projects"))
    # Whoever may choose an id can take the next ones away from everybody else.
    op.execute("GRANT SELECT, DELETE ON projects TO app_tenant")
    op.execute("GRANT INSERT (owner_id, path, slug, created_at) ON projects TO app_tenant")

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
    op.execute(PROTECT.format(table="agents"))
    op.execute("GRANT SELECT, DELETE ON agents TO app_tenant")
    op.execute(
        "GRANT INSERT (owner_id, project_id, session_uuid, name, priority_score, priority_reason,"
        " priority_at, created_at) ON agents TO app_tenant"
    )
    op.execute(
        "GRANT UPDATE (priority_score, priority_reason, priority_at) ON agents TO app_tenant"
    )


def downgrade() -> None:
    op.drop_table("agents")
    op.drop_table("projects")
