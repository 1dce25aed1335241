"""Columns that accept nothing, or no longer do; other defaults, identities and types."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

import psycopg

from tests.faults.schema.keys import NAMED
from tests.faults.schema.kinds import ANY, CAPABILITY, INTEGRITY, OURS, Found, Kind, by
from tests.faults.schema.policies import definition

NULLABLE: Final = """
    SELECT relname, attname, format('ALTER TABLE %I ALTER %I DROP NOT NULL', relname, attname)
      FROM pg_attribute JOIN ours ON ours.oid = attrelid
     WHERE attnum > 0 AND attnotnull AND attidentity = ''
       AND NOT EXISTS (SELECT FROM pg_index
                        WHERE indrelid = attrelid AND indisprimary AND attnum = ANY (indkey))
"""

REQUIRED: Final = """
    SELECT relname, attname, format('ALTER TABLE %I ALTER %I SET NOT NULL', relname, attname)
      FROM pg_attribute JOIN ours ON ours.oid = attrelid
     WHERE attnum > 0 AND NOT attnotnull AND NOT attisdropped
"""

DEFAULTS: Final = """
    SELECT relname, attname, format('ALTER TABLE %I ALTER %I DROP DEFAULT', relname, attname)
      FROM pg_attribute JOIN ours ON ours.oid = attrelid
      JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    UNION ALL
    SELECT relname, attname,
           format('ALTER TABLE %I ALTER %I SET DEFAULT %s', relname, attname, other)
      FROM pg_attribute JOIN ours ON ours.oid = attrelid JOIN pg_type AS t ON t.oid = atttypid
      JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum,
           unnest(CASE
               WHEN typtype = 'e' THEN ARRAY(
                   SELECT quote_literal(enumlabel) FROM pg_enum WHERE enumtypid = t.oid)
               WHEN typcategory = 'B' THEN ARRAY['true', 'false']
               WHEN typcategory = 'N' THEN
                   ARRAY[pg_get_expr(adbin, adrelid) || ' - 1',
                         pg_get_expr(adbin, adrelid) || ' + 1']
               WHEN typcategory = 'D' THEN ARRAY['''-infinity''', 'now()']
               WHEN typcategory = 'A' THEN ARRAY[
                   CASE typelem WHEN 'timestamptz'::regtype THEN 'ARRAY[now()]' ELSE '''{x}''' END]
               ELSE ARRAY['''x''']
           END) AS other
     WHERE split_part(pg_get_expr(adbin, adrelid), '::', 1) <> other
"""

IDENTITIES: Final = """
    SELECT relname, '', format('ALTER TABLE %I ALTER %I SET GENERATED %s', relname, attname,
                               CASE attidentity WHEN 'a' THEN 'BY DEFAULT' ELSE 'ALWAYS' END)
      FROM pg_attribute JOIN ours ON ours.oid = attrelid WHERE attidentity <> ''
"""

NUMBERINGS: Final = """
    SELECT relname, attname, format('ALTER TABLE %I ALTER %I SET %s', relname, attname, other)
      FROM pg_attribute JOIN ours ON ours.oid = attrelid,
           unnest(ARRAY['MAXVALUE 2147483647', 'INCREMENT BY 2', 'CACHE 20', 'CYCLE',
                        'MINVALUE 0']) AS other
     WHERE attidentity <> ''
"""

STATISTICS: Final = """
    SELECT relname, '', format('ALTER TABLE %I ALTER %I SET STATISTICS -1', relname, attname)
      FROM pg_attribute JOIN ours ON ours.oid = attrelid WHERE attnum > 0 AND attstattarget = 0
