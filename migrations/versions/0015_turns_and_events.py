r"""Turns and events of their own, no longer lines of a task's log (migrate and contract).

An entry of a log begins with its time, in UTC, and lasts until the next one does:

    2026-03-02 12:00:00 user command: Import Q3 figures
    2026-03-02 12:00:01 task.claimed {"worker": 3}

What is neither a turn nor an event becomes an event `log.line` that has the text.

Revises: 0014
"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

from migrations import batches, guards

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ACTORS = ("user", "agent")
INTENTS = ("command", "answer", "question", "progress", "completion")


def listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


# As in 0010: a key that comes twice in an object would be kept once, so the entry stays a line. A
# key that is dropped takes a colon along; a closer look is only worth it where one is gone.
FUNCTIONS = r"""
CREATE OR REPLACE FUNCTION pg_temp.instant(given text) RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN
    RETURN given::timestamp AT TIME ZONE 'UTC';
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION pg_temp.repeats_a_key(node json) RETURNS boolean LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE FUNCTION pg_temp.as_json(given text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    read jsonb;
BEGIN
    read := given::jsonb;
    IF given <> read::text
       AND (length(replace(given, ':', '')) - length(given)
                <> length(replace(read::text, ':', '')) - length(read::text)
            OR strpos(given, '\u003') > 0)
       AND pg_temp.repeats_a_key(given::json) THEN
        RETURN NULL;
    END IF;
    RETURN read;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
    RETURN NULL;
END
$$;
"""

DROP_FUNCTIONS = """
DROP FUNCTION pg_temp.as_json(text);
DROP FUNCTION pg_temp.repeats_a_key(json);
DROP FUNCTION pg_temp.instant(text);
"""

# Of all that an entry of the log is made of.
DIGEST = "md5(ROW(t.log, t.owner_id, t.agent_id, t.created_at)::text)"

# An event comes after as many turns of its task as `turns` says. Plain functions of text where
# they will do: a regular expression that has to find parts takes ten times as long.
READ_LOGS = r"""
CREATE TEMPORARY TABLE log_entries ON COMMIT DROP AS
WITH entries AS MATERIALIZED (
    SELECT t.id AS task_id, t.owner_id, t.agent_id, t.created_at AS since, place, entry,
           {digest} AS digest,
           split_part(entry, ' ', 1) || ' ' || split_part(entry, ' ', 2) AS clock
      FROM tasks AS t,
           regexp_split_to_table(t.log, '\n(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)')
               WITH ORDINALITY AS split (entry, place)
     WHERE {which}
), timed AS MATERIALIZED (
    SELECT *, substr(entry, length(clock) + 2) AS said,
           CASE WHEN clock ~ '^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?$'
                     AND substr(entry, length(clock) + 1, 1) = ' '
                THEN pg_temp.instant(clock) END AS at
      FROM entries
), told AS MATERIALIZED (
    SELECT *, split_part(said, ':', 1) AS who,
           substr(said, length(split_part(said, ':', 1)) + 3) AS words,
           split_part(said, ' ', 1) AS type
      FROM timed
), kinds AS MATERIALIZED (
    SELECT *, at IS NOT NULL AND who IN ({kinds}) AND substr(said, length(who) + 1, 2) = ': '
              AND char_length(words) <= 100000 AND words ~ '[^[:space:]]' AS is_turn,
           CASE WHEN at IS NOT NULL AND char_length(type) <= 100 AND type <> 'log.line'
                     AND type ~ '^[a-z]+([._][a-z]+)*$'
                THEN pg_temp.as_json(substr(said, length(type) + 2)) END AS payload
      FROM told
)
SELECT task_id, digest, owner_id, agent_id, since, place, is_turn, who, words, type, payload,
       coalesce(at, max(at) OVER before, since) AS at,
       count(*) FILTER (WHERE is_turn) OVER before AS turns,
       CASE WHEN at IS NULL THEN jsonb_build_object('text', entry, 'untimed', true)
            ELSE jsonb_build_object('text', said) END AS line
  FROM kinds
WINDOW before AS (PARTITION BY task_id ORDER BY place);
ANALYZE log_entries;
""".replace(
    "{kinds}", listed([f"{actor} {intent}" for actor in ACTORS for intent in INTENTS])
).replace("{digest}", DIGEST)

NOT_YET_SPLIT = "NOT EXISTS (SELECT FROM split_logs AS s WHERE s.task_id = t.id)"

TOO_EARLY = """
SELECT format('task %s, %s', task_id, to_json(words))
  FROM log_entries WHERE is_turn AND at < since ORDER BY task_id, place
"""

TURNS = """
SELECT task_id, owner_id, turns AS place, split_part(who, ' ', 1)::turn_actor AS actor,
       split_part(who, ' ', 2)::turn_intent AS intent, words AS text, at AS created_at
  FROM log_entries WHERE is_turn
"""

EVENTS = """
SELECT e.task_id, e.owner_id, e.agent_id, a.project_id, turns,
       row_number() OVER (PARTITION BY e.task_id ORDER BY place) AS place,
       CASE WHEN payload IS NULL THEN 'log.line' ELSE e.type END AS type,
       coalesce(payload, line) AS payload, at AS created_at
  FROM log_entries AS e LEFT JOIN agents AS a ON a.id = e.agent_id WHERE NOT is_turn
"""

SPLIT = f"""
INSERT INTO turns (owner_id, task_id, actor, intent, text, created_at)
SELECT owner_id, task_id, actor, intent, text, created_at
  FROM ({TURNS}) AS said ORDER BY task_id, place;
INSERT INTO events
    (owner_id, project_id, agent_id, task_id, turn_id, type, payload, created_at)
SELECT e.owner_id, project_id, agent_id, e.task_id, t.id, type, payload, e.created_at
  FROM ({EVENTS}) AS e
       LEFT JOIN (SELECT id, task_id,
                         row_number() OVER (PARTITION BY task_id ORDER BY id) AS place
                    FROM turns WHERE task_id IN (SELECT task_id FROM log_entries)) AS t
              ON (t.task_id, t.place) = (e.task_id, e.turns)
 ORDER BY e.task_id, e.place;
INSERT INTO split_logs (task_id, digest)
SELECT DISTINCT task_id, digest FROM log_entries ORDER BY task_id;
DROP TABLE log_entries;
"""

# An event outlives its task, but a log does not.
FORGET_OUTDATED = f"""
CREATE TEMPORARY TABLE outdated ON COMMIT DROP AS
SELECT s.task_id FROM split_logs AS s
 WHERE NOT EXISTS (SELECT FROM tasks AS t WHERE t.id = s.task_id AND s.digest = {DIGEST});
DELETE FROM events WHERE task_id IS NULL OR task_id IN (SELECT task_id FROM outdated);
DELETE FROM turns WHERE task_id IN (SELECT task_id FROM outdated);
DELETE FROM split_logs WHERE task_id IN (SELECT task_id FROM outdated);
DROP TABLE outdated;
"""

# What cannot be split is passed over, and named when nobody can add to it any more.
SPLIT_BATCH = (
    READ_LOGS.replace("{which}", f"t.id >= batch_from AND t.id <= batch_upto AND {NOT_YET_SPLIT}")
    + """DELETE FROM log_entries WHERE task_id IN (
    SELECT task_id FROM log_entries WHERE is_turn AND at < since);"""
    + SPLIT
)

JOIN = """
UPDATE tasks SET log = entries.log
  FROM (SELECT task_id, string_agg(entry, chr(10) ORDER BY turn_id, is_event, id) AS log
          FROM (SELECT task_id, id AS turn_id, false AS is_event, id,
                       format('%s %s %s: %s', {time}, actor, intent, text) AS entry
                  FROM turns
                UNION ALL
                SELECT task_id, coalesce(turn_id, 0), true, id,
                       CASE WHEN type <> 'log.line' OR payload ->> 'text' IS NULL
                            THEN format('%s %s %s', {time}, type, payload)
                            WHEN payload ? 'untimed' THEN payload ->> 'text'
                            ELSE format('%s %s', {time}, payload ->> 'text') END
                  FROM events WHERE task_id IS NOT NULL) AS lines
         GROUP BY task_id) AS entries
 WHERE entries.task_id = tasks.id
""".format(
    time="to_char(created_at AT TIME ZONE 'UTC', CASE WHEN created_at = date_trunc('second',"
    " created_at) THEN 'YYYY-MM-DD HH24:MI:SS' ELSE 'YYYY-MM-DD HH24:MI:SS.US' END)"
)

UNSAID_TURNS = f"""
SELECT format('turn %s of task %s', place, task_id)
  FROM (SELECT task_id, owner_id, row_number() OVER (PARTITION BY task_id ORDER BY id) AS place,
               actor, intent, text, created_at FROM turns
        EXCEPT {TURNS}) AS unsaid
 ORDER BY task_id, place
"""

UNSAID_EVENTS = f"""
SELECT format('event %s', here.id)
  FROM (SELECT e.*, CASE WHEN turn_id IS NULL THEN 0 ELSE coalesce(t.place, -1) END AS turns,
               row_number() OVER (PARTITION BY e.task_id ORDER BY coalesce(turn_id, 0), e.id)
                   AS place
          FROM events AS e
               LEFT JOIN (SELECT id, task_id,
                                 row_number() OVER (PARTITION BY task_id ORDER BY id) AS place
                            FROM turns) AS t ON (t.id, t.task_id) = (turn_id, e.task_id)) AS here
       LEFT JOIN ({EVENTS}) AS said USING (task_id, place)
 WHERE (here.turns, here.owner_id, here.agent_id, here.project_id, here.type, here.payload,
        here.created_at)
       IS DISTINCT FROM
       (said.turns, said.owner_id, said.agent_id, said.project_id, said.type, said.payload,
        said.created_at)
 ORDER BY here.id
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


def upgrade() -> None:
    guards.run(FUNCTIONS)
    read_logs(NOT_YET_SPLIT)
    guards.refuse_rows("these turns are earlier than their task", TOO_EARLY)
    forget_logs()
    batches.run("tasks", SPLIT_BATCH)
    guards.alone("tasks")
    guards.excused("this session alone has it", "ban-drop-table")
    guards.run(FORGET_OUTDATED)
    read_logs(NOT_YET_SPLIT)
    guards.refuse_rows("these turns are earlier than their task", TOO_EARLY)
    guards.excused("this session alone has it", "ban-drop-table")
    guards.run(SPLIT)
    guards.excused("this session alone has them", "ban-drop-function")
    guards.run(DROP_FUNCTIONS)
    guards.run(NOT_BEFORE_TASK)
    guards.run(APPEND_ONLY)
    guards.excused("all logs are split", "ban-drop-table")
    op.drop_table("split_logs")
    guards.excused("split out above, the last of it under this lock", "ban-drop-column")
    op.drop_column("tasks", "log")


def read_logs(which: str) -> None:
    guards.run(READ_LOGS.replace("{which}", which))


def forget_logs() -> None:
    guards.excused("this session alone has it", "ban-drop-table")
    guards.run("DROP TABLE log_entries")


def downgrade() -> None:
    guards.alone("tasks", "turns", "events")
    op.add_column("tasks", sa.Column("log", sa.String(), nullable=True))
    guards.run(JOIN)
    guards.run(FUNCTIONS)
    read_logs("true")
    guards.losing("a log has no place for these turns as they are", UNSAID_TURNS)
    guards.losing("a log has no place for these events as they are", UNSAID_EVENTS)
    forget_logs()
    guards.run(DROP_FUNCTIONS)
    op.execute("DROP TRIGGER events_append_only ON events")
    op.execute("DROP FUNCTION event_is_written()")
    op.execute("DROP TRIGGER turns_not_before_task ON turns")
    op.execute("DROP FUNCTION turn_not_before_task()")
    op.create_table(
        "split_logs",
        sa.Column("task_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_split_logs")),
    )
    guards.run(
        "INSERT INTO split_logs (task_id, digest)"
        f" SELECT id, {DIGEST} FROM tasks AS t WHERE log IS NOT NULL"
    )
