"""Login sessions, and what is counted of failed logins.

Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CREATE_SESSION_END = """
CREATE TYPE session_end AS ENUM (
    'logged_out',
    'ended_by_user',
    'ended_by_administrator',
    'too_many',
    'password_changed',
    'temporary_password',
    'deactivated'
)
"""


def upgrade() -> None:
    op.add_column(
        "users",
        sa.Column(
            "failed_logins_at",
            sa.ARRAY(sa.DateTime(timezone=True)),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
    )
    op.add_column("users", sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_users_failed_logins_are_dated"),
        "users",
        "array_position(failed_logins_at, NULL) IS NULL",
    )

    op.execute(CREATE_SESSION_END)
    op.create_table(
        "login_sessions",
        sa.Column("jti", sa.String(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "must_set_password", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column("ip", postgresql.INET(), nullable=True),
        sa.Column("user_agent", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ended_because",
            postgresql.ENUM(name="session_end", create_type=False),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("jti", name=op.f("pk_login_sessions")),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_login_sessions_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("jti ~ '^[A-Za-z0-9_-]{43}$'", name=op.f("ck_login_sessions_jti_form")),
        sa.CheckConstraint(
            "char_length(user_agent) <= 300", name=op.f("ck_login_sessions_user_agent_form")
        ),
        sa.CheckConstraint(
            "expires_at > created_at", name=op.f("ck_login_sessions_expires_after_created")
        ),
        sa.CheckConstraint(
            "last_seen_at >= created_at AND last_seen_at <= expires_at",
            name=op.f("ck_login_sessions_seen_while_live"),
        ),
        sa.CheckConstraint(
            "ended_at >= created_at", name=op.f("ck_login_sessions_ended_after_created")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_because IS NULL)",
            name=op.f("ck_login_sessions_ended_for_a_reason"),
        ),
    )
    op.create_index(
        "ix_login_sessions_user_id_created_at", "login_sessions", ["user_id", "created_at"]
    )
    # What a session was opened as never changes: only its use and its end are written.
    op.execute("GRANT SELECT, INSERT, DELETE ON login_sessions TO app_identity")
    op.execute(
        "GRANT UPDATE (last_seen_at, ended_at, ended_because) ON login_sessions TO app_identity"
    )


def downgrade() -> None:
    op.drop_table("login_sessions")
    op.execute("DROP TYPE session_end")
    op.drop_column("users", "locked_until")
    op.drop_column("users", "failed_logins_at")
