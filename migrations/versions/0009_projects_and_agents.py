"""Projects and agents of their own, no longer words on each task.

Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PATH = r"rtrim(btrim({path}, E' \t\n\r\f\v'), '/')"

# The tasks that name an agent: in the old columns, and as the new tables would write them there.
IN_TASKS = f"""
SELECT id, owner_id, {PATH.format(path="project")} AS path, agent AS name,
       agent_session::uuid AS session, created_at
  FROM tasks WHERE project IS NOT NULL
"""
IN_TABLES = f"""
SELECT t.id, t.owner_id, {PATH.format(path="p.path")} AS path, a.name,
       a.session_uuid AS session, t.created_at
  FROM tasks AS t JOIN agents AS a ON a.id = t.agent_id JOIN projects AS p ON p.id = a.project_id
"""

# A slug is the last part of the path; where two are alike, both get a digest of the whole path.
PROJECTS = """
SELECT owner_id, path,
       CASE WHEN count(*) OVER (PARTITION BY owner_id, word) = 1 THEN word
            ELSE btrim(left(word, 50), '-') || '-'
                 || left(encode(sha256(convert_to(path, 'UTF8')), 'hex'), 12) END AS slug,
       created_at
  FROM (SELECT owner_id, path, min(id) AS first, min(created_at) AS created_at,
               coalesce(nullif(btrim(left(btrim(regexp_replace(
                   lower(regexp_replace(path, '^.*/', '')), '[^a-z0-9]+', '-', 'g'
               ), '-'), 63), '-'), ''), 'project') AS word
          FROM ({named}) AS named GROUP BY owner_id, path) AS paths
"""

AGENTS = """
SELECT min(id) AS first, owner_id, path, session, name, min(created_at) AS created_at
  FROM ({named}) AS named GROUP BY owner_id, path, session, name
"""

MALFORMED = f"""
SELECT format('task %s: %s', id, CASE
           WHEN agent_session !~* '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$'
           THEN format('%s is no session', to_json(agent_session))
           WHEN NOT (char_length(agent) <= 200 AND agent ~ '[^[:space:]]')
           THEN format('%s is no name', to_json(agent))
           ELSE format('%s is no path', to_json(project)) END)
  FROM tasks
 WHERE agent_session !~* '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$'
    OR NOT (char_length(agent) <= 200 AND agent ~ '[^[:space:]]')
    OR NOT ({PATH.format(path="project")} ~ '^(/[^/]+)+$'
            AND char_length({PATH.format(path="project")}) <= 500)
 ORDER BY id
"""

AMBIGUOUS = f"""
SELECT format('session %s on the tasks %s', session, string_agg(id::text, ', ' ORDER BY id))
  FROM (SELECT session, owner_id, path, name, min(id) AS id FROM ({IN_TASKS}) AS named
         GROUP BY session, owner_id, path, name) AS agents
 GROUP BY session HAVING count(*) > 1 ORDER BY min(id)
"""

SPLIT = f"""
INSERT INTO projects (owner_id, path, slug, created_at)
{PROJECTS.format(named=IN_TASKS)} ORDER BY first;
INSERT INTO agents (owner_id, project_id, session_uuid, name, created_at)
SELECT a.owner_id, p.id, a.session, a.name, a.created_at
  FROM ({AGENTS.format(named=IN_TASKS)}) AS a JOIN projects AS p USING (owner_id, path)
 ORDER BY a.first;
UPDATE tasks SET agent_id = a.id FROM agents AS a WHERE a.session_uuid = agent_session::uuid;
"""

UNSAID_PROJECTS = f"""
SELECT format('project %s', to_json(path))
  FROM (SELECT owner_id, path, slug, created_at FROM projects
        EXCEPT {PROJECTS.format(named=IN_TABLES)}) AS unsaid
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
    guards.alone("tasks")
    rename_owner("user_id", "owner_id")
    guards.refuse_rows("these tasks name no agent", MALFORMED)
    guards.refuse_rows("one session is one agent's of one user in one project", AMBIGUOUS)
    create_projects()
    create_agents()
    op.add_column("tasks", sa.Column("agent_id", sa.BigInteger(), nullable=True))
    guards.run(SPLIT)
    guards.excused(
        "made with its rows, under the lock that is held already",
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
    guards.excused("what it is about goes with it", "ban-drop-constraint")
    op.drop_constraint(op.f("ck_tasks_agent_is_whole"), "tasks")
    for column in ("project", "agent", "agent_session"):
        guards.excused("split out above, under the same lock", "ban-drop-column")
        op.drop_column("tasks", column)


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


def create_projects() -> None:
    op.create_table(
        "projects",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_projects_owner_id_users"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_projects_owner_id_id")),
        sa.UniqueConstraint("owner_id", "path", name=op.f("uq_projects_owner_id_path")),
        sa.UniqueConstraint("owner_id", "slug", name=op.f("uq_projects_owner_id_slug")),
        sa.CheckConstraint(
            "path ~ '^(/[^/]+)+$' AND char_length(path) <= 500", name=op.f("ck_projects_path_form")
        ),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) <= 63",
            name=op.f("ck_projects_slug_form"),
        ),
    )
    # In an order that the primary key's index does not have: a page is to be read by the owner's.
    op.create_index("ix_projects_owner_id_id", "projects", ["owner_id", sa.text("id NULLS FIRST")])


def create_agents() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("session_uuid", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("priority_score", sa.SmallInteger(), nullable=True),
        sa.Column("priority_reason", sa.String(), nullable=True),
        sa.Column("priority_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
        sa.ForeignKeyConstraint(
            ["owner_id", "project_id"],
            ["projects.owner_id", "projects.id"],
            name=op.f("fk_agents_owner_id_project_id_projects"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_agents_owner_id_id")),
        sa.UniqueConstraint("session_uuid", name=op.f("uq_agents_session_uuid")),
        sa.CheckConstraint(
            "char_length(name) <= 200 AND name ~ '[^[:space:]]'", name=op.f("ck_agents_name_form")
        ),
        sa.CheckConstraint(
            "priority_score BETWEEN 0 AND 100", name=op.f("ck_agents_priority_score_range")
        ),
        sa.CheckConstraint(
            "char_length(priority_reason) <= 1000 AND priority_reason ~ '[^[:space:]]'",
            name=op.f("ck_agents_priority_reason_form"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(priority_score, priority_reason, priority_at) IN (0, 3)",
            name=op.f("ck_agents_priority_is_whole"),
        ),
        sa.CheckConstraint(
            "priority_at >= created_at", name=op.f("ck_agents_priority_after_created")
        ),
    )
    op.create_index(
        "ix_agents_owner_id_project_id_id",
        "agents",
        ["owner_id", "project_id", sa.text("id NULLS FIRST")],
    )


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
    op.drop_column("tasks", "agent_id")
    op.drop_table("agents")
    op.drop_table("projects")
    rename_owner("owner_id", "user_id")
