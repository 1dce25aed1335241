"""Labels of enumerated types: another one, one of another name, and another order."""

from collections.abc import Iterator
from typing import Final

import psycopg

from tests.faults.schema.kinds import CAPABILITY, INTEGRITY, Found, Kind

ENUMS: Final = """
    SELECT t.oid::regtype::text, r.relname, attname,
           ARRAY(SELECT enumlabel::text FROM pg_enum
                  WHERE enumtypid = t.oid ORDER BY enumsortorder),
           -- Nothing but the column depends on it: neither a default nor any condition.
           attnum <> ALL (coalesce((SELECT array_agg(refobjsubid) FROM pg_depend
                           WHERE refclassid = 'pg_class'::regclass AND refobjid = attrelid
                             AND (classid IN ('pg_policy'::regclass, 'pg_trigger'::regclass,
                                              'pg_attrdef'::regclass)
                                  OR objid IN (SELECT oid FROM pg_constraint
                                                WHERE contype = 'c'))),
                          '{}'))
      FROM pg_type AS t JOIN pg_attribute ON atttypid = t.oid JOIN pg_class AS r ON r.oid = attrelid
     WHERE typtype = 'e' AND relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


def _labels(connection: psycopg.Connection) -> Iterator[Found]:
    for type_, table, _, labels, _ in connection.execute(ENUMS):
        yield Found(table, type_, f"ALTER TYPE {type_} ADD VALUE 'another'")
        for label in labels:
            yield Found(table, label, f"ALTER TYPE {type_} RENAME VALUE '{label}' TO 'another'")


def _orders(connection: psycopg.Connection) -> Iterator[Found]:
    for type_, table, column, labels, alone in connection.execute(ENUMS):
        if not alone:
            continue
        reversed_labels = ", ".join(f"'{label}'" for label in reversed(labels))
        yield Found(
            table,
            type_,
            f"ALTER TYPE {type_} RENAME TO former; CREATE TYPE {type_} AS ENUM ({reversed_labels});"
            f" ALTER TABLE {table} ALTER {column} TYPE {type_} USING {column}::text::{type_};"
            " DROP TYPE former",
        )


KINDS: Final = (
    Kind(
        "labels",
        _labels,
        r"\b{0}\b",
        "features/{}/*.feature",
        (INTEGRITY, CAPABILITY),
        parts=2,
    ),
    Kind("order of labels", _orders, features=(), parts=1, recorded=True),
)
