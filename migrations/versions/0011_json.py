"""What a task needs, and what came of it, is JSON (migrate and contract).

Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import batches, guards

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FILL_IN = """
UPDATE tasks SET payload_json = text_as_json(payload), result_json = text_as_json(result)
 WHERE id >= batch_from AND id <= batch_upto AND payload_json IS NULL;
"""

# What was wrapped, and nothing that would be read as something else again.
AS_TEXT = """
CREATE FUNCTION pg_temp.as_text(given jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF jsonb_typeof(given) = 'object' AND jsonb_typeof(given -> 'text') = 'string'
       AND given - 'text' = '{}' AND public.text_as_json(given ->> 'text') = given THEN
        RETURN given ->> 'text';
    END IF;
    RETURN given::text;
END
$$
"""

# As revision 0010 made it.
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
    batches.run("tasks", FILL_IN)
    guards.alone("tasks")
    op.execute("DROP TRIGGER tasks_json_in_step ON tasks")
    for function in ("task_json_in_step()", "text_as_json(text)", "json_repeats_a_key(json)"):
        guards.excused("only the trigger and the batches have called it", "ban-drop-function")
        op.execute(f"DROP FUNCTION {function}")
    for column in ("payload", "result"):
        guards.excused("promised until the revision before, and said by JSON", "ban-drop-column")
        op.drop_column("tasks", column)
        guards.excused("nobody was promised it under the other name", "renaming-column")
        op.alter_column("tasks", f"{column}_json", new_column_name=column)
    guards.excused("filled in above, the last of it by the trigger", "adding-not-nullable-field")
    op.alter_column("tasks", "payload", nullable=False)
    op.add_column("tasks", sa.Column("error_details", postgresql.JSONB(), nullable=True))


def downgrade() -> None:
    guards.alone("tasks")
    guards.losing(
        "the details of an error have no place",
        "SELECT format('task %s', id) FROM tasks WHERE error_details IS NOT NULL ORDER BY id",
    )
    op.drop_column("tasks", "error_details")
    op.alter_column("tasks", "payload", nullable=True)
    for column in ("payload", "result"):
        op.alter_column("tasks", column, new_column_name=f"{column}_json")
        op.add_column("tasks", sa.Column(column, sa.String(), nullable=True))
    guards.run(FUNCTIONS)
    guards.run(AS_TEXT)
    guards.run(
        "UPDATE tasks SET payload = pg_temp.as_text(payload_json),"
        " result = pg_temp.as_text(result_json)"
    )
    guards.run("DROP FUNCTION pg_temp.as_text(jsonb)")
    op.alter_column("tasks", "payload", nullable=False)
    guards.run(IN_STEP)