"""
"""A column of text with statistics of the planner, which every role can read."""

EXACT: Final = ("features/transactions/values.feature", "--tags=@transactions-42")

OTHER_TYPES: Final = {
    "timestamp with time zone": (
        ("timestamp without time zone", "{0} AT TIME ZONE 'UTC'"),
        ("timestamp(0) with time zone", "{0}"),
        ("date", "{0}::date"),
    ),
    "timestamp with time zone[]": (
        ("timestamp without time zone[]", "{0}::timestamp[]"),
        ("timestamp(0) with time zone[]", "{0}"),
    ),
    "character varying": (("character varying(40)", "{0}"), ("character(400)", "{0}")),
    "character varying[]": (("character varying(10)[]", "{0}"),),
    "jsonb": (("json", "{0}::json"), ("text", "{0}::text")),
    "uuid": (("text", "{0}::text"),),
    "inet": (("text", "{0}::text"), ("cidr", "{0}::cidr")),
    "boolean": (("text", "{0}::text"),),
    "bigint": (("integer", "{0}::integer"),),
    "integer": (("smallint", "{0}::smallint"), ("numeric", "{0}::numeric")),
    "smallint": (("numeric", "{0}::numeric"),),
}
"""What a type may be changed to without a rule being noticed at once, and how values change."""

TYPES: Final = f"""
    {OURS}
    SELECT relname, attname, format_type(atttypid, atttypmod), typtype = 'e',
           pg_get_expr(adbin, adrelid),
           ARRAY(SELECT DISTINCT p.oid FROM pg_depend JOIN pg_policy AS p ON p.oid = objid
                  WHERE classid = 'pg_policy'::regclass AND refclassid = 'pg_class'::regclass
                    AND refobjid = attrelid AND refobjsubid = attnum),
           ARRAY(SELECT DISTINCT t.oid FROM pg_depend JOIN pg_trigger AS t ON t.oid = objid
                  WHERE classid = 'pg_trigger'::regclass AND refclassid = 'pg_class'::regclass
                    AND refobjid = attrelid AND refobjsubid = attnum AND NOT tgisinternal),
           ARRAY(SELECT format('%s %s', c.conname, pg_get_constraintdef(c.oid))
                   FROM pg_constraint AS c WHERE conrelid = attrelid AND contype = 'c'
                    AND attnum = ANY (conkey) AND typtype = 'e'),
           ARRAY(SELECT pg_get_indexdef(indexrelid) FROM pg_index
                  WHERE indrelid = attrelid AND typtype = 'e' AND indpred IS NOT NULL
                    AND pg_get_expr(indpred, indrelid) LIKE '%' || attname || '%')
      FROM pg_attribute JOIN ours ON ours.oid = attrelid
      JOIN pg_type AS t ON t.oid = atttypid
      LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
     WHERE attnum > 0 AND NOT attisdropped
"""


def _types(connection: psycopg.Connection, *, of_enums: bool) -> Iterator[Found]:
    """Change a type; what depends on it is dropped before, and made again after."""
    for (
        table,
        column,
        type_,
        is_enum,
        default,
        policies,
        triggers,
        checks,
        indexes,
    ) in connection.execute(TYPES.encode()).fetchall():
        if is_enum is not of_enums:
            continue
        before: list[str] = []
        after: list[str] = []
        for policy in policies:
            drop, create = definition(connection, policy)
            before.append(drop)
            after.append(create)
        for trigger in triggers:
            drop, create = _trigger(connection, trigger)
            before.append(drop)
            after.append(create)
        for check in checks:
            name, _, condition = check.partition(" ")
            before.append(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            after.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {_untyped(condition, type_)}")
        for index in indexes:
            before.append(f"DROP INDEX {index.split(' ')[2 if 'UNIQUE' not in index else 3]}")
            after.append(_untyped(index, type_))
        others = (("text", "{0}::text"),) if is_enum else OTHER_TYPES.get(type_, ())
        if default is not None:
            before.append(f"ALTER TABLE {table} ALTER {column} DROP DEFAULT")
            plain = re.sub(r"::[\w .]+(\[\])?$", "", default)
            after.insert(0, f"ALTER TABLE {table} ALTER {column} SET DEFAULT {plain}")
        for other, value in others:
            change = f"ALTER TABLE {table} ALTER {column} TYPE {other} USING {value.format(column)}"
            made = after if not is_enum else [_untyped(each, type_) for each in after]
            yield Found(table, column, "; ".join([*before, change, *made]))


def _trigger(connection: psycopg.Connection, trigger: int) -> tuple[str, str]:
    row = connection.execute(
        "SELECT format('DROP TRIGGER %%I ON %%s', tgname, tgrelid::regclass),"
        " pg_get_triggerdef(oid) FROM pg_trigger WHERE oid = %s",
        [trigger],
    ).fetchone()
    assert row is not None
    return row


def _untyped(definition: str, type_: str) -> str:
    """Return a definition with the labels of an enumerated type as texts."""
    return definition.replace(f"::{type_}", "::text")


KINDS: Final = (
    Kind("NOT NULL dropped", by(NULLABLE), NAMED, parts=2),
    Kind("NOT NULL added", by(REQUIRED), features=(INTEGRITY, CAPABILITY), parts=2),
    Kind(
        "defaults",
        by(DEFAULTS),
        "When .* (?:registers|submits|pursues|without its) ",
        ANY,
        (INTEGRITY, CAPABILITY),
        parts=1,
    ),
    Kind("identities", by(IDENTITIES), "whose id is 7", parts=1),
    Kind("numberings", by(NUMBERINGS), features=(), parts=2, recorded=True),
    Kind("types", partial(_types, of_enums=False), features=EXACT),
    Kind("enumerated types", partial(_types, of_enums=True), parts=1),
    Kind(
        "statistics",
        by(STATISTICS),
        features=("features/tenancy/side_channels.feature", "--name=The.planner.has.statistics"),
        parts=1,
    ),
)
