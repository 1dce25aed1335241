"""What the role that works on accounts cannot undo: sessions outlive their tokens, ends are final.

A row that can be deleted can be stored again without its restriction; so it stays for as long as
its token could be used, by the server's clock. For the same reason no account's id is ever chosen.

Programs that put a password among the former ones only after replacing it are refused from here on:
replace them before this upgrade.

Revises: 0026
"""

from migrations import guards

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

# Children first, as whoever writes locks them.
TABLES = ("login_sessions", "temporary_passwords", "password_history", "users")

RIGHTS = """
REVOKE INSERT, UPDATE ON users, temporary_passwords FROM app_identity;
REVOKE INSERT ON password_history FROM app_identity;
GRANT INSERT (email, display_name, password_hash, version, created_at, changed_at, deactivated_at,
              failed_logins_at, locked_until),
      UPDATE (email, display_name, password_hash, version, changed_at, deactivated_at,
              failed_logins_at, locked_until)
    ON users TO app_identity;
GRANT INSERT (user_id, password_hash, issued_at, expires_at, used_at),
      UPDATE (password_hash, issued_at, expires_at, used_at)
    ON temporary_passwords TO app_identity;
GRANT INSERT (user_id, password_hash, retired_at) ON password_history TO app_identity;
"""

FORMER_RIGHTS = """
REVOKE INSERT, UPDATE ON users, temporary_passwords FROM app_identity;
REVOKE INSERT ON password_history FROM app_identity;
GRANT INSERT, UPDATE ON users, temporary_passwords TO app_identity;
GRANT INSERT ON password_history TO app_identity;
"""

PROTECT = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_of_identity ON {table} USING (acts_as('app_identity'));
"""

# Policies, not triggers: the deletion of an account takes its rows along, whatever they say.
RESTRICT = """
CREATE POLICY login_sessions_outlive_tokens ON login_sessions AS RESTRICTIVE FOR DELETE
    USING (expires_at <= now());
CREATE POLICY password_history_was_current ON password_history AS RESTRICTIVE FOR INSERT
    WITH CHECK (password_hash = (SELECT u.password_hash FROM users AS u WHERE u.id = user_id));
"""

FINAL = """
CREATE FUNCTION session_end_is_final() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'check_violation',
        MESSAGE = 'a session that has ended stays as it ended',
        TABLE = 'login_sessions',
        CONSTRAINT = 'login_sessions_end_is_final';
END
$$;
REVOKE ALL ON FUNCTION session_end_is_final() FROM PUBLIC;
CREATE TRIGGER login_sessions_end_is_final BEFORE UPDATE ON login_sessions FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL AND (OLD.ended_at, OLD.ended_because)
          IS DISTINCT FROM (NEW.ended_at, NEW.ended_because))
    EXECUTE FUNCTION session_end_is_final();
"""

EXPOSE = """
DROP POLICY {table}_of_identity ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


def upgrade() -> None:
    guards.alone(*TABLES)
    guards.run(RIGHTS)
    for table in ("login_sessions", "password_history"):
        guards.run(PROTECT.format(table=table))
    guards.run(RESTRICT)
    guards.run(FINAL)


def downgrade() -> None:
    guards.alone(*TABLES)
    guards.run("DROP TRIGGER login_sessions_end_is_final ON login_sessions")
    guards.run("DROP FUNCTION session_end_is_final()")
    guards.run("DROP POLICY password_history_was_current ON password_history")
    guards.run("DROP POLICY login_sessions_outlive_tokens ON login_sessions")
    for table in ("password_history", "login_sessions"):
        guards.run(EXPOSE.format(table=table))
    guards.run(FORMER_RIGHTS)
