"""Projects and agents of their own, no longer words on each task (migrate and contract).

Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

from migrations import batches, guards

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

PATH = r"rtrim(btrim({path}, E' \t\n\r\f\v'), '/')"

# A slug is the last part of the path; where it is taken, with a digest of the whole path.
PROJECTS = """
SELECT owner_id, path,
       CASE WHEN row_number() OVER (PARTITION BY owner_id, word ORDER BY first) = 1 AND {free}
            THEN word
            ELSE btrim(left(word, 50), '-') || '-'
                 || left(encode(sha256(convert_to(path, 'UTF8')), 'hex'), 12) END AS slug,
       first, created_at
  FROM (SELECT owner_id, path, min(id) AS first, min(created_at) AS created_at,
               coalesce(nullif(btrim(left(btrim(regexp_replace(
                   lower(regexp_replace(path, '^.*/', '')), '[^a-z0-9]+', '-', 'g'
               ), '-'), 63), '-'), ''), 'project') AS word
          FROM {named} AS named GROUP BY owner_id, path) AS paths
"""

AGENTS = """
SELECT min(id) AS first, owner_id, path, session, name, min(created_at) AS created_at
  FROM {named} AS named GROUP BY owner_id, path, session, name
"""

WELL_FORMED = f"""
agent_session ~* '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$'
    AND char_length(agent) <= 200 AND agent ~ '[^[:space:]]'
    AND {PATH.format(path="project")} ~ '^(/[^/]+)+$'
    AND char_length({PATH.format(path="project")}) <= 500
""".strip()

MALFORMED = f"""
SELECT format('task %s: %s', id, CASE
           WHEN agent_session !~* '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$'
           THEN format('%s is no session', to_json(agent_session))
           WHEN NOT (char_length(agent) <= 200 AND agent ~ '[^[:space:]]')
           THEN format('%s is no name', to_json(agent))
           ELSE format('%s is no path', to_json(project)) END)
  FROM tasks WHERE agent_id IS NULL AND NOT ({WELL_FORMED}) ORDER BY id
"""

AMBIGUOUS = f"""
SELECT format('session %s on the tasks %s', session, string_agg(id::text, ', ' ORDER BY id))
  FROM (SELECT lower(agent_session) AS session, min(id) AS id FROM tasks
         WHERE agent_session IS NOT NULL {{which}}
         GROUP BY lower(agent_session), user_id, {PATH.format(path="project")}, agent) AS agents
 GROUP BY session HAVING count(*) > 1 ORDER BY min(id)
"""
SHARED_WITH_THE_REST = """
AND lower(agent_session) IN (SELECT lower(agent_session) FROM tasks WHERE agent_id IS NULL)
"""

AGENTS_ALONE = "one session is one agent's of one user in one project"

SPLIT = f"""
CREATE TEMPORARY TABLE named ON COMMIT DROP AS
SELECT id, user_id AS owner_id, {PATH.format(path="project")} AS path, agent AS name,
       agent_session::uuid AS session, created_at
  FROM tasks
 WHERE id >= batch_from AND id <= batch_upto AND agent_id IS NULL AND {WELL_FORMED};
INSERT INTO projects (owner_id, path, slug, created_at)
SELECT owner_id, path, slug, created_at
  FROM ({
    PROJECTS.format(
        named="named",
        free="NOT EXISTS (SELECT FROM projects AS p"
        " WHERE (p.owner_id, p.slug) = (paths.owner_id, word))",
    )
}) AS new
 WHERE NOT EXISTS (SELECT FROM projects AS p WHERE (p.owner_id, p.path) = (new.owner_id, new.path))
 ORDER BY first;
INSERT INTO agents (owner_id, project_id, session_uuid, name, created_at)
SELECT a.owner_id, p.id, a.session, a.name, a.created_at
  FROM ({AGENTS.format(named="named")}) AS a JOIN projects AS p USING (owner_id, path)
 WHERE NOT EXISTS (SELECT FROM agents WHERE session_uuid = a.session)
 ORDER BY a.first ON CONFLICT (session_uuid) DO NOTHING;
UPDATE tasks SET agent_id = a.id
  FROM named AS n JOIN projects AS p USING (owner_id, path)
       JOIN agents AS a ON (a.session_uuid, a.project_id, a.name) = (n.session, p.id, n.name)
 WHERE n.id = tasks.id;
DROP TABLE named;
"""

FORGET_OUTDATED = f"""
UPDATE tasks SET agent_id = NULL
  FROM agents AS a JOIN projects AS p ON p.id = a.project_id
 WHERE a.id = agent_id
   AND (user_id, {PATH.format(path="project")}, agent, lower(agent_session))
       IS DISTINCT FROM (a.owner_id, p.path, a.name, a.session_uuid::text)
"""

# The task that named it has another agent since, or is gone.
NO_LONGER_NAMED = """
DELETE FROM agents AS a WHERE NOT EXISTS (SELECT FROM tasks AS t WHERE t.agent_id = a.id);
DELETE FROM projects AS p WHERE NOT EXISTS (SELECT FROM agents AS a WHERE a.project_id = p.id);
"""

# They are as old as the oldest of the tasks that name them.
DATE = """
UPDATE projects SET created_at = said.created_at
  FROM (SELECT project_id, min(t.created_at) AS created_at
          FROM tasks AS t JOIN agents AS a ON a.id = t.agent_id GROUP BY project_id) AS said
 WHERE projects.id = said.project_id AND projects.created_at <> said.created_at;
