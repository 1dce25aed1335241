"""Reads, empties and calls everything that a tenant can reach, in every schema."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from features.support import data
from features.support.tenancy import rls_catalog
from features.support.tenancy.policy_side_channels import tenant_connection
from features.support.tenancy.target_table import MIN_SECRET_LENGTH
from features.support.world import World

READABLE: Final = """
    SELECT c.oid::regclass::text AS name, string_agg(quote_ident(a.attname), ', ') AS columns
      FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
       AND has_schema_privilege(c.relnamespace, 'USAGE')
       AND (c.oid >= 16384 OR c.relnamespace <> 'information_schema'::regnamespace)
       AND a.attnum > 0 AND NOT a.attisdropped
       AND has_column_privilege(c.oid, a.attnum, 'SELECT')
     GROUP BY c.oid ORDER BY 1
"""
"""PostgreSQL's own are among them, but for the views that show its catalogue in another form."""

DELETABLE: Final = """
    SELECT oid::regclass::text AS name FROM pg_class
     WHERE relkind IN ('r', 'p', 'v', 'f') AND has_schema_privilege(relnamespace, 'USAGE')
       AND has_table_privilege(oid, 'DELETE')
     ORDER BY 1
"""

CALLABLE: Final = """
    SELECT p.oid::regprocedure::text AS name, n.nspname AS schema, p.proname AS function,
           p.prokind = 'p' AS is_procedure,
           array(SELECT format_type(type, NULL)
                   FROM unnest(CASE WHEN p.prokind = 'p'
                                    THEN coalesce(p.proallargtypes, p.proargtypes::oid[])
                                    ELSE p.proargtypes::oid[] END)
                        WITH ORDINALITY AS arguments (type, place) ORDER BY place) AS types
      FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
     WHERE p.oid >= 16384 AND p.prokind IN ('f', 'p')
       AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
       AND has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE')
     ORDER BY 1
"""
"""Functions and procedures that are not PostgreSQL's."""

NUMBERS: Final = frozenset({"bigint", "integer", "numeric"})
TEXTS: Final = frozenset({"text", "character varying", "name"})


OWNERS: Final = ("owner_id", "user_id")
"""The columns that say whose a row is, under whatever view or function they are returned."""


@dataclass(frozen=True)
class _Attempt:
    """A statement, what it uses, and whether it may write."""

    on: str
    statement: sql.Composed
    writes: bool = True


@dataclass(frozen=True)
class _Victim:
    """Whose rows must be neither shown nor changed, and by which tenant."""

    secrets: set[str]
    intruder: int
    before: data.Fingerprint


def effects(world: World, intruder: str, victim: str) -> list[str]:
    """Return what shows or changes the victim's rows; every attempt is rolled back."""
    to = _Victim(
        _values(world, victim) - _values(world, intruder),
        world.people[intruder].id,
        data.fingerprint(world.reader),
    )
    with tenant_connection(world, intruder) as connection:
        reads = list(_reads(connection))
        missed = set(rls_catalog.tenant_tables(world.reader)) - {read.on for read in reads}
        assert not missed, f"a tenant does not reach {missed}"
        attempts = [*reads, *_deletions(connection), *_calls(connection, world.people[victim].id)]
        found = [(attempt.on, _effect(connection, attempt, to)) for attempt in attempts]
    return [f"{on} {effect}" for on, effect in found if effect]


def _values(world: World, person: str) -> set[str]:
    """Return a person's stored values as text; a shorter one may occur by chance."""
    return {
        text
        for table, owner in data.owner_columns(world.reader).items()
        if owner is not None
        for row in world.stored(table, **{owner: world.people[person].id})
        for text in map(str, row.values())
        if len(text) >= MIN_SECRET_LENGTH
    }


def _effect(connection: psycopg.Connection, attempt: _Attempt, victim: _Victim) -> str:
    """Return what an attempt shows or changes of the victim; nothing if it is refused."""
    after = victim.before
    try:
        with connection.transaction(force_rollback=True):
            with connection.cursor(row_factory=dict_row) as cursor:
                cursor.execute(attempt.statement)
                rows = cursor.fetchall() if cursor.description else []
            if attempt.writes:
                connection.execute("RESET ROLE")
                connection.execute("SET LOCAL row_security = off")
                after = data.fingerprint(connection)
    except psycopg.Error as refusal:
        shown = f"{refusal} {refusal.diag.message_detail} {refusal.diag.context}"
        return "is refused with a value" if _discloses(shown, victim) else ""
    changed = data.differences(_of_others(victim.before, victim), _of_others(after, victim))
    if changed:
        return f"changes {', '.join(changed)}"
    owners = {row[name] for row in rows for name in OWNERS if row.get(name) is not None}
    return "shows rows" if owners - {victim.intruder} or _discloses(str(rows), victim) else ""


def _discloses(shown: str, victim: _Victim) -> bool:
    return any(secret in shown for secret in victim.secrets)


def _of_others(fingerprint: data.Fingerprint, victim: _Victim) -> data.Fingerprint:
    return {place: rows for place, rows in fingerprint.items() if place[1] != victim.intruder}


def _reads(connection: psycopg.Connection) -> Iterator[_Attempt]:
    for name, columns in connection.execute(READABLE).fetchall():
        yield _Attempt(name, _with("SELECT {} FROM {}", columns, name), writes=False)


def _deletions(connection: psycopg.Connection) -> Iterator[_Attempt]:
    for (name,) in connection.execute(DELETABLE).fetchall():
        yield _Attempt(name, _with("DELETE FROM {}", name))


def _with(statement: str, *names: str) -> sql.Composed:
    """Put names into a statement that the server has quoted."""
    return sql.SQL(statement).format(*map(sql.SQL, names))


def _calls(connection: psycopg.Connection, victim: int) -> Iterator[_Attempt]:
    for name, schema, function, is_procedure, types in connection.execute(CALLABLE).fetchall():
        arguments = [
            sql.SQL("CAST({} AS {})").format(_argument(type_, victim), sql.SQL(type_))
            for type_ in types
        ]
        call = sql.SQL("{}({})").format(
            sql.Identifier(schema, function), sql.SQL(", ").join(arguments)
        )
        statement = sql.SQL("CALL {}") if is_procedure else sql.SQL("SELECT * FROM {}")
        yield _Attempt(name, statement.format(call))


def _argument(type_: str, victim: int) -> sql.Literal:
    """Return the victim's id for a number and a pattern that fits all for a text."""
    if type_ in NUMBERS:
        return sql.Literal(victim)
    return sql.Literal("%" if type_ in TEXTS else None)
