"""How far a task has come, as one of four words, beside the status as it is spelt (expand).

Until revision 0009 the spelling is what counts: a trigger keeps the word in step with it.

Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import guards

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATUSES = "'pending', 'processing', 'completed', 'failed'"

# What nobody knows is left empty, and named by revision 0009.
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
    guards.run(f"CREATE TYPE task_status AS ENUM ({STATUSES})")
    guards.run("REVOKE ALL ON TYPE task_status FROM PUBLIC")
    op.add_column(
        "tasks", sa.Column("state", postgresql.ENUM(name="task_status", create_type=False))
    )
    guards.run(IN_STEP)


def downgrade() -> None:
    """Drop the words: the spelling says all of it."""
    op.execute("DROP TRIGGER tasks_state_in_step ON tasks")
    op.execute("DROP FUNCTION task_state_in_step()")
    op.drop_column("tasks", "state")
    op.execute("DROP TYPE task_status")
