"""Accounts, and the group roles that work is done under.

Revises: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

GROUP_ROLES = ("app_identity", "app_tenant", "app_worker")

# Roles belong to the server, not to the database: another database may have made them already,
# or may be making them at this moment. Whoever migrates must be able to take each of them.
ENSURE_ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        CREATE ROLE {role} NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END
$$;
DO $$
BEGIN
    -- Since PostgreSQL 16 whoever makes a role is a member of it, but may not yet SET ROLE to it.
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
       AND NOT pg_has_role(
           current_user, '{role}',
           CASE WHEN current_setting('server_version_num')::int >= 160000
                THEN 'SET' ELSE 'MEMBER' END
       ) THEN
        GRANT {role} TO CURRENT_USER;
    END IF;
EXCEPTION WHEN unique_violation THEN
    NULL;
END
$$;
"""


def upgrade() -> None:
    for role in GROUP_ROLES:
        op.execute(ENSURE_ROLE.format(role=role))
        op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")

    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.CheckConstraint(
            "char_length(email) <= 254 AND email LIKE '_%@_%'", name=op.f("ck_users_email_form")
        ),
        sa.CheckConstraint(
            "char_length(display_name) <= 200 AND display_name ~ '[^[:space:]]'",
            name=op.f("ck_users_display_name_form"),
        ),
        sa.CheckConstraint(
            "password_hash LIKE '$argon2id$%'", name=op.f("ck_users_password_hash_form")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_users_version_counts")),
        sa.CheckConstraint("changed_at >= created_at", name=op.f("ck_users_changed_after_created")),
        sa.CheckConstraint(
            "deactivated_at >= created_at", name=op.f("ck_users_deactivated_after_created")
        ),
    )
    op.create_index("uq_users_email", "users", [sa.text('lower(email COLLATE "C")')], unique=True)
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON users TO app_identity")


def downgrade() -> None:
    op.drop_table("users")
    for role in GROUP_ROLES:
        op.execute(f"REVOKE USAGE ON SCHEMA public FROM {role}")
