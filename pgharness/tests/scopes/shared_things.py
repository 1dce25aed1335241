"""A small schema, the actions of scenarios, and its contents read without the harness."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import psycopg
from sqlalchemy import URL

import inventory
from pgharness.servers import provision

SCHEMA: Final = """
    CREATE TABLE people (id serial PRIMARY KEY, name text NOT NULL UNIQUE, picture oid);
    CREATE TABLE tasks (
        id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        owner int NOT NULL REFERENCES people ON DELETE CASCADE,
        title text NOT NULL,
        length int GENERATED ALWAYS AS (length(title)) STORED,
        done boolean NOT NULL DEFAULT false
    );
    CREATE TABLE titles (
        task int NOT NULL REFERENCES tasks ON DELETE CASCADE,
        title text NOT NULL,
        replaced boolean NOT NULL DEFAULT false
    );
    CREATE UNIQUE INDEX one_is_current ON titles (task) WHERE NOT replaced;
    CREATE TABLE journal (task int REFERENCES tasks ON DELETE SET NULL, entry text NOT NULL);
    CREATE INDEX ON titles (task);
    CREATE INDEX ON journal (task);
    CREATE SEQUENCE tickets START 100;
    CREATE MATERIALIZED VIEW directory AS SELECT name FROM people;

    CREATE FUNCTION record() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO journal VALUES (NEW.id, lower(TG_OP));
        IF NEW.title IS DISTINCT FROM OLD.title AND TG_OP <> 'DELETE' THEN
            UPDATE titles SET replaced = true WHERE task = NEW.id;
            INSERT INTO titles VALUES (NEW.id, NEW.title);
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER recorded AFTER INSERT OR UPDATE OR DELETE ON tasks
        FOR EACH ROW EXECUTE FUNCTION record();

    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a task that is done cannot be changed';
    END $$;
    CREATE TRIGGER kept BEFORE UPDATE ON tasks
        FOR EACH ROW WHEN (OLD.done) EXECUTE FUNCTION refuse();
    ALTER TABLE tasks ENABLE ALWAYS TRIGGER kept;

    CREATE FUNCTION leave_everything(person text) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        added int;
    BEGIN
        INSERT INTO people (name, picture)
        SELECT person, lo_from_bytea(0, convert_to(person, 'UTF8'))
         WHERE NOT EXISTS (SELECT FROM people WHERE name = person)
        RETURNING id INTO added;
        IF added IS NOT NULL THEN
            INSERT INTO tasks (owner, title) VALUES (added, 'First'), (added, 'Second');
            UPDATE tasks SET title = 'Changed' WHERE owner = added AND title = 'First';
        END IF;
    END $$;
"""
"""Foreign keys of both kinds, triggers that write and that refuse, a table without a key, a
generated column, large objects, a sequence of no table, and a materialized view."""

ONE_TASK: Final = """
    (SELECT min(tasks.id) FROM tasks JOIN people ON owner = people.id
      WHERE name = :person AND NOT done)
"""

PICTURE: Final = """
    FROM pg_largeobject_metadata WHERE oid = (SELECT picture FROM people WHERE name = :person)
"""

ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "comes": ("INSERT INTO people (name) VALUES (:person)",),
    "leaves everything": ("SELECT leave_everything(:person)",),
    "gets another task": (
        "INSERT INTO tasks (owner, title) SELECT id, 'Another' FROM people WHERE name = :person",
    ),
    "finishes a task": (f"UPDATE tasks SET done = true WHERE id = {ONE_TASK}",),
    "deletes a task": (f"DELETE FROM tasks WHERE id = {ONE_TASK}",),
    "changes a title": (f"UPDATE tasks SET title = 'Changed again' WHERE id = {ONE_TASK}",),
    "changes the name": ("UPDATE people SET name = name || ' ' || id WHERE name = :person",),
    "paints the picture over": (f"SELECT lo_put(oid, 0, 'X') {PICTURE}",),
    "throws the picture away": (f"SELECT lo_unlink(oid) {PICTURE}",),
    "is deleted": ("DELETE FROM people WHERE name = :person",),
    "draws numbers": ("SELECT nextval('people_id_seq'), nextval('tasks_id_seq')",),
    "chooses the number of the next ticket": ("SELECT setval('tickets', 1000, false)",),
    "imports 10,000 tasks": (
        """
        INSERT INTO tasks (owner, title)
        SELECT id, 'Row ' || number FROM people, generate_series(1, 10000) AS number
         WHERE name = :person
        """,
    ),
    "becomes the captain of a new ship": (
        """
        CREATE TABLE IF NOT EXISTS ships (
            id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, captain int NOT NULL)
        """,
        """
        CREATE TABLE IF NOT EXISTS captains (
            id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,
            ship int NOT NULL REFERENCES ships)
        """,
        """
        ALTER TABLE ships DROP CONSTRAINT IF EXISTS has_captain,
            ADD CONSTRAINT has_captain FOREIGN KEY (captain) REFERENCES captains
        """,
        "SELECT nextval('captains_id_seq')",
        """
        WITH ship AS (
            INSERT INTO ships (captain) VALUES (currval('captains_id_seq')) RETURNING id)
        INSERT INTO captains (id, name, ship) OVERRIDING SYSTEM VALUE
        SELECT currval('captains_id_seq'), :person, id FROM ship
        """,
    ),
    "sinks with all ships": ("WITH sunk AS (DELETE FROM ships) DELETE FROM captains",),
}
"""What a person does in a scenario. The tables of ships and captains need each other: neither can
be filled first, nor emptied first."""

REFRESH: Final = "REFRESH MATERIALIZED VIEW directory"
"""Follows every action."""

SWITCHED: Final = """
    SELECT tgname, tgenabled::text FROM pg_trigger
     WHERE NOT tgisinternal AND tgenabled <> CASE tgname WHEN 'kept' THEN 'A' ELSE 'O' END
"""
"""The triggers that are not as the schema has them."""

Stored = Mapping[str, Any]
SEQUENCE: Final = "the sequence "
"""How the names of sequences begin there."""


def stored(connection: psycopg.Connection) -> Stored:
    """Return all that is not as in a new database; nothing there is no key."""
    found = {
        **inventory.rows_of(connection),
        **{f"{SEQUENCE}{name}": at for name, at in inventory.moved(connection).items()},
        "directory": connection.execute("SELECT name FROM directory ORDER BY 1").fetchall(),
        "large objects": connection.execute(
            "SELECT oid, lo_get(oid) FROM pg_largeobject_metadata ORDER BY 1"
        ).fetchall(),
        "triggers": connection.execute(SWITCHED).fetchall(),
    }
    return {name: value for name, value in found.items() if value}


class Schema:
    """Makes the schema, as a migrator does."""

    def fingerprint(self) -> str:
        """Return what names its template."""
        return hashlib.sha256(SCHEMA.encode()).hexdigest()[:12]

    def migrate(self, url: URL) -> None:
        """Make it in an empty database."""
        with provision.connect(url) as connection:
            connection.execute(SCHEMA.encode())
