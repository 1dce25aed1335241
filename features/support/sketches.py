"""Databases that the harness is tried on, as a feature draws them: tables, rows, sequences."""

from collections.abc import Iterable, Mapping
from typing import Final

import psycopg
from psycopg import sql

from pgharness.reset.catalog import Name

KEY: Final = "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"

KEYS: Final = {
    "without a key": "number int",
    # Before PostgreSQL 17 what is split in partitions has no identity.
    "in partitions": "id bigserial PRIMARY KEY",
}
SPLITS: Final = {"in partitions": "PARTITION BY HASH (id)"}
ACTIONS: Final = {
    "deletions restricted": "ON DELETE RESTRICT",
    "deletions cascade": "ON DELETE CASCADE",
    "judged at the end": "DEFERRABLE INITIALLY DEFERRED",
}
"""What may be special about a table, or about what it refers to."""


def name_of(text: str) -> Name:
    """Return the name that is written with its schema or, in `public`, without."""
    schema, _, name = text.rpartition(".")
    return schema or "public", name


def names_of(text: str) -> list[Name]:
    """Return the names in a list with commas."""
    return [name_of(part.strip()) for part in text.split(",") if part.strip()]


def make_tables(
    connection: psycopg.Connection, parents: Mapping[Name, list[Name]], traits: Mapping[Name, str]
) -> None:
    """Make tables, and then what each refers to: a column for each, which may be null."""
    unknown = set(traits.values()) - {"", *KEYS, *SPLITS, *ACTIONS}
    assert not unknown, f"nothing special is called {unknown}"
    for table in parents:
        _make_table(connection, table, traits[table])
    for table, others in parents.items():
        action = sql.SQL(ACTIONS.get(traits[table], ""))
        for other in others:
            connection.execute(
                sql.SQL("ALTER TABLE {} ADD {} bigint REFERENCES {} {}").format(
                    sql.Identifier(*table),
                    sql.Identifier(_column(other)),
                    sql.Identifier(*other),
                    action,
                )
            )


def _make_table(connection: psycopg.Connection, table: Name, trait: str) -> None:
    schema, name = table
    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
    connection.execute(
        sql.SQL("CREATE TABLE {} ({}, text text) {}").format(
            sql.Identifier(*table), sql.SQL(KEYS.get(trait, KEY)), sql.SQL(SPLITS.get(trait, ""))
        )
    )
    for part in range(2) if trait in SPLITS else ():
        connection.execute(
            sql.SQL(
                "CREATE TABLE {} PARTITION OF {} FOR VALUES WITH (MODULUS 2, REMAINDER {})"
            ).format(sql.Identifier(schema, f"{name}_{part}"), sql.Identifier(*table), part)
        )


def fill(connection: psycopg.Connection, tables: Mapping[Name, list[Name]], number: int) -> None:
    """Add so many rows to each of these tables, each of which refers to some row of each parent."""
    for table in tables:
        connection.execute(
            sql.SQL("INSERT INTO {} (text) SELECT 'x' FROM generate_series(1, {})").format(
                sql.Identifier(*table), number
            )
        )
    for table, others in tables.items():
        for other in others:
            connection.execute(
                sql.SQL("UPDATE {} SET {} = (SELECT max(id) FROM {})").format(
                    sql.Identifier(*table), sql.Identifier(_column(other)), sql.Identifier(*other)
                )
            )


def refer_to_nothing(
    connection: psycopg.Connection, parents: Mapping[Name, list[Name]], table: Name
) -> None:
    """Let no row refer to any row of a table."""
    for child in (child for child, others in parents.items() if table in others):
        connection.execute(
            sql.SQL("UPDATE {} SET {} = NULL").format(
                sql.Identifier(*child), sql.Identifier(_column(table))
            )
        )


def hide(connection: psycopg.Connection, table: Name) -> None:
    """Hide all rows of a table from whoever is not let past policies."""
    connection.execute(
        sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(sql.Identifier(*table))
    )


def let_in(connection: psycopg.Connection, role: str) -> None:
    """Let a role do anything with the rows of all tables, as far as policies do."""
    for what in ("TABLES", "SEQUENCES"):
        connection.execute(
            sql.SQL("GRANT ALL ON ALL {} IN SCHEMA public TO {}").format(
                sql.SQL(what), sql.Identifier(role)
            )
        )


def hand_over(connection: psycopg.Connection, tables: Iterable[Name], role: str) -> None:
    """Make a role the owner of these tables, and so of their sequences."""
    for schema, table in tables:
        connection.execute(
            sql.SQL(
                "GRANT ALL ON SCHEMA {schema} TO {role}; ALTER TABLE {table} OWNER TO {role}"
            ).format(
                schema=sql.Identifier(schema),
                table=sql.Identifier(schema, table),
                role=sql.Identifier(role),
            )
        )