UPDATE agents SET created_at = said.created_at
  FROM (SELECT agent_id, min(created_at) AS created_at FROM tasks GROUP BY agent_id) AS said
 WHERE agents.id = said.agent_id AND agents.created_at <> said.created_at;
"""

LEFT_OVER = """
SELECT format('task %s', id) FROM tasks
 WHERE agent IS NOT NULL AND agent_id IS NULL ORDER BY id
"""

# The tasks that name an agent, as the new tables would write them in the old columns.
IN_TABLES = f"""
(SELECT t.id, t.owner_id, {PATH.format(path="p.path")} AS path, a.name,
        a.session_uuid AS session, t.created_at
   FROM tasks AS t JOIN agents AS a ON a.id = t.agent_id JOIN projects AS p ON p.id = a.project_id)
"""

UNSAID_PROJECTS = f"""
SELECT format('project %s', to_json(path))
  FROM (SELECT owner_id, path, slug, created_at FROM projects
        EXCEPT
        SELECT owner_id, path, slug, created_at
          FROM ({PROJECTS.format(named=IN_TABLES, free="true")}) AS said) AS unsaid
 ORDER BY owner_id, path
"""

UNSAID_AGENTS = f"""
SELECT format('agent %s, session %s', to_json(name), session_uuid)
  FROM (SELECT a.owner_id, path, session_uuid, name, a.created_at,
               priority_score, priority_reason, priority_at
          FROM agents AS a JOIN projects AS p ON p.id = a.project_id
        EXCEPT
        SELECT owner_id, path, session, name, created_at, NULL, NULL, NULL
          FROM ({AGENTS.format(named=IN_TABLES)}) AS said) AS unsaid
 ORDER BY owner_id, path, session_uuid
"""

JOIN = """
UPDATE tasks SET project = p.path, agent = a.name, agent_session = a.session_uuid::text
  FROM agents AS a JOIN projects AS p ON p.id = a.project_id WHERE a.id = agent_id
"""


def upgrade() -> None:
    guards.refuse_rows("these tasks name no agent", MALFORMED)
    guards.refuse_rows(AGENTS_ALONE, AMBIGUOUS.format(which=""))
    batches.run("tasks", SPLIT)
    guards.alone("tasks")
    # Each agent that goes would have it look through all tasks.
    guards.excused("made anew below, under the same lock", "ban-drop-constraint")
    op.drop_constraint(op.f("fk_tasks_owner_id_agent_id_agents"), "tasks")
    guards.run(FORGET_OUTDATED)
    guards.refuse_rows("these tasks name no agent", MALFORMED)
    guards.run(NO_LONGER_NAMED)
    batches.rest(SPLIT)
    guards.run(DATE)
    guards.refuse_rows(AGENTS_ALONE, AMBIGUOUS.format(which=SHARED_WITH_THE_REST))
    guards.refuse_rows("these tasks have no agent yet", LEFT_OVER)
    guards.excused("what it is about goes with it", "ban-drop-constraint")
    op.drop_constraint(op.f("ck_tasks_agent_is_whole"), "tasks")
    for column in ("project", "agent", "agent_session"):
        guards.excused("split out above, the last of it under this lock", "ban-drop-column")
        op.drop_column("tasks", column)
    rename_owner("user_id", "owner_id")
    guards.excused(
        "under the lock that is held already",
        "constraint-missing-not-valid",
        "adding-foreign-key-constraint",
    )
    op.create_foreign_key(
        op.f("fk_tasks_owner_id_agent_id_agents"),
        "tasks",
        "agents",
        ["owner_id", "agent_id"],
        ["owner_id", "id"],
        ondelete="CASCADE",
    )


def rename_owner(old: str, new: str) -> None:
    guards.excused("promised until the revision before", "renaming-column")
    op.alter_column("tasks", old, new_column_name=new)
    guards.excused("goes with the column that it is about", "renaming-object")
    guards.run(f"ALTER TABLE tasks RENAME CONSTRAINT fk_tasks_{old}_users TO fk_tasks_{new}_users")
    # Since PostgreSQL 18 a NOT NULL too has a name, and keeps it.
    guards.excused(
        "one statement, under the lock that is held already",
        "ban-drop-not-null",
        "adding-not-nullable-field",
    )
    guards.run(f"ALTER TABLE tasks ALTER {new} DROP NOT NULL, ALTER {new} SET NOT NULL")


def downgrade() -> None:
    guards.alone("projects", "agents", "tasks")
    guards.losing("these projects are not what their tasks would say", UNSAID_PROJECTS)
    guards.losing("these agents are not what their tasks would say", UNSAID_AGENTS)
    for column in ("project", "agent", "agent_session"):
        op.add_column("tasks", sa.Column(column, sa.String(), nullable=True))
    guards.run(JOIN)
    op.create_check_constraint(
        op.f("ck_tasks_agent_is_whole"),
        "tasks",
        "num_nonnulls(project, agent, agent_session) IN (0, 3)",
    )
    rename_owner("owner_id", "user_id")
