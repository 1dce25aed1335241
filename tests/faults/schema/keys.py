"""Foreign keys and unique ones: what they do, what they compare, and when they are checked.

PostgreSQL itself does not let go of a key that a foreign key rests on.
"""

import re
from collections.abc import Iterator
from typing import Final

import psycopg

from tests.faults.schema.kinds import ANY, DELETING, INTEGRITY, OURS, Found, Kind, by

NAMED: Final = r"the constraint {0}(?: NOT NULL)?$|\| {0}(?: NOT NULL)? +\|"
"""How examples speak of a constraint."""

FOREIGN: Final = f"""
    {OURS}
    SELECT relname, conname, conkey[1:] <> conkey[1:1], confdeltype, confupdtype,
           pg_get_constraintdef(c.oid),
           ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS k (number, place)
                   JOIN pg_attribute ON attrelid = conrelid AND attnum = number ORDER BY place)
      FROM pg_constraint AS c JOIN ours ON ours.oid = conrelid WHERE contype = 'f'
"""
ACTIONS: Final = {"a": "", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
"""What happens to a row whose key goes, by the letters of the catalogue; the first is nothing."""

DEFINITION: Final = re.compile(
    r"(?P<columns>FOREIGN KEY \((?P<own>[^)]*)\) REFERENCES (?P<to>[^(]*)\((?P<other>[^)]*)\))"
    r"(?: ON UPDATE (?P<update>.*?))?(?: ON DELETE (?P<delete>.*))?"
)
WHEN: Final = ("NOT VALID", "DEFERRABLE INITIALLY IMMEDIATE", "DEFERRABLE INITIALLY DEFERRED")


def _replaced(table: str, name: str, definition: str) -> str:
    return f"ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} {definition}"


def _foreign(connection: psycopg.Connection) -> Iterator[tuple[str, str, re.Match[str]]]:
    for table, name, _, _, _, definition, _ in connection.execute(FOREIGN.encode()):
        match = DEFINITION.fullmatch(definition)
        assert match is not None, definition
        yield table, name, match


def _deletions(connection: psycopg.Connection) -> Iterator[Found]:
    for table, name, found in _foreign(connection):
        for action in ACTIONS.values():
            if action != (found["delete"] or ""):
                clause = f" ON DELETE {action}" if action else ""
                yield Found(table, name, _replaced(table, name, found["columns"] + clause))


def _updates(connection: psycopg.Connection) -> Iterator[Found]:
    for table, name, found in _foreign(connection):
        for action in ACTIONS.values():
            if action != (found["update"] or ""):
                clause = f"{found[0]} ON UPDATE {action}"
                yield Found(table, name, _replaced(table, name, clause))


def _comparisons(connection: psycopg.Connection) -> Iterator[Found]:
    """A foreign key that compares fewer columns, or whose row must be there in part or in whole."""
    for table, name, found in _foreign(connection):
        own, other = found["own"].split(", "), found["other"].split(", ")
        if len(own) == 1:
            continue
        after = f" ON DELETE {found['delete']}" if found["delete"] else ""
        single = f"FOREIGN KEY ({own[-1]}) REFERENCES {found['to']}({other[-1]}){after}"
        yield Found(table, name, _replaced(table, name, single))
        full = f"{found['columns']} MATCH FULL{after}"
        yield Found(table, name, _replaced(table, name, full))


def _times(connection: psycopg.Connection) -> Iterator[Found]:
    for table, name, found in _foreign(connection):
        for when in WHEN:
            yield Found(table, name, _replaced(table, name, f"{found[0]} {when}"))


FREE: Final = "NOT EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND conindid = indexrelid)"

DROPPED: Final = f"""
    SELECT relname, conname, format('ALTER TABLE %I DROP CONSTRAINT %I', relname, conname)
      FROM pg_constraint JOIN ours ON ours.oid = conrelid
      LEFT JOIN pg_index ON indexrelid = conindid
     WHERE contype = 'f' OR contype IN ('p', 'u') AND {FREE}
    UNION ALL
    SELECT relname, indexrelid::regclass::text, format('DROP INDEX %s', indexrelid::regclass)
      FROM pg_index JOIN ours ON ours.oid = indrelid
     WHERE indisunique AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""

UNIQUE: Final = f"""
    {OURS}
    SELECT relname, i.relname_, definition, in_constraint, keys, nullable, others
      FROM ours JOIN LATERAL (
           SELECT indexrelid::regclass::text AS relname_, pg_get_indexdef(indexrelid) AS definition,
                  EXISTS (SELECT FROM pg_constraint
                           WHERE conindid = indexrelid AND contype <> 'f') AS in_constraint,
                  ARRAY(SELECT pg_get_indexdef(indexrelid, n::int, false)
                          FROM generate_series(1, indnkeyatts) AS n) AS keys,
                  EXISTS (SELECT FROM pg_attribute WHERE attrelid = indrelid AND NOT attnotnull
                             AND attnum = ANY (indkey)) AS nullable,
                  ARRAY(SELECT attname::text FROM pg_attribute
                         WHERE attrelid = indrelid AND attnum > 0 AND attnotnull
                           AND NOT attisdropped AND NOT attnum = ANY (indkey)
                           AND atttypid NOT IN ('json'::regtype, 'jsonb'::regtype)) AS others
             FROM pg_index WHERE indrelid = ours.oid AND indisunique AND {FREE}) AS i ON true
"""


def _unique(connection: psycopg.Connection) -> Iterator[Found]:
    """A unique key that compares other columns, or compares them differently."""
    for table, name, definition, constraint, keys, nullable, others in connection.execute(
        UNIQUE.encode()
    ):
        text = ", ".join(keys)
        begins, _, end = definition.partition(f"({text})")
        assert end or definition.endswith(f"({text})"), definition
        drop = f"ALTER TABLE {table} DROP CONSTRAINT {name}" if constraint else f"DROP INDEX {name}"
        for other in _other_keys(connection, table, keys, others):
            yield Found(table, name, f"{drop}; {begins}({', '.join(other)}){end}")
        if nullable:
            yield Found(table, name, f"{drop}; {begins}({text}) NULLS NOT DISTINCT{end}")
        if " WHERE (" in end:
            condition = end.removeprefix(" WHERE ")
            yield Found(table, name, f"{drop}; {begins}({text})")
            yield Found(table, name, f"{drop}; {begins}({text}) WHERE NOT {condition}")


def _other_keys(
    connection: psycopg.Connection, table: str, keys: list[str], others: list[str]
) -> Iterator[list[str]]:
    texts = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(quote_ident(%s))"
        " AND atttypid = ANY ('{varchar, text}'::regtype[])",
        [table],
    )
    words = {name for (name,) in texts}
    for number, key in enumerate(keys):
        rest = [*keys[:number], *keys[number + 1 :]]
        if rest:
            yield rest
        if key in words:
            yield [*keys[:number], f"lower({key})", *keys[number + 1 :]]
        if match := re.fullmatch(r"(\w+)\((.*)\)", key):
            yield [*keys[:number], match[2], *keys[number + 1 :]]
        if " COLLATE " in key:
            yield [*keys[:number], re.sub(r' COLLATE "?\w+"?', "", key), *keys[number + 1 :]]
    for other in others:
        yield [*keys, other]


DEFERRED: Final = f"""
    SELECT relname, conname, format('ALTER TABLE %I DROP CONSTRAINT %I, ADD CONSTRAINT %I %s %s',
                                    relname, conname, conname, pg_get_constraintdef(c.oid), moment)
      FROM pg_constraint AS c JOIN ours ON ours.oid = conrelid
      JOIN pg_index ON indexrelid = conindid,
           unnest(ARRAY['DEFERRABLE', 'DEFERRABLE INITIALLY DEFERRED']) AS moment
     WHERE contype IN ('p', 'u') AND {FREE}
"""

DELETES: Final = r"When .* deletes |\| {0} +\|"

KINDS: Final = (
    Kind("keys dropped", by(DROPPED), NAMED),
    Kind("foreign keys on delete", _deletions, DELETES, ANY, (*DELETING, INTEGRITY)),
    Kind("foreign keys on update", _updates, NAMED),
    Kind("foreign keys compared", _comparisons, NAMED, parts=2),
    Kind("foreign keys checked later", _times, NAMED, recorded=True),
    Kind("unique keys compared", _unique, NAMED),
    Kind("unique keys checked later", by(DEFERRED), NAMED, parts=2, recorded=True),
)
