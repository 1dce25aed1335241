"""The email and the display name of those who were there before (migrate).

Revises: 0004
"""

from migrations import batches

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FILL_IN = r"""
UPDATE users
   SET email = coalesce(email, nullif(btrim(contact, E' \t\n\r\f\v'), '')),
       display_name = coalesce(display_name, username)
 WHERE id >= batch_from AND id <= batch_upto AND (email IS NULL OR display_name IS NULL);
"""


def upgrade() -> None:
    batches.run("users", FILL_IN)


def downgrade() -> None:
    """Leave what was filled in: the trigger of 0004 keeps it in step with the old columns."""
