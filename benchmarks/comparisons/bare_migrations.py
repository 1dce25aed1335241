"""The bare SQL for the change of each revision that transforms rows.

It has no guards, batches, constraints that are valid throughout, or checks.
"""

from typing import Final

BARE: Final = {
    "0003": """
        CREATE TABLE former (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            user_id bigint NOT NULL REFERENCES users, password_hash varchar NOT NULL,
            retired_at timestamp NOT NULL);
        INSERT INTO former (user_id, password_hash, retired_at)
        SELECT id, former_password_hash, password_changed_at FROM users
         WHERE former_password_hash IS NOT NULL;
        CREATE INDEX ON former (user_id);
    """,
    "0005": """
        UPDATE users SET email = nullif(btrim(contact), ''), display_name = username
    """,
    "0006": """
        ALTER TABLE users DROP username, DROP contact;
        ALTER TABLE users ALTER email SET NOT NULL, ALTER display_name SET NOT NULL,
            ADD CHECK (char_length(email) <= 254 AND email LIKE '_%@_%'),
            ADD CHECK (char_length(display_name) <= 200 AND display_name ~ '[^[:space:]]');
        CREATE UNIQUE INDEX ON users (lower(email COLLATE "C"));
    """,
    "0009": """
        CREATE TYPE status AS ENUM ('pending', 'processing', 'completed', 'failed');
        ALTER TABLE tasks ADD state status;
        UPDATE tasks SET state = (CASE lower(status) WHEN 'open' THEN 'pending'
            WHEN 'in progress' THEN 'processing' WHEN 'done' THEN 'completed'
            ELSE 'failed' END)::status;
        ALTER TABLE tasks DROP status;
        ALTER TABLE tasks RENAME state TO status;
        ALTER TABLE tasks ALTER status SET NOT NULL;
    """,
    "0011": """
        ALTER TABLE tasks ADD payload_json jsonb, ADD result_json jsonb;
        UPDATE tasks SET
            payload_json = CASE WHEN payload IS JSON THEN payload::jsonb
                ELSE jsonb_build_object('text', payload) END,
            result_json = CASE WHEN result IS JSON THEN result::jsonb
                ELSE jsonb_build_object('text', result) END;
        ALTER TABLE tasks DROP payload, DROP result;
        ALTER TABLE tasks RENAME payload_json TO payload;
        ALTER TABLE tasks RENAME result_json TO result;
        ALTER TABLE tasks ALTER payload SET NOT NULL;
    """,
    "0013": """
        CREATE TABLE projects (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            owner_id bigint NOT NULL REFERENCES users, path varchar NOT NULL,
            slug varchar NOT NULL, created_at timestamptz NOT NULL,
            UNIQUE (owner_id, id), UNIQUE (owner_id, path), UNIQUE (owner_id, slug));
        CREATE INDEX ON projects (owner_id, id NULLS FIRST);
        INSERT INTO projects (owner_id, path, slug, created_at)
        SELECT user_id, project, regexp_replace(project, '^.*/', ''), min(created_at)
          FROM tasks WHERE project IS NOT NULL GROUP BY user_id, project;
        CREATE TABLE agents (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            owner_id bigint NOT NULL, project_id bigint NOT NULL, session_uuid uuid UNIQUE NOT NULL,
            name varchar NOT NULL, created_at timestamptz NOT NULL, UNIQUE (owner_id, id),
            FOREIGN KEY (owner_id, project_id) REFERENCES projects (owner_id, id));
        CREATE INDEX ON agents (owner_id, project_id, id NULLS FIRST);
        INSERT INTO agents (owner_id, project_id, session_uuid, name, created_at)
        SELECT user_id, p.id, agent_session::uuid, agent, min(t.created_at)
          FROM tasks AS t JOIN projects AS p ON (owner_id, path) = (user_id, project)
         GROUP BY user_id, p.id, agent_session, agent;
        ALTER TABLE tasks ADD agent_id bigint;
        UPDATE tasks SET agent_id = a.id FROM agents AS a WHERE session_uuid = agent_session::uuid;
        ALTER TABLE tasks DROP project, DROP agent, DROP agent_session,
            ADD FOREIGN KEY (user_id, agent_id) REFERENCES agents (owner_id, id);
    """,
    "0015": r"""
        ALTER TABLE tasks ADD UNIQUE (owner_id, id);
        CREATE TABLE turns (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            owner_id bigint NOT NULL, task_id bigint NOT NULL, actor varchar NOT NULL,
            intent varchar NOT NULL, text varchar NOT NULL, created_at timestamptz NOT NULL,
            UNIQUE (owner_id, id),
            FOREIGN KEY (owner_id, task_id) REFERENCES tasks (owner_id, id));
        CREATE INDEX ON turns (owner_id, task_id, id NULLS FIRST);
        INSERT INTO turns (owner_id, task_id, actor, intent, text, created_at)
        SELECT owner_id, id, said[2], said[3], said[4], said[1]::timestamp AT TIME ZONE 'UTC'
          FROM tasks, regexp_split_to_table(log, '\n') AS line,
               regexp_match(line, '^(\S+ \S+) (user|agent) ([a-z]+): (.*)$') AS said
         WHERE said IS NOT NULL;
        CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            owner_id bigint NOT NULL REFERENCES users, project_id bigint, agent_id bigint,
            task_id bigint, turn_id bigint, type varchar NOT NULL, payload jsonb NOT NULL,
            created_at timestamptz NOT NULL,
            FOREIGN KEY (owner_id, project_id) REFERENCES projects (owner_id, id),
            FOREIGN KEY (owner_id, agent_id) REFERENCES agents (owner_id, id),
            FOREIGN KEY (owner_id, task_id) REFERENCES tasks (owner_id, id),
            FOREIGN KEY (owner_id, turn_id) REFERENCES turns (owner_id, id));
        CREATE INDEX ON events (owner_id, id NULLS FIRST);
        CREATE INDEX ON events (owner_id, project_id, id NULLS FIRST);
        CREATE INDEX ON events (owner_id, agent_id, id NULLS FIRST);
        CREATE INDEX ON events (owner_id, task_id, id NULLS FIRST);
        CREATE INDEX ON events (owner_id, turn_id, id NULLS FIRST);
        INSERT INTO events
            (owner_id, project_id, agent_id, task_id, turn_id, type, payload, created_at)
        SELECT t.owner_id, a.project_id, t.agent_id, t.id, said_by.id, told[2], told[3]::jsonb,
               told[1]::timestamp AT TIME ZONE 'UTC'
          FROM tasks AS t LEFT JOIN agents AS a ON a.id = t.agent_id
               LEFT JOIN turns AS said_by ON said_by.task_id = t.id,
               regexp_split_to_table(log, '\n') AS line,
               regexp_match(line, '^(\S+ \S+) ([a-z._]+) ([^:]*\{.*)$') AS told
         WHERE told IS NOT NULL;
        ALTER TABLE tasks DROP log;
    """,
    "0017": """
        CREATE TABLE objectives (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            owner_id bigint NOT NULL REFERENCES users, text varchar NOT NULL,
            constraints varchar[] NOT NULL DEFAULT '{}', since timestamptz NOT NULL,
            version integer NOT NULL DEFAULT 1, UNIQUE (owner_id, id));
        CREATE INDEX ON objectives (owner_id, id NULLS FIRST);
        INSERT INTO objectives (owner_id, text, since)
        SELECT id, objective, objective_since FROM users WHERE objective IS NOT NULL;
        CREATE TABLE objective_history (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            owner_id bigint NOT NULL, objective_id bigint NOT NULL, text varchar NOT NULL,
            constraints varchar[] NOT NULL, valid_from timestamptz NOT NULL,
            valid_until timestamptz,
            FOREIGN KEY (owner_id, objective_id) REFERENCES objectives (owner_id, id));
        CREATE INDEX ON objective_history (owner_id, objective_id, id NULLS FIRST);
        CREATE UNIQUE INDEX ON objective_history (owner_id, objective_id)
            WHERE valid_until IS NULL;
        INSERT INTO objective_history (owner_id, objective_id, text, constraints, valid_from)
        SELECT owner_id, id, text, constraints, since FROM objectives;
        ALTER TABLE users DROP objective, DROP objective_since;
    """,
    "0019": """
        ALTER TABLE users ADD changed_at timestamptz, ADD version integer NOT NULL DEFAULT 1,
            ADD deactivated_at timestamptz, ADD locked_until timestamptz,
            ADD failed_logins_at timestamptz[] NOT NULL DEFAULT '{}';
        UPDATE users SET changed_at = created_at;
        ALTER TABLE users ALTER changed_at SET NOT NULL;
    """,
}
"""The revisions that transform rows, each with the bare SQL for the same change."""

IN_PLACE: Final = {
    "0009": """
        CREATE TYPE status AS ENUM ('pending', 'processing', 'completed', 'failed');
        ALTER TABLE tasks ALTER status TYPE status USING (
            CASE lower(status) WHEN 'open' THEN 'pending' WHEN 'in progress' THEN 'processing'
                 WHEN 'done' THEN 'completed' ELSE 'failed' END)::status;
    """,
    "0011": """
        ALTER TABLE tasks
            ALTER payload TYPE jsonb USING CASE WHEN payload IS JSON THEN payload::jsonb
                ELSE jsonb_build_object('text', payload) END,
            ALTER result TYPE jsonb USING CASE WHEN result IS JSON THEN result::jsonb
                ELSE jsonb_build_object('text', result) END;
    """,
}
"""A change of a column's type as one statement, which holds its lock for the whole time."""

BEGUN: Final = {
    "0002": "0003",
    "0008": "0009",
    "0010": "0011",
    "0012": "0013",
    "0014": "0015",
    "0016": "0017",
    "0018": "0019",
}
"""The expanding revisions, each with the one that completes its change."""
