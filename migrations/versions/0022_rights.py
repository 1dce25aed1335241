"""Three roles, each with the rights of its work, and what a tenant owns kept apart.

Revises: 0021
"""

from migrations import guards

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

GROUP_ROLES = ("app_identity", "app_tenant", "app_worker")

# Roles belong to the server, not to the database: another database may have made them already,
# or may be making them at this moment. Whoever migrates must be able to take each of them.
ENSURE_ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        CREATE ROLE {role} NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END
$$;
DO $$
BEGIN
    -- Since PostgreSQL 16 whoever makes a role is a member of it, but may not yet SET ROLE to it.
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
       AND NOT pg_has_role(
           current_user, '{role}',
           CASE WHEN current_setting('server_version_num')::int >= 160000
                THEN 'SET' ELSE 'MEMBER' END
       ) THEN
        GRANT {role} TO CURRENT_USER;
    END IF;
EXCEPTION WHEN unique_violation THEN
    NULL;
END
$$;
"""

# Children first, as whoever writes locks them: the other way round is a deadlock.
OWNED = ("events", "turns", "tasks", "agents", "projects", "objective_history", "objectives")

# Without a user bound the setting is NULL or '': no row belongs to NULL, and '' is no number.
PROTECT = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_of_the_tenant ON {table} FOR ALL TO app_tenant
    USING (owner_id = (SELECT current_setting('app.user_id', true)::bigint))
    WITH CHECK (owner_id = (SELECT current_setting('app.user_id', true)::bigint));
"""

# What a session was opened as never changes: only its use and its end are written.
IDENTITY = """
GRANT SELECT, INSERT, UPDATE, DELETE ON users, temporary_passwords TO app_identity;
GRANT SELECT, INSERT, DELETE ON password_history, login_sessions TO app_identity;
GRANT UPDATE (last_seen_at, ended_at, ended_because) ON login_sessions TO app_identity;
"""

# Whoever may choose an id can take the next ones away from everybody else. What an objective has
# been is not rewritten; an entry is closed, that is all.
TENANT = """
GRANT SELECT ON projects, agents, tasks, turns, events, objectives, objective_history
    TO app_tenant;
GRANT DELETE ON projects, agents, tasks, objectives TO app_tenant;
GRANT INSERT (owner_id, path, slug, created_at) ON projects TO app_tenant;
GRANT INSERT (owner_id, project_id, session_uuid, name, priority_score, priority_reason,
              priority_at, created_at),
      UPDATE (priority_score, priority_reason, priority_at) ON agents TO app_tenant;
GRANT INSERT (owner_id, agent_id, title, payload, created_at),
      UPDATE (title, agent_id, version) ON tasks TO app_tenant;
GRANT INSERT (owner_id, task_id, actor, intent, text, created_at) ON turns TO app_tenant;
GRANT INSERT (owner_id, project_id, agent_id, task_id, turn_id, type, payload, created_at)
    ON events TO app_tenant;
GRANT INSERT (owner_id, text, constraints, since, version),
      UPDATE (text, constraints, since, version) ON objectives TO app_tenant;
GRANT INSERT (owner_id, objective_id, text, constraints, valid_from, valid_until),
      UPDATE (valid_until) ON objective_history TO app_tenant;
"""

# A worker sees every row because an UPDATE must be allowed to see what it makes of one; what came
# of other tenants' tasks is kept from it by columns.
WORKER = """
CREATE POLICY tasks_for_workers_to_see ON tasks FOR SELECT TO app_worker USING (true);
CREATE POLICY tasks_for_workers_to_do ON tasks FOR UPDATE TO app_worker
    USING (status IN ('pending', 'processing'))
    WITH CHECK (status IN ('processing', 'completed', 'failed'));
GRANT SELECT
    (id, owner_id, agent_id, title, payload, status, version, created_at, started_at)
    ON tasks TO app_worker;
GRANT UPDATE (status, result, error, error_details, version, started_at, finished_at)
    ON tasks TO app_worker;
"""

# The roles themselves are the server's: other databases may need them.
EXPOSE = """
DROP POLICY {table}_of_the_tenant ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""

REVOKE = """
REVOKE ALL ON users, password_history, temporary_passwords, login_sessions, projects, agents,
    tasks, turns, events, objectives, objective_history FROM {role};
REVOKE USAGE ON SCHEMA public FROM {role};
"""


def upgrade() -> None:
    for role in GROUP_ROLES:
        guards.run(ENSURE_ROLE.format(role=role))
        guards.run(f"GRANT USAGE ON SCHEMA public TO {role}")
    for table in OWNED:
        guards.run(PROTECT.format(table=table))
    guards.run(IDENTITY)
    guards.run(TENANT)
    guards.run(WORKER)


def downgrade() -> None:
    # Before the rights: autovacuum waits for whoever has changed those to a table, and keeps the
    # table meanwhile.
    guards.alone(*OWNED)
    for role in GROUP_ROLES:
        guards.run(REVOKE.format(role=role))
    guards.run("DROP POLICY tasks_for_workers_to_do ON tasks")
    guards.run("DROP POLICY tasks_for_workers_to_see ON tasks")
    for table in OWNED:
        guards.run(EXPOSE.format(table=table))
