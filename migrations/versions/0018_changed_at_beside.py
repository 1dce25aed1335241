"""When an account was last changed (expand).

Until revision 0019 programs that know nothing of it work as well: who is new has last been changed
when they came.

Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

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

CHANGED = """
SELECT format('user %s, %s', id, to_json(email)) FROM users
 WHERE changed_at <> created_at ORDER BY id
"""


def upgrade() -> None:
    op.add_column("users", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    guards.run(IN_STEP)


def downgrade() -> None:
    guards.alone("users")
    guards.losing("that these users were changed has no place", CHANGED)
    op.execute("DROP TRIGGER users_changed_when_created ON users")
    op.execute("DROP FUNCTION user_changed_when_created()")
    op.drop_column("users", "changed_at")
