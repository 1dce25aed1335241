"""An email and a display name beside the contact and the username (expand).

Until revision 0006 both shapes work: a trigger keeps them in step, whoever writes.

Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Whoever writes the old columns gets the new ones with them, and the other way round. A contact
# that only has spaces around the same email is left as it is.
IN_STEP = r"""
CREATE FUNCTION user_in_step() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    given_email text := nullif(btrim(NEW.contact, E' \t\n\r\f\v'), '');
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.email := coalesce(NEW.email, given_email);
        NEW.display_name := coalesce(NEW.display_name, NEW.username);
        NEW.username := coalesce(NEW.username, NEW.display_name);
    ELSE
        IF NEW.email IS NOT DISTINCT FROM OLD.email
           AND NEW.contact IS DISTINCT FROM OLD.contact THEN
            NEW.email := given_email;
        END IF;
        IF NEW.display_name IS DISTINCT FROM OLD.display_name THEN
            NEW.username := NEW.display_name;
        ELSIF NEW.username IS DISTINCT FROM OLD.username THEN
            NEW.display_name := NEW.username;
        END IF;
    END IF;
    IF NEW.email IS DISTINCT FROM given_email
       AND (TG_OP = 'INSERT' OR NEW.email IS DISTINCT FROM OLD.email) THEN
        NEW.contact := NEW.email;
    END IF;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION user_in_step() FROM PUBLIC;
CREATE TRIGGER users_in_step BEFORE INSERT OR UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION user_in_step();
"""

OUT_OF_STEP = r"""
SELECT format('user %s', id) FROM users
 WHERE display_name <> username
    OR email <> coalesce(btrim(contact, E' \t\n\r\f\v'), '')
 ORDER BY id
"""


def upgrade() -> None:
    op.add_column("users", sa.Column("email", sa.String(), nullable=True))
    op.add_column("users", sa.Column("display_name", sa.String(), nullable=True))
    guards.run(IN_STEP)


def downgrade() -> None:
    guards.alone("users")
    guards.losing("the old columns do not say what the new ones do", OUT_OF_STEP)
    op.execute("DROP TRIGGER users_in_step ON users")
    op.execute("DROP FUNCTION user_in_step()")
    op.drop_column("users", "display_name")
    op.drop_column("users", "email")
