"""Former passwords and temporary ones.

Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "password_history",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_history")),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_password_history_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "password_hash LIKE '$argon2id$%'",
            name=op.f("ck_password_history_password_hash_form"),
        ),
    )
    op.create_index("ix_password_history_user_id", "password_history", ["user_id"])
    op.execute("GRANT SELECT, INSERT, DELETE ON password_history TO app_identity")

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
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON temporary_passwords TO app_identity")


def downgrade() -> None:
    op.drop_table("temporary_passwords")
    op.drop_table("password_history")
