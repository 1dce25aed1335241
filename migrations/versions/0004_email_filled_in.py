"""The email and the display name of those who were there before (migrate).

In batches, each committed by itself, so that nobody waits for more than one of them; what is
filled in already is passed over, so that it can be broken off and repeated.

Revises: 0003
"""

from alembic import op

from migrations import guards

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FILL_IN = r"""
DO $$
DECLARE
    done bigint := -9223372036854775808;
    upto bigint;
BEGIN
    LOOP
        SELECT max(id) INTO upto
          FROM (SELECT id FROM users WHERE id > done ORDER BY id LIMIT 10000) AS batch;
        EXIT WHEN upto IS NULL;
        UPDATE users
           SET email = coalesce(email, nullif(btrim(contact, E' \t\n\r\f\v'), '')),
               display_name = coalesce(display_name, username)
         WHERE id > done AND id <= upto AND (email IS NULL OR display_name IS NULL);
        COMMIT;
        done := upto;
    END LOOP;
END
$$
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        guards.run(FILL_IN)


def downgrade() -> None:
    """Leave what was filled in: the trigger of 0003 keeps it in step with the old columns."""
