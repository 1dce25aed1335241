r"""Turns and events of their own, no longer lines of a task's log.

An entry of a log begins with its time, in UTC, and lasts until the next one does:

    2026-03-02 12:00:00 user command: Import Q3 figures
    2026-03-02 12:00:01 task.claimed {"worker": 3}

What is neither a turn nor an event becomes an event `log.line` that has the text.

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

REFERENCES = ("project", "agent", "task", "turn")

FUNCTIONS = """
CREATE FUNCTION pg_temp.instant(given text) RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN
    RETURN given::timestamp AT TIME ZONE 'UTC';
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END
$$;
CREATE FUNCTION pg_temp.as_json(given text) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    RETURN given::jsonb;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
    RETURN NULL;
END
$$;
"""

DROP_FUNCTIONS = """
DROP FUNCTION pg_temp.as_json(text);
DROP FUNCTION pg_temp.instant(text);
"""

# An event comes after as many turns of its task as `turns` says.
READ_LOGS = r"""
CREATE TEMPORARY TABLE log_entries ON COMMIT DROP AS
WITH entries AS (
    SELECT t.id AS task_id, t.owner_id, t.agent_id, t.created_at AS since, place, entry,
           pg_temp.instant(timed[1]) AS at, timed[2] AS said
      FROM tasks AS t,
           regexp_split_to_table(t.log, '\n(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)')
               WITH ORDINALITY AS split (entry, place),
           LATERAL (SELECT regexp_match(
               entry, '^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?) (.*)$'
           ) AS timed) AS matched
), told AS (
    SELECT *, regexp_match(
               said, '^(user|agent) (command|answer|question|progress|completion): (.*)$'
           ) AS turn,
           regexp_match(said, '^([a-z]+(?:[._][a-z]+)*) (.*)$') AS event
      FROM entries
), kinds AS (
    SELECT *, at IS NOT NULL AND coalesce(
               char_length(turn[3]) <= 100000 AND turn[3] ~ '[^[:space:]]', false
           ) AS is_turn,
           CASE WHEN at IS NOT NULL AND turn IS NULL
                     AND char_length(event[1]) <= 100 AND event[1] <> 'log.line'
                THEN pg_temp.as_json(event[2]) END AS payload
      FROM told
)
SELECT task_id, owner_id, agent_id, since, place, is_turn, turn, event, payload,
       coalesce(at, max(at) OVER before, since) AS at,
       count(*) FILTER (WHERE is_turn) OVER before AS turns,
       CASE WHEN at IS NULL THEN jsonb_build_object('text', entry, 'untimed', true)
            ELSE jsonb_build_object('text', said) END AS line
  FROM kinds
WINDOW before AS (PARTITION BY task_id ORDER BY place)
"""

TOO_EARLY = """
SELECT format('task %s, %s', task_id, to_json(turn[3]))
  FROM log_entries WHERE is_turn AND at < since ORDER BY task_id, place
"""

TURNS = """
SELECT task_id, owner_id, turns AS place, turn[1]::turn_actor AS actor,
       turn[2]::turn_intent AS intent, turn[3] AS text, at AS created_at
  FROM log_entries WHERE is_turn
"""

EVENTS = """
SELECT e.task_id, e.owner_id, e.agent_id, a.project_id, turns,
       row_number() OVER (PARTITION BY e.task_id ORDER BY place) AS place,
       CASE WHEN payload IS NULL THEN 'log.line' ELSE event[1] END AS type,
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
                    FROM turns) AS t ON (t.task_id, t.place) = (e.task_id, e.turns)
 ORDER BY e.task_id, e.place;
"""

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
SELECT format('event %s', id)
  FROM events AS e
 WHERE NOT EXISTS (
       SELECT FROM (
           SELECT id, row_number() OVER (
                      PARTITION BY task_id ORDER BY coalesce(turn_id, 0), id) AS place,
                  (SELECT count(*) FROM turns AS t
                    WHERE t.task_id = events.task_id AND t.id <= events.turn_id) AS turns
             FROM events) AS here
        JOIN ({EVENTS}) AS said USING (place, turns)
       WHERE here.id = e.id AND said.task_id = e.task_id AND said.owner_id = e.owner_id
         AND said.agent_id IS NOT DISTINCT FROM e.agent_id
         AND said.project_id IS NOT DISTINCT FROM e.project_id
         AND said.type = e.type AND said.payload = e.payload AND said.created_at = e.created_at)
 ORDER BY id
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
    guards.alone("tasks")
    guards.run(FUNCTIONS)
    guards.run(READ_LOGS)
    guards.refuse_rows("these turns are earlier than their task", TOO_EARLY)
    op.create_unique_constraint(op.f("uq_tasks_owner_id_id"), "tasks", ["owner_id", "id"])
    create_turns()
    create_events()
    guards.run(SPLIT)
    guards.run("DROP TABLE log_entries")
    guards.run(DROP_FUNCTIONS)
    guards.run(NOT_BEFORE_TASK)
    guards.run(APPEND_ONLY)
    op.drop_column("tasks", "log")


def create_turns() -> None:
    guards.run("CREATE TYPE turn_actor AS ENUM ('user', 'agent')")
    guards.run(
        "CREATE TYPE turn_intent AS ENUM"
        " ('command', 'answer', 'question', 'progress', 'completion')"
    )
    guards.run("REVOKE ALL ON TYPE turn_actor, turn_intent FROM PUBLIC")
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


def create_events() -> None:
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


def downgrade() -> None:
    guards.alone("tasks", "turns", "events")
    op.add_column("tasks", sa.Column("log", sa.String(), nullable=True))
    guards.run(JOIN)
    guards.run(FUNCTIONS)
    guards.run(READ_LOGS)
    guards.losing("a log has no place for these turns as they are", UNSAID_TURNS)
    guards.losing("a log has no place for these events as they are", UNSAID_EVENTS)
    guards.run("DROP TABLE log_entries")
    guards.run(DROP_FUNCTIONS)
    op.drop_table("events")
    guards.run("DROP FUNCTION event_is_written()")
    op.drop_table("turns")
    guards.run("DROP FUNCTION turn_not_before_task()")
    guards.run("DROP TYPE turn_intent")
    guards.run("DROP TYPE turn_actor")
    op.drop_constraint(op.f("uq_tasks_owner_id_id"), "tasks")
