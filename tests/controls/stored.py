"""Columns in another order: no revision makes it, and no fact on record has it."""

from typing import Final

from _pytest.monkeypatch import MonkeyPatch

from tests.controls.catalogue import control
from tests.controls.effects import finds
from tests.faults.changing import change_schema

MOVE: Final = """
DO $move$
DECLARE
    it record;
    statement text;
    rules text[];
    grants text[];
BEGIN
    FOR it IN
        SELECT c.oid, c.relname, a.*, pg_get_expr(adbin, adrelid) AS by_default
          FROM pg_class AS c JOIN pg_attribute AS a ON attrelid = c.oid
               LEFT JOIN pg_attrdef ON adrelid = c.oid AND adnum = attnum
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
           AND NOT attisdropped
           AND attidentity = '' AND relname <> 'alembic_version'
           AND NOT EXISTS (SELECT FROM pg_depend AS d LEFT JOIN pg_constraint AS k ON k.oid = objid
                            WHERE refclassid = 'pg_class'::regclass AND refobjid = c.oid
                              AND refobjsubid = attnum AND classid <> 'pg_attrdef'::regclass
                              AND contype IS DISTINCT FROM 'c' AND contype IS DISTINCT FROM 'n')
         ORDER BY relname, attnum
    LOOP
        SELECT array_agg(format('ALTER TABLE %I ADD CONSTRAINT %I %s', it.relname, conname,
                                pg_get_constraintdef(oid)))
          INTO rules
          FROM pg_constraint WHERE conrelid = it.oid AND contype = 'c' AND it.attnum = ANY (conkey);
        SELECT array_agg(format('GRANT %s (%I) ON %I TO %s', privilege_type, it.attname, it.relname,
                                grantee::regrole))
          INTO grants FROM aclexplode(it.attacl);
        EXECUTE format('ALTER TABLE %I DROP %I', it.relname, it.attname);
        EXECUTE format('ALTER TABLE %I ADD %I %s %s %s', it.relname, it.attname,
                       format_type(it.atttypid, it.atttypmod),
                       CASE WHEN it.attnotnull THEN 'NOT NULL' END, 'DEFAULT ' || it.by_default);
        EXECUTE format('ALTER TABLE %I ALTER %I SET STATISTICS %s', it.relname, it.attname,
                       coalesce(it.attstattarget, -1));
        FOREACH statement IN ARRAY coalesce(rules || grants, rules, grants, '{}') LOOP
            EXECUTE statement;
        END LOOP;
    END LOOP;
END
$move$
"""
"""Moves each column of an empty table to the end that no index, key, policy or trigger names."""


@control(
    "columns are in another order",
    *("tenancy/isolation", "tasks/integrity", "transactions/atomic", "migrations/refusing"),
    effect=finds(
        "SELECT (SELECT attnum FROM pg_attribute WHERE attrelid = 'tasks'::regclass"
        "         AND attname = 'payload')"
        "     > (SELECT max(attnum) FROM pg_attribute WHERE attrelid = 'tasks'::regclass"
        "         AND attname IN ('owner_id', 'agent_id'))"
        "   AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'tasks'::regclass"
        "                AND attisdropped AND attnum > 0)"
    ),
)
def columns_in_another_order(patch: MonkeyPatch) -> None:
    change_schema(patch, MOVE)
