"""Login sessions, temporary passwords, and what an account has been through (migrate and contract).

Revises: 0018
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import batches, guards

revision = "0019"
down_revision = "0018"
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

LIVED_THROUGH = """
SELECT format('user %s, %s', id, to_json(email)) FROM users
 WHERE version <> 1 OR changed_at <> created_at OR deactivated_at IS NOT NULL
    OR failed_logins_at <> '{}' OR locked_until IS NOT NULL
 ORDER BY id
"""


FILL_IN = """
UPDATE users SET changed_at = created_at
 WHERE id >= batch_from AND id <= batch_upto AND changed_at IS NULL;
"""

# As revision 0018 made it.
IN_STEP = """
CREATE FUNCTION user_changed_when_created() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.changed_at := coalesce(NEW.changed_at, NEW.created_at);
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION user_changed_when_created() FROM PUBLIC;
CREATE TRIGGER users_changed_when_created BEFORE INSERT ON users
    FOR EACH ROW EXECUTE FUNCTION user_changed_when_created();
"""


def upgrade() -> None:
    batches.run("users", FILL_IN)
    guards.alone("users")
    guards.excused("filled in above, the last of it by the trigger", "adding-not-nullable-field")
    op.alter_column("users", "changed_at", nullable=False)
    op.execute("DROP TRIGGER users_changed_when_created ON users")
    guards.excused("only its trigger has called it", "ban-drop-function")
    op.execute("DROP FUNCTION user_changed_when_created()")
    op.add_column(
        "users", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)
    )
    op.add_column("users", sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True))
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
    create_sessions()
    create_temporary_passwords()


def create_sessions() -> None:
    guards.run(CREATE_SESSION_END)
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


def create_temporary_passwords() -> None:
    op.create_table(
        "temporary_passwords",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_temporary_passwords")),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_temporary_passwords_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "password_hash LIKE '$argon2id$%'",
            name=op.f("ck_temporary_passwords_password_hash_form"),
        ),
        sa.CheckConstraint(
            "expires_at > issued_at", name=op.f("ck_temporary_passwords_expires_after_issued")
        ),
        sa.CheckConstraint(
            "used_at >= issued_at AND used_at < expires_at",
            name=op.f("ck_temporary_passwords_used_in_time"),
        ),
    )


def downgrade() -> None:
    guards.alone("users", "login_sessions", "temporary_passwords")
    guards.losing("what these users have been through has no place", LIVED_THROUGH)
    for table, what in (("login_sessions", "sessions"), ("temporary_passwords", "passwords")):
        guards.losing(
            f"temporary {what} have no place" if what == "passwords" else f"{what} have no place",
            f"SELECT format('%s of user %s', count(*), user_id) FROM {table}"
            " GROUP BY user_id ORDER BY user_id",
        )
    op.drop_table("temporary_passwords")
    op.drop_table("login_sessions")
    guards.run("DROP TYPE session_end")
    for column in (
        "locked_until",
        "failed_logins_at",
        "deactivated_at",
        "version",
    ):
        op.drop_column("users", column)
    op.alter_column("users", "changed_at", nullable=True)
    guards.run(IN_STEP)
