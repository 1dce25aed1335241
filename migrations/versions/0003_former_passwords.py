"""The passwords that users have had, all in their table (migrate and contract).

Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from migrations import batches, guards

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEEP_FORMER = """
INSERT INTO password_history (user_id, password_hash, retired_at)
SELECT id, former_password_hash, password_changed_at
  FROM users
 WHERE id >= batch_from AND id <= batch_upto AND former_password_hash IS NOT NULL
   AND NOT EXISTS (SELECT FROM password_history AS kept WHERE kept.user_id = users.id)
 ORDER BY id;
"""

# Of whoever has had several, all are kept if one is what the old columns say.
FORGET_OUTDATED = """
DELETE FROM password_history
 WHERE user_id NOT IN (
       SELECT users.id FROM users JOIN password_history AS same
           ON (same.user_id, same.password_hash, same.retired_at)
              = (users.id, users.former_password_hash, users.password_changed_at))
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
    batches.run("users", KEEP_FORMER)
    guards.alone("users")
    guards.run(FORGET_OUTDATED)
    batches.rest(KEEP_FORMER)
    guards.excused("what it is about goes with it", "ban-drop-constraint")
    op.drop_constraint(op.f("ck_users_former_password_is_dated"), "users")
    guards.excused("copied above, the last of it under this lock", "ban-drop-column")
    op.drop_column("users", "former_password_hash")
    guards.excused("copied above, the last of it under this lock", "ban-drop-column")
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
