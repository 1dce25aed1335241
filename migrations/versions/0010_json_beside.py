"""What a task needs, and what came of it, as JSON beside the text that it was (expand).

Until revision 0011 the text is what counts: a trigger keeps the JSON in step with it. Text that is
not JSON, or that `jsonb` cannot keep whole, is kept as {"text": …}.

Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import guards

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# A key that comes twice in an object would be kept once.
FUNCTIONS = r"""
CREATE FUNCTION json_repeats_a_key(node json) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE json_typeof(node)
        WHEN 'object' THEN (
            SELECT count(*) <> count(DISTINCT key)
                OR coalesce(bool_or(json_typeof(value) IN ('object', 'array')
                                    AND public.json_repeats_a_key(value)), false)
              FROM json_each(node))
        WHEN 'array' THEN (
            SELECT coalesce(bool_or(json_typeof(value) IN ('object', 'array')
                                    AND public.json_repeats_a_key(value)), false)
              FROM json_array_elements(node))
        ELSE false
    END;
END
$$;
CREATE FUNCTION text_as_json(given text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    read jsonb;
BEGIN
    IF given IS NULL THEN
        RETURN NULL;
    END IF;
    -- What cannot be JSON by its first character is not tried: an error costs more than a look.
    IF given !~ '^[ \t\n\r]*["{[0-9tfn-]' THEN
        RETURN jsonb_build_object('text', given);
    END IF;
    read := given::jsonb;
    -- A key that is dropped takes a colon along. A closer look is only worth it where one is gone.
    IF given <> read::text
       AND (length(replace(given, ':', '')) - length(given)
                <> length(replace(read::text, ':', '')) - length(read::text)
            OR strpos(given, '\u003') > 0)
       AND public.json_repeats_a_key(given::json) THEN
        RETURN jsonb_build_object('text', given);
    END IF;
    RETURN read;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
    RETURN jsonb_build_object('text', given);
END
$$;
REVOKE ALL ON FUNCTION json_repeats_a_key(json), text_as_json(text) FROM PUBLIC;
"""

IN_STEP = """
CREATE FUNCTION task_json_in_step() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.payload_json := public.text_as_json(NEW.payload);
    NEW.result_json := public.text_as_json(NEW.result);
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION task_json_in_step() FROM PUBLIC;
CREATE TRIGGER tasks_json_in_step BEFORE INSERT OR UPDATE OF payload, result ON tasks
    FOR EACH ROW EXECUTE FUNCTION task_json_in_step();
"""


def upgrade() -> None:
    op.add_column("tasks", sa.Column("payload_json", postgresql.JSONB(), nullable=True))
    op.add_column("tasks", sa.Column("result_json", postgresql.JSONB(), nullable=True))
    guards.run(FUNCTIONS)
    guards.run(IN_STEP)


def downgrade() -> None:
    """Drop the JSON: the text says all of it."""
    op.execute("DROP TRIGGER tasks_json_in_step ON tasks")
    op.execute("DROP FUNCTION task_json_in_step()")
    op.execute("DROP FUNCTION text_as_json(text)")
    op.execute("DROP FUNCTION json_repeats_a_key(json)")
    op.drop_column("tasks", "result_json")
    op.drop_column("tasks", "payload_json")
