"""Policies that name no role, so that no role can drop them.

`DROP OWNED BY` drops the policies that name the role it is run for, and every member of the role
may run it. These are for all roles, and compare the current one with a name instead.

Revises: 0025
"""

from migrations import guards

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

# The planner folds only what is immutable, and the policies of a table are joined by OR: unfolded,
# the worker's half would keep the tenant's from being searched by an index. The current role does
# not change during one plan: PostgreSQL plans a statement with policies anew for another role.
ACTS_AS = """
CREATE FUNCTION acts_as(role name) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN current_user = role;
REVOKE ALL ON FUNCTION acts_as(name) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION acts_as(name) TO app_identity, app_tenant, app_worker;
"""

OWN = "owner_id = (SELECT current_setting('app.user_id', true)::bigint)"

# Children first, as whoever writes locks them.
OWNED = ("events", "turns", "tasks", "agents", "projects", "objective_history", "objectives")

TENANTS = """
ALTER POLICY {table}_of_the_tenant ON {table} TO {role}
    USING ({condition}) WITH CHECK ({condition});
"""

WORKERS = """
ALTER POLICY tasks_for_workers_to_see ON tasks TO {role} USING ({see});
ALTER POLICY tasks_for_workers_to_do ON tasks TO {role}
    USING ({do}status IN ('pending', 'processing'))
    WITH CHECK ({do}status IN ('processing', 'completed', 'failed'));
"""


def upgrade() -> None:
    guards.alone(*OWNED)
    guards.run(ACTS_AS)
    condition = f"acts_as('app_tenant') AND {OWN}"
    for table in OWNED:
        guards.run(TENANTS.format(table=table, role="PUBLIC", condition=condition))
    acts = "acts_as('app_worker')"
    guards.run(WORKERS.format(role="PUBLIC", see=acts, do=f"{acts} AND "))


def downgrade() -> None:
    guards.alone(*OWNED)
    for table in OWNED:
        guards.run(TENANTS.format(table=table, role="app_tenant", condition=OWN))
    guards.run(WORKERS.format(role="app_worker", see="true", do=""))
    guards.run("DROP FUNCTION acts_as(name)")
