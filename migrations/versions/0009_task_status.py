"""How far a task has come is one of four words, whoever spelt it (migrate and contract).

Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from migrations import batches, guards

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SPELLINGS = {
    "pending": ("pending", "open", "new", "todo", "queued", "waiting"),
    "processing": ("processing", "in progress", "in-progress", "in_progress", "running", "started"),
    "completed": ("completed", "complete", "done", "finished", "ok"),
    "failed": ("failed", "failure", "error", "aborted"),
}

SPELT = r"lower(btrim(status, E' \t\n\r\f\v'))"


def listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


UNKNOWN = f"""
SELECT format('%s of task %s', to_json(status), id) FROM tasks
 WHERE {SPELT} NOT IN ({listed(sum(SPELLINGS.values(), ()))}) ORDER BY id
"""

# What the batches and the trigger could make nothing of.
LEFT_OVER = """
SELECT format('%s of task %s', to_json(status), id) FROM tasks WHERE state IS NULL ORDER BY id
"""

MEANT = "CASE {} END".format(
    " ".join(
        f"WHEN {SPELT} IN ({listed(words)}) THEN '{status}'" for status, words in SPELLINGS.items()
    )
)

FILL_IN = f"""
UPDATE tasks SET state = ({MEANT})::task_status
 WHERE id >= batch_from AND id <= batch_upto AND state IS NULL;
"""

# As revision 0008 made it.
IN_STEP = r"""
CREATE FUNCTION task_state_in_step() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.state := CASE
        WHEN lower(btrim(NEW.status, E' \t\n\r\f\v'))
            IN ('pending', 'open', 'new', 'todo', 'queued', 'waiting')
        THEN 'pending'
        WHEN lower(btrim(NEW.status, E' \t\n\r\f\v'))
            IN ('processing', 'in progress', 'in-progress', 'in_progress', 'running', 'started')
        THEN 'processing'
        WHEN lower(btrim(NEW.status, E' \t\n\r\f\v'))
            IN ('completed', 'complete', 'done', 'finished', 'ok')
        THEN 'completed'
        WHEN lower(btrim(NEW.status, E' \t\n\r\f\v')) IN ('failed', 'failure', 'error', 'aborted')
        THEN 'failed'
    END;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION task_state_in_step() FROM PUBLIC;
CREATE TRIGGER tasks_state_in_step BEFORE INSERT OR UPDATE OF status ON tasks
    FOR EACH ROW EXECUTE FUNCTION task_state_in_step();
"""


def upgrade() -> None:
    guards.refuse_rows("no task can be like this", UNKNOWN)
    batches.run("tasks", FILL_IN)
    guards.alone("tasks")
    guards.refuse_rows("no task can be like this", LEFT_OVER)
    op.execute("DROP TRIGGER tasks_state_in_step ON tasks")
    guards.excused("only its trigger has called it", "ban-drop-function")
    op.execute("DROP FUNCTION task_state_in_step()")
    guards.excused("promised until the revision before, and said by the word", "ban-drop-column")
    op.drop_column("tasks", "status")
    guards.excused("nobody was promised it under the other name", "renaming-column")
    op.alter_column("tasks", "state", new_column_name="status")
    guards.excused("filled in above, the last of it by the trigger", "adding-not-nullable-field")
    guards.run("ALTER TABLE tasks ALTER status SET NOT NULL, ALTER status SET DEFAULT 'pending'")


def downgrade() -> None:
    guards.alone("tasks")
    guards.run("ALTER TABLE tasks ALTER status DROP NOT NULL, ALTER status DROP DEFAULT")
    op.alter_column("tasks", "status", new_column_name="state")
    op.add_column("tasks", sa.Column("status", sa.String(), nullable=True))
    guards.run("UPDATE tasks SET status = state::varchar")
    op.alter_column("tasks", "status", nullable=False)
    guards.run(IN_STEP)
