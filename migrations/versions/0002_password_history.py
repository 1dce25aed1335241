"""A table for the passwords that users have had (expand).

Until revision 0003 the old columns are what counts.

Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MORE_THAN_ONE = """
SELECT format('user %s has had %s', user_id, count(*))
  FROM password_history GROUP BY user_id HAVING count(*) > 1 ORDER BY user_id
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


def downgrade() -> None:
    """Drop the copies: the old columns say all of it, unless more has come back from later on."""
    guards.alone("users", "password_history")
    guards.losing("only one former password of a user has a place", MORE_THAN_ONE)
    op.drop_table("password_history")