def _column(other: Name) -> str:
    return f"{other[1]}_id"


SEQUENCES: Final = {
    "an identity": "CREATE TABLE {table} (id int GENERATED ALWAYS AS IDENTITY ({name} START 7))",
    "a serial": (
        "CREATE TABLE {table} (id serial); ALTER SEQUENCE {table_id_seq} RENAME TO {sequence}"
    ),
    "one by itself": "CREATE SEQUENCE {sequence} START 100",
    "in steps of 5": "CREATE SEQUENCE {sequence} START 10 INCREMENT 5",
    "downwards": "CREATE SEQUENCE {sequence} INCREMENT -1",
    "downwards, from 50 in steps of 10": (
        "CREATE SEQUENCE {sequence} INCREMENT -10 MINVALUE 0 MAXVALUE 90 START 50"
    ),
    "from below zero": "CREATE SEQUENCE {sequence} MINVALUE -5 START -5",
    "from 1 to 3 and round again": "CREATE SEQUENCE {sequence} MAXVALUE 3 CYCLE",
    "from 1 to 3 and no further": "CREATE SEQUENCE {sequence} MAXVALUE 3",
    "handed out in blocks of 20": "CREATE SEQUENCE {sequence} CACHE 20",
    "smallint": "CREATE SEQUENCE {sequence} AS smallint MAXVALUE 32767 START 32000",
}
"""What a sequence may be like."""


def make_sequence(connection: psycopg.Connection, sequence: str, kind: str) -> None:
    """Make a sequence of a kind, with the table it belongs to, if it belongs to one."""
    connection.execute(
        sql.SQL(SEQUENCES[kind]).format(
            sequence=sql.Identifier(sequence),
            table=sql.Identifier(f"of_{sequence}"),
            table_id_seq=sql.Identifier(f"of_{sequence}_id_seq"),
            name=sql.SQL("SEQUENCE NAME {}").format(sql.Identifier(sequence)),
        )
    )


TRIGGERS: Final = {
    "forbids it": "RAISE EXCEPTION 'history is kept';",
    "silently keeps the row": "RETURN NULL;",
    "notes it elsewhere": "INSERT INTO notes (text) VALUES (TG_TABLE_NAME); RETURN OLD;",
}
"""What a trigger may do when a row is deleted."""


def watch_deletions(
    connection: psycopg.Connection, table: Name, body: str, *, always: bool
) -> None:
    """Give a table a trigger called `keeper` that does something when a row is deleted.

    Where it is enabled `always`, nobody can switch triggers off and pass it by.
    """
    connection.execute(
        sql.SQL(
            "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS {body};"
            "CREATE TRIGGER keeper BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION keep();"
            "ALTER TABLE {table} ENABLE {always} TRIGGER keeper"
        ).format(
            body=sql.Literal(f"BEGIN {body} END"),
            table=sql.Identifier(*table),
            always=sql.SQL("ALWAYS" if always else ""),
        )
    )


CHANGES: Final = {
    "a table with a row was added": "CREATE TABLE added (id int); INSERT INTO added VALUES (1)",
    "a table with a row was renamed": (
        "INSERT INTO people (text) VALUES ('x'); ALTER TABLE people RENAME TO persons"
    ),
    "two tables changed names": (
        "INSERT INTO people (text) VALUES ('x');"
        "INSERT INTO tasks (people_id) SELECT id FROM people;"
        "ALTER TABLE people RENAME TO before; ALTER TABLE tasks RENAME TO people;"
        "ALTER TABLE before RENAME TO tasks"
    ),
    "the version table became a table like others": (
        "ALTER TABLE alembic_version RENAME TO versions; INSERT INTO versions VALUES (1)"
    ),
    "a table was dropped": "DROP TABLE tasks",
    "a parent came to need its child": (
        "INSERT INTO people (text) VALUES ('x');"
        "INSERT INTO tasks (people_id) SELECT id FROM people;"
        "ALTER TABLE people ADD tasks_id bigint REFERENCES tasks;"
        "UPDATE people SET tasks_id = (SELECT id FROM tasks)"
    ),
    "many rows came, and a table that needs them": (
        "ALTER TABLE prices ADD people_id bigint REFERENCES people;"
        "INSERT INTO people (text) SELECT 'x' FROM generate_series(1, 5000)"
    ),
    "a partition with rows was detached": (
        "INSERT INTO notes (text) SELECT 'x' FROM generate_series(1, 20);"
        "ALTER TABLE notes DETACH PARTITION notes_0"
    ),
    "a sequence began elsewhere": "ALTER SEQUENCE people_id_seq START 50",
    "the connection forgot everything": "DISCARD ALL",
}
"""What may happen to a database whose map was read already."""
