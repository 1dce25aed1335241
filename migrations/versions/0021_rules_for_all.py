"""The rules hold for every row, and the lifecycle of a task is one that nothing gets around.

Revises: 0020
"""

from alembic import op

from migrations import guards

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# As revision 0020 made them.
RULES = {
    "users": {
        "password_hash_form": "password_hash LIKE '$argon2id$%'",
        "version_counts": "version >= 1",
        "changed_after_created": "changed_at >= created_at",
        "deactivated_after_created": "deactivated_at >= created_at",
        "failed_logins_are_dated": "array_position(failed_logins_at, NULL) IS NULL",
    },
    "password_history": {"password_hash_form": "password_hash LIKE '$argon2id$%'"},
    "tasks": {
        "title_form": "char_length(title) <= 200 AND title ~ '[^[:space:]]'",
        "error_form": "char_length(error) <= 10000 AND error ~ '[^[:space:]]'",
        "version_counts": "version >= 1",
        "result_when_completed": "(status = 'completed') = (result IS NOT NULL)",
        "error_when_failed": "(status = 'failed') = (error IS NOT NULL)",
        "details_when_failed": "error_details IS NULL OR status = 'failed'",
        "started_unless_pending": "(status = 'pending') = (started_at IS NULL)",
        "finished_when_over": "(status IN ('completed', 'failed')) = (finished_at IS NOT NULL)",
        "started_after_created": "started_at >= created_at",
        "finished_after_started": "finished_at >= started_at",
    },
}

BREAKING = " UNION ALL ".join(
    f"(SELECT '{table} ' || id || ' by ck_{table}_{name}' FROM {table}"
    f" WHERE NOT ({condition}) ORDER BY id)"
    for table, rules in RULES.items()
    for name, condition in rules.items()
)

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


def upgrade() -> None:
    guards.refuse_rows("these rows break a rule", BREAKING)
    for table, rules in RULES.items():
        for name in rules:
            guards.run(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_{name}")
    guards.run(TRANSITION)
    guards.run(CHANGE)


def downgrade() -> None:
    guards.run("DROP TRIGGER tasks_unchanged ON tasks")
    guards.run("DROP FUNCTION task_change()")
    guards.run("DROP TRIGGER tasks_lifecycle ON tasks")
    guards.run("DROP FUNCTION task_transition()")
    for table, rules in RULES.items():
        for name, condition in rules.items():
            op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
            guards.run(
                f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name}"
                f" CHECK ({condition}) NOT VALID"
            )
