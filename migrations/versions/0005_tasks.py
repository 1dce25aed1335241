"""Tasks: what tenants submit and workers do, and the lifecycle that nothing gets around.

Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# It fires whenever a statement names the status, so that even "pending" to "pending" is noticed.
TRANSITION = """
CREATE FUNCTION task_transition() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (OLD.status, NEW.status) NOT IN (
        ('pending', 'processing'), ('processing', 'completed'), ('processing', 'failed')
    ) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'TK001',
            MESSAGE = format('task %s is %s and cannot become %s', OLD.id, OLD.status, NEW.status),
            DETAIL = json_build_object(
                'task_id', OLD.id, 'status', OLD.status, 'asked', NEW.status
            );
    END IF;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION task_transition() FROM PUBLIC;
CREATE TRIGGER tasks_lifecycle BEFORE UPDATE OF status ON tasks
    FOR EACH ROW EXECUTE FUNCTION task_transition();
"""

# Counting every change makes any update that rests on an outdated reading stand out, whatever
# statement it comes in.
CHANGE = """
CREATE FUNCTION task_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.status IN ('completed', 'failed') THEN
        RAISE EXCEPTION USING
            ERRCODE = 'TK001',
            MESSAGE = format('task %s is %s and cannot change any more', OLD.id, OLD.status),
            DETAIL = json_build_object(
                'task_id', OLD.id, 'status', OLD.status, 'asked', NEW.status
            );
    ELSIF NEW.version IS DISTINCT FROM OLD.version + 1 THEN
        RAISE EXCEPTION USING
            ERRCODE = 'TK002',
            MESSAGE = format('task %s was changed since it was read', OLD.id),
            DETAIL = json_build_object('task_id', OLD.id, 'version_seen', NEW.version - 1);
    ELSIF (NEW.id, NEW.owner_id, NEW.payload, NEW.created_at)
          IS DISTINCT FROM (OLD.id, OLD.owner_id, OLD.payload, OLD.created_at)
       OR OLD.status = 'processing' AND (
          NEW.status = 'processing'
          OR (NEW.title, NEW.agent_id, NEW.started_at)
             IS DISTINCT FROM (OLD.title, OLD.agent_id, OLD.started_at)
       )
    THEN
        RAISE EXCEPTION USING
            ERRCODE = 'TK003',
            MESSAGE = format('task %s is %s and cannot be edited like that', OLD.id, OLD.status),
            DETAIL = json_build_object('task_id', OLD.id, 'status', OLD.status);
    END IF;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION task_change() FROM PUBLIC;
CREATE TRIGGER tasks_unchanged BEFORE UPDATE ON tasks
    FOR EACH ROW EXECUTE FUNCTION task_change();
"""

# A worker sees every row because an UPDATE must be allowed to see what it makes of one; what came
# of other tenants' tasks is kept from it by columns.
PROTECT = """
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks FORCE ROW LEVEL SECURITY;
CREATE POLICY tasks_of_the_tenant ON tasks FOR ALL TO app_tenant
    USING (owner_id = (SELECT current_setting('app.user_id', true)::bigint))
    WITH CHECK (owner_id = (SELECT current_setting('app.user_id', true)::bigint));
CREATE POLICY tasks_for_workers_to_see ON tasks FOR SELECT TO app_worker USING (true);
CREATE POLICY tasks_for_workers_to_do ON tasks FOR UPDATE TO app_worker
    USING (status IN ('pending', 'processing'))
    WITH CHECK (status IN ('processing', 'completed', 'failed'));
GRANT SELECT, DELETE ON tasks TO app_tenant;
GRANT INSERT (owner_id, agent_id, title, payload, created_at) ON tasks TO app_tenant;
GRANT UPDATE (title, agent_id, version) ON tasks TO app_tenant;
GRANT SELECT
    (id, owner_id, agent_id, title, payload, status, version, created_at, started_at)
    ON tasks TO app_worker;
GRANT UPDATE (status, result, error, error_details, version, started_at, finished_at)
    ON tasks TO app_worker;
"""


def upgrade() -> None:
    op.execute("CREATE TYPE task_status AS ENUM ('pending', 'processing', 'completed', 'failed')")
    op.execute("REVOKE ALL ON TYPE task_status FROM PUBLIC")
    op.create_table(
        "tasks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column(
            "status",
            postgresql.ENUM(name="task_status", create_type=False),
            server_default=sa.text("'pending'"),
            nullable=False,
        ),
        sa.Column("result", postgresql.JSONB(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("error_details", postgresql.JSONB(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_tasks_owner_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "agent_id"],
            ["agents.owner_id", "agents.id"],
            name=op.f("fk_tasks_owner_id_agent_id_agents"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_tasks_owner_id_id")),
        sa.CheckConstraint(
            "char_length(title) <= 200 AND title ~ '[^[:space:]]'", name=op.f("ck_tasks_title_form")
        ),
        sa.CheckConstraint(
            "char_length(error) <= 10000 AND error ~ '[^[:space:]]'",
            name=op.f("ck_tasks_error_form"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_tasks_version_counts")),
        sa.CheckConstraint(
            "(status = 'completed') = (result IS NOT NULL)",
            name=op.f("ck_tasks_result_when_completed"),
        ),
        sa.CheckConstraint(
            "(status = 'failed') = (error IS NOT NULL)", name=op.f("ck_tasks_error_when_failed")
        ),
        sa.CheckConstraint(
            "error_details IS NULL OR status = 'failed'", name=op.f("ck_tasks_details_when_failed")
        ),
        sa.CheckConstraint(
            "(status = 'pending') = (started_at IS NULL)",
            name=op.f("ck_tasks_started_unless_pending"),
        ),
        sa.CheckConstraint(
            "(status IN ('completed', 'failed')) = (finished_at IS NOT NULL)",
            name=op.f("ck_tasks_finished_when_over"),
        ),
        sa.CheckConstraint("started_at >= created_at", name=op.f("ck_tasks_started_after_created")),
        sa.CheckConstraint(
            "finished_at >= started_at", name=op.f("ck_tasks_finished_after_started")
        ),
    )
    op.create_index("ix_tasks_owner_id_id", "tasks", ["owner_id", sa.text("id NULLS FIRST")])
    op.create_index(
        "ix_tasks_owner_id_status_id", "tasks", ["owner_id", "status", sa.text("id NULLS FIRST")]
    )
    op.create_index(
        "ix_tasks_owner_id_agent_id_id",
        "tasks",
        ["owner_id", "agent_id", sa.text("id NULLS FIRST")],
    )
    op.create_index(
        "ix_tasks_to_claim",
        "tasks",
        ["created_at", "id"],
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.execute(TRANSITION)
    op.execute(CHANGE)
    op.execute(PROTECT)


def downgrade() -> None:
    op.drop_table("tasks")
    op.execute("DROP FUNCTION task_transition()")
    op.execute("DROP FUNCTION task_change()")
    op.execute("DROP TYPE task_status")
