"""A table for the passwords that users have had (expand).

Until revision 0003 the old columns are what counts: a copy is forgotten when they change.

Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FORGET_COPY = """
CREATE FUNCTION former_password_is_another() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM public.password_history WHERE user_id = NEW.id;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION former_password_is_another() FROM PUBLIC;
CREATE TRIGGER users_former_password_is_another
    AFTER UPDATE OF former_password_hash, password_changed_at ON users
    FOR EACH ROW EXECUTE FUNCTION former_password_is_another();
"""


def upgrade() -> None:
    guards.excused("UTC, said by nobody: revision 0007 mends it", "prefer-timestamp-tz")
    op.create_table(
        "password_history",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_history")),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_password_history_user_id_users"),
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_password_history_user_id", "password_history", ["user_id"])
    guards.run(FORGET_COPY)


def downgrade() -> None:
    """Drop the copies: the old columns say all of it."""
    op.execute("DROP TRIGGER users_former_password_is_another ON users")
    op.execute("DROP FUNCTION former_password_is_another()")
    op.drop_table("password_history")
