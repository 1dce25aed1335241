"""What is said about a task, and what has happened.

Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PROTECT = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_of_the_tenant ON {table} FOR ALL TO app_tenant
    USING (owner_id = (SELECT current_setting('app.user_id', true)::bigint))
    WITH CHECK (owner_id = (SELECT current_setting('app.user_id', true)::bigint));
"""

NOT_BEFORE_TASK = """
CREATE FUNCTION turn_not_before_task() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.created_at < (SELECT created_at FROM public.tasks WHERE id = NEW.task_id) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            MESSAGE = 'a turn cannot be earlier than its task',
            TABLE = 'turns',
            CONSTRAINT = 'turns_not_before_task';
    END IF;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION turn_not_before_task() FROM PUBLIC;
CREATE TRIGGER turns_not_before_task BEFORE INSERT OR UPDATE ON turns
    FOR EACH ROW EXECUTE FUNCTION turn_not_before_task();
"""

# Only what a statement does by itself is refused: the foreign keys may take references away.
APPEND_ONLY = """
CREATE FUNCTION event_is_written() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'check_violation',
        MESSAGE = 'an event that is written stays as it is',
        TABLE = 'events',
        CONSTRAINT = 'events_append_only';
END
$$;
REVOKE ALL ON FUNCTION event_is_written() FROM PUBLIC;
CREATE TRIGGER events_append_only BEFORE UPDATE ON events
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION event_is_written();
"""

REFERENCES = ("project", "agent", "task", "turn")


def upgrade() -> None:
    op.execute("CREATE TYPE turn_actor AS ENUM ('user', 'agent')")
    op.execute(
        "CREATE TYPE turn_intent AS ENUM"
        " ('command', 'answer', 'question', 'progress', 'completion')"
    )
    op.execute("REVOKE ALL ON TYPE turn_actor, turn_intent FROM PUBLIC")
    op.create_table(
        "turns",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("actor", postgresql.ENUM(name="turn_actor", create_type=False), nullable=False),
        sa.Column("intent", postgresql.ENUM(name="turn_intent", create_type=False), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turns")),
        sa.ForeignKeyConstraint(
            ["owner_id", "task_id"],
            ["tasks.owner_id", "tasks.id"],
            name=op.f("fk_turns_owner_id_task_id_tasks"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_turns_owner_id_id")),
        sa.CheckConstraint(
            "char_length(text) <= 100000 AND text ~ '[^[:space:]]'", name=op.f("ck_turns_text_form")
        ),
    )
    op.create_index(
        "ix_turns_owner_id_task_id_id", "turns", ["owner_id", "task_id", sa.text("id NULLS FIRST")]
    )
    op.execute(NOT_BEFORE_TASK)
    op.execute(PROTECT.format(table="turns"))
    op.execute("GRANT SELECT ON turns TO app_tenant")
    op.execute(
        "GRANT INSERT (owner_id, task_id, actor, intent, text, created_at) ON turns TO app_tenant"
    )

    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=True),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("task_id", sa.BigInteger(), nullable=True),
        sa.Column("turn_id", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_events_owner_id_users"), ondelete="CASCADE"
        ),
        *(
            sa.ForeignKeyConstraint(
                ["owner_id", f"{name}_id"],
                [f"{name}s.owner_id", f"{name}s.id"],
                name=op.f(f"fk_events_owner_id_{name}_id_{name}s"),
                ondelete=f"SET NULL ({name}_id)",
            )
            for name in REFERENCES
        ),
        sa.CheckConstraint(
            "type ~ '^[a-z]+([._][a-z]+)*$' AND char_length(type) <= 100",
            name=op.f("ck_events_type_form"),
        ),
    )
    op.create_index("ix_events_owner_id_id", "events", ["owner_id", sa.text("id NULLS FIRST")])
    for name in REFERENCES:
        op.create_index(
            f"ix_events_owner_id_{name}_id_id",
            "events",
            ["owner_id", f"{name}_id", sa.text("id NULLS FIRST")],
        )
    op.execute(APPEND_ONLY)
    op.execute(PROTECT.format(table="events"))
    op.execute("GRANT SELECT ON events TO app_tenant")
    op.execute(
        "GRANT INSERT (owner_id, project_id, agent_id, task_id, turn_id, type, payload, created_at)"
        " ON events TO app_tenant"
    )


def downgrade() -> None:
    op.drop_table("events")
    op.execute("DROP FUNCTION event_is_written()")
    op.drop_table("turns")
    op.execute("DROP FUNCTION turn_not_before_task()")
    op.execute("DROP TYPE turn_intent")
    op.execute("DROP TYPE turn_actor")
