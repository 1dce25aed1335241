"""What a task needs, and what came of it, is JSON.

Text that is not JSON, or that `jsonb` cannot keep whole, is kept as {"text": …}.

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

# A key that comes twice in an object would be kept once.
FUNCTIONS = r"""
CREATE FUNCTION pg_temp.repeats_a_key(node json) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE json_typeof(node)
        WHEN 'object' THEN (
            SELECT count(*) <> count(DISTINCT key)
                OR coalesce(bool_or(json_typeof(value) IN ('object', 'array')
                                    AND pg_temp.repeats_a_key(value)), false)
              FROM json_each(node))
        WHEN 'array' THEN (
            SELECT coalesce(bool_or(json_typeof(value) IN ('object', 'array')
                                    AND pg_temp.repeats_a_key(value)), false)
              FROM json_array_elements(node))
        ELSE false
    END;
END
$$;
CREATE FUNCTION pg_temp.as_json(given text) RETURNS jsonb LANGUAGE plpgsql AS $$
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
       AND pg_temp.repeats_a_key(given::json) THEN
        RETURN jsonb_build_object('text', given);
    END IF;
    RETURN read;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
    RETURN jsonb_build_object('text', given);
END
$$;
CREATE FUNCTION pg_temp.as_text(given jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    -- What was wrapped above, and nothing that would be read as something else again.
    IF jsonb_typeof(given) = 'object' AND jsonb_typeof(given -> 'text') = 'string'
       AND given - 'text' = '{}' AND pg_temp.as_json(given ->> 'text') = given THEN
        RETURN given ->> 'text';
    END IF;
    RETURN given::text;
END
$$;
"""

CONVERT = """
ALTER TABLE tasks ALTER payload TYPE {kind} USING pg_temp.{function}(payload),
                  ALTER result TYPE {kind} USING pg_temp.{function}(result)
"""

DROP_FUNCTIONS = r"""
DROP FUNCTION pg_temp.as_text(jsonb);
DROP FUNCTION pg_temp.as_json(text);
DROP FUNCTION pg_temp.repeats_a_key(json);
"""


def upgrade() -> None:
    guards.run(FUNCTIONS)
    guards.excused(
        "both columns at once, so that the rows are written once", "changing-column-type"
    )
    guards.run(CONVERT.format(kind="jsonb", function="as_json"))
    guards.excused("this session alone has them", "ban-drop-function")
    guards.run(DROP_FUNCTIONS)
    op.add_column("tasks", sa.Column("error_details", postgresql.JSONB(), nullable=True))


def downgrade() -> None:
    guards.alone("tasks")
    guards.losing(
        "the details of an error have no place",
        "SELECT format('task %s', id) FROM tasks WHERE error_details IS NOT NULL ORDER BY id",
    )
    op.drop_column("tasks", "error_details")
    guards.run(FUNCTIONS)
    guards.run(CONVERT.format(kind="varchar", function="as_text"))
    guards.run(DROP_FUNCTIONS)
