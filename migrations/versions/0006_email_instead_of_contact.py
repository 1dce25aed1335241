"""The email and the display name alone: one email each, and nobody without one (contract).

Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WITHOUT_EMAIL = """
SELECT format('user %s, %s', id, to_json(username)) FROM users WHERE email IS NULL ORDER BY id
"""

OUT_OF_STEP = r"""
SELECT format('user %s, %s', id, to_json(username)) FROM users
 WHERE display_name IS DISTINCT FROM username
    OR email IS DISTINCT FROM nullif(btrim(contact, E' \t\n\r\f\v'), '')
 ORDER BY id
"""

MALFORMED_EMAIL = """
SELECT format('user %s, %s', id, to_json(email)) FROM users
 WHERE NOT (char_length(email) <= 254 AND email LIKE '_%@_%') ORDER BY id
"""

MALFORMED_NAME = """
SELECT format('user %s, %s', id, to_json(display_name)) FROM users
 WHERE NOT (char_length(display_name) <= 200 AND display_name ~ '[^[:space:]]') ORDER BY id
"""

SHARED_EMAIL = """
SELECT format('%s of the users %s', to_json(email), string_agg(id::text, ' and ' ORDER BY id))
  FROM (SELECT id, lower(email COLLATE "C") AS email FROM users) AS lowered
 WHERE email IN (SELECT lower(email COLLATE "C") FROM users GROUP BY 1 HAVING count(*) > 1)
 GROUP BY email ORDER BY min(id)
"""

SHARED_NAME = """
SELECT format('%s of the users %s', to_json(display_name),
              string_agg(id::text, ' and ' ORDER BY id))
  FROM users GROUP BY display_name HAVING count(*) > 1 ORDER BY min(id)
"""

RULES = """
ALTER TABLE users
    ALTER email SET NOT NULL,
    ALTER display_name SET NOT NULL,
    ADD CONSTRAINT ck_users_email_form
        CHECK (char_length(email) <= 254 AND email LIKE '_%@_%'),
    ADD CONSTRAINT ck_users_display_name_form
        CHECK (char_length(display_name) <= 200 AND display_name ~ '[^[:space:]]')
"""

ONE_EACH = 'CREATE UNIQUE INDEX uq_users_email ON users (lower(email COLLATE "C"))'

# Only where the loss was consented to is there a second user of a name.
RESTORE = """
UPDATE users SET contact = email, display_name = names.single, username = names.single
  FROM (SELECT id, CASE WHEN row_number() OVER (PARTITION BY display_name ORDER BY id) = 1
                        THEN display_name ELSE format('%s #%s', display_name, id) END AS single
          FROM users) AS names
 WHERE names.id = users.id
"""

# As revision 0004 made it.
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


def upgrade() -> None:
    guards.alone("users")
    guards.attempt(
        RULES,
        ("these users have no email", WITHOUT_EMAIL),
        ("these are no emails", MALFORMED_EMAIL),
        ("these are no names", MALFORMED_NAME),
    )
    guards.refuse_rows(
        "the old columns of these users do not say what the new ones do", OUT_OF_STEP
    )
    op.execute("DROP TRIGGER users_in_step ON users")
    guards.excused("only its trigger has called it", "ban-drop-function")
    op.execute("DROP FUNCTION user_in_step()")
    guards.excused("promised until revision 0005, and said by display_name", "ban-drop-column")
    op.drop_column("users", "username")
    guards.excused("promised until revision 0005, and said by email", "ban-drop-column")
    op.drop_column("users", "contact")
    guards.attempt(ONE_EACH, ("these emails are not one user's alone", SHARED_EMAIL))


def downgrade() -> None:
    guards.alone("users")
    guards.losing("a username is one user's alone, these names are not", SHARED_NAME)
    op.drop_index("uq_users_email", "users")
    op.drop_constraint(op.f("ck_users_display_name_form"), "users")
    op.drop_constraint(op.f("ck_users_email_form"), "users")
    op.add_column("users", sa.Column("username", sa.String(), nullable=True))
    op.add_column("users", sa.Column("contact", sa.String(), nullable=True))
    guards.run(RESTORE)
    op.alter_column("users", "username", nullable=False)
    op.alter_column("users", "email", nullable=True)
    op.alter_column("users", "display_name", nullable=True)
    op.create_unique_constraint(op.f("uq_users_username"), "users", ["username"])
    guards.run(IN_STEP)
