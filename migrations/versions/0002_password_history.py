"""A user may have had more than one password before.

Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEEP_FORMER = """
INSERT INTO password_history (user_id, password_hash, retired_at)
SELECT id, former_password_hash, password_changed_at
  FROM users WHERE former_password_hash IS NOT NULL ORDER BY id
"""

MORE_THAN_ONE = """
SELECT format('user %s has had %s', user_id, count(*))
  FROM password_history GROUP BY user_id HAVING count(*) > 1 ORDER BY user_id
"""

RESTORE_LATEST = """
UPDATE users SET former_password_hash = latest.password_hash,
                 password_changed_at = latest.retired_at
  FROM (SELECT DISTINCT ON (user_id) user_id, password_hash, retired_at
          FROM password_history ORDER BY user_id, retired_at DESC, id DESC) AS latest
 WHERE latest.user_id = users.id
"""


def upgrade() -> None:
    guards.excused("UTC, said by nobody: revision 0006 mends it", "prefer-timestamp-tz")
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
    guards.alone("users")
    guards.run(KEEP_FORMER)
    guards.excused("what it is about goes with it", "ban-drop-constraint")
    op.drop_constraint(op.f("ck_users_former_password_is_dated"), "users")
    guards.excused("copied above, under the same lock", "ban-drop-column")
    op.drop_column("users", "former_password_hash")
    guards.excused("copied above, under the same lock", "ban-drop-column")
    op.drop_column("users", "password_changed_at")


def downgrade() -> None:
    guards.alone("users", "password_history")
    guards.losing("only one former password of a user has a place", MORE_THAN_ONE)
    op.add_column("users", sa.Column("former_password_hash", sa.String(), nullable=True))
    op.add_column("users", sa.Column("password_changed_at", sa.DateTime(), nullable=True))
    guards.run(RESTORE_LATEST)
    op.create_check_constraint(
        op.f("ck_users_former_password_is_dated"),
        "users",
        "(former_password_hash IS NULL) = (password_changed_at IS NULL)",
    )
    op.drop_table("password_history")
