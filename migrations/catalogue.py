"""What a schema is, as facts read from the server's catalogue; and where two schemas differ.

A fact is a thing's name ("column users.email") and how it is ("character varying not null").
All supported versions of PostgreSQL state the same facts about the same schema. Not among them:
Alembic's own table, what extensions bring along, the order of a table's columns, and the group
roles, which belong to the server.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import psycopg

Facts = Mapping[str, str]
"""How each thing is, by its name."""

FACTS: Final = r"""
WITH brought_along AS (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
), relation AS (
    SELECT c.*, CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table'
                             WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                             WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table'
                             WHEN 'c' THEN 'composite type' END AS kind
      FROM pg_class AS c
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
       AND relname <> 'alembic_version'
       AND ('pg_class'::regclass, oid) NOT IN (TABLE brought_along)
), callable AS (
    SELECT p.*, format('%s(%s)', proname, pg_get_function_identity_arguments(p.oid)) AS name
      FROM pg_proc AS p
     WHERE pronamespace = 'public'::regnamespace
       AND ('pg_proc'::regclass, oid) NOT IN (TABLE brought_along)
), own_type AS (
    SELECT t.* FROM pg_type AS t
     WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd', 'r')
       AND ('pg_type'::regclass, oid) NOT IN (TABLE brought_along)
), held AS (
    SELECT kind || ' ' || relname AS name, relowner AS owner, relacl AS acl,
           acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner) AS ordinary
      FROM relation WHERE relkind <> 'c'
    UNION ALL
    SELECT format('column %s.%s', relname, attname), relowner, attacl,
           acldefault('c', relowner)
      FROM relation JOIN pg_attribute ON attrelid = relation.oid
     WHERE attacl IS NOT NULL AND NOT attisdropped
    UNION ALL
    SELECT 'function ' || name, proowner, proacl, acldefault('f', proowner) FROM callable
    UNION ALL
    SELECT 'type ' || typname, typowner, typacl, acldefault('T', typowner) FROM own_type
    UNION ALL
    SELECT 'schema ' || nspname, nspowner, nspacl, acldefault('n', nspowner)
      FROM pg_namespace WHERE nspname = 'public'
), granted AS (
    SELECT name, owner, a.* FROM held, aclexplode(coalesce(acl, ordinary)) AS a
)
SELECT kind || ' ' || relname AS thing,
       concat_ws(', ',
           CASE relpersistence WHEN 'u' THEN 'unlogged' END,
           CASE WHEN relrowsecurity THEN 'row-level security' END,
           CASE WHEN relforcerowsecurity THEN 'forced on its owner' END,
           CASE WHEN relreplident <> 'd' AND relkind = 'r'
                THEN 'replica identity ' || relreplident::text END,
           array_to_string(reloptions, ', '),
           CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END) AS state
  FROM relation
UNION ALL
SELECT 'owner of ' || name, 'not the role that migrates' FROM held
 WHERE owner <> (SELECT relowner FROM pg_class
                  WHERE relname = 'alembic_version' AND relnamespace = 'public'::regnamespace)
   AND name !~ '^(schema|column) '
UNION ALL
SELECT format('column %s.%s', relname, attname),
       concat_ws(' ', format_type(atttypid, atttypmod),
           CASE WHEN attcollation <> typcollation
                THEN 'collate ' || attcollation::regcollation END,
           CASE WHEN attnotnull THEN 'not null' END,
           CASE attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
           'default ' || pg_get_expr(adbin, adrelid),
           CASE attidentity WHEN 'a' THEN 'always identity' WHEN 'd' THEN 'default identity' END,
           CASE WHEN attstorage <> typstorage THEN 'storage ' || attstorage::text END,
           CASE WHEN attcompression <> '' THEN 'compression ' || attcompression::text END,
           'statistics ' || nullif(attstattarget, -1),
           -- Some releases of PostgreSQL 17 keep a mark of their own among these.
           (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(attoptions) AS o
             WHERE o LIKE 'n\_distinct%'))
  FROM relation JOIN pg_attribute ON attrelid = relation.oid JOIN pg_type ON pg_type.oid = atttypid
       LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
 WHERE relkind <> 'S' AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 'numbering of ' || relname,
       format('%s start %s by %s from %s to %s cache %s%s%s', seqtypid::regtype, seqstart,
           seqincrement, seqmin, seqmax, seqcache, CASE WHEN seqcycle THEN ' cycle' END,
           (SELECT format(' for %s.%s', t.relname, attname)
              FROM pg_depend JOIN pg_class AS t ON t.oid = refobjid
                   JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
             WHERE classid = 'pg_class'::regclass AND objid = seqrelid AND deptype IN ('a', 'i')))
  FROM relation JOIN pg_sequence ON seqrelid = relation.oid
UNION ALL
SELECT format('constraint %s on %s', conname, coalesce(relname, typname)),
       pg_get_constraintdef(k.oid)
  FROM pg_constraint AS k LEFT JOIN relation ON relation.oid = conrelid
       LEFT JOIN own_type ON own_type.oid = contypid
 WHERE contype NOT IN ('n', 't') AND coalesce(relname, typname) IS NOT NULL
UNION ALL
SELECT format('index %s on %s', i.relname, relation.relname),
       concat_ws(', ', pg_get_indexdef(indexrelid),
           CASE WHEN NOT (indisvalid AND indisready) THEN 'invalid' END,
           CASE WHEN indisreplident THEN 'replica identity' END,
           CASE WHEN indisclustered THEN 'clustered' END)
  FROM pg_index JOIN relation ON relation.oid = indrelid JOIN pg_class AS i ON i.oid = indexrelid
UNION ALL
SELECT format('trigger %s on %s', tgname, relname),
       concat_ws(', ', pg_get_triggerdef(t.oid),
           CASE tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'on replicas'
                          WHEN 'A' THEN 'always' END)
  FROM pg_trigger AS t JOIN relation ON relation.oid = tgrelid WHERE NOT tgisinternal
UNION ALL
SELECT format('policy %s on %s', polname, relname),
       concat_ws(' ', CASE WHEN NOT polpermissive THEN 'restrictive' END,
           'for', CASE polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update'
                              WHEN 'd' THEN 'delete' ELSE 'all' END,
           'to', (SELECT string_agg(CASE role WHEN 0 THEN 'public' ELSE role::regrole::text END,
                                    ', ' ORDER BY role::regrole::text)
                    FROM unnest(polroles) AS role),
           'using ' || pg_get_expr(polqual, polrelid),
           'with check ' || pg_get_expr(polwithcheck, polrelid))
  FROM pg_policy JOIN relation ON relation.oid = polrelid
UNION ALL
SELECT format('rule %s on %s', rulename, relname), pg_get_ruledef(r.oid)
  FROM pg_rewrite AS r JOIN relation ON relation.oid = ev_class WHERE rulename <> '_RETURN'
UNION ALL
SELECT 'function ' || name,
       CASE WHEN prokind = 'a' THEN 'aggregate' ELSE pg_get_functiondef(oid) END
  FROM callable
UNION ALL
SELECT 'type ' || typname,
       CASE typtype
           WHEN 'e' THEN 'enum: ' || coalesce((
               SELECT string_agg(enumlabel, ', ' ORDER BY enumsortorder)
                 FROM pg_enum WHERE enumtypid = t.oid), '')
           WHEN 'd' THEN concat_ws(' ', 'domain', format_type(typbasetype, typtypmod),
               CASE WHEN typnotnull THEN 'not null' END, 'default ' || typdefault)
           ELSE 'range of ' || (SELECT rngsubtype::regtype FROM pg_range WHERE rngtypid = t.oid)
       END
  FROM own_type AS t
UNION ALL
SELECT format('grant on the %s to %s', name,
              coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC')),
       string_agg(lower(privilege_type)
                  || CASE WHEN is_grantable THEN ' with grant option' ELSE '' END,
                  ', ' ORDER BY privilege_type)
  FROM granted WHERE grantee <> owner GROUP BY grantee, name
UNION ALL
SELECT format('grant on the %s to its owner', name),
       'without ' || string_agg(lower(privilege_type), ', ')
  FROM (SELECT name, a.privilege_type FROM held, aclexplode(ordinary) AS a
         WHERE a.grantee = owner AND a.privilege_type <> 'MAINTAIN'
        EXCEPT SELECT name, privilege_type FROM granted WHERE grantee = owner) AS lacking
 GROUP BY name
UNION ALL
SELECT format('default grant on the %s of %s to %s',
              CASE defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences'
                   WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' ELSE 'schemas' END,
              CASE WHEN defaclrole = (SELECT relowner FROM pg_class
                                       WHERE relname = 'alembic_version'
                                         AND relnamespace = 'public'::regnamespace)
                   THEN 'the owner' ELSE defaclrole::regrole::text END,
              coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC')),
       string_agg(lower(privilege_type), ', ' ORDER BY privilege_type)
  FROM pg_default_acl, aclexplode(defaclacl)
 -- What a role grants of what it will make counts only where it may make something.
 WHERE grantee <> defaclrole AND has_schema_privilege(defaclrole, 'public', 'CREATE')
 GROUP BY grantee, defaclobjtype, defaclrole
UNION ALL
SELECT format('comment on %s %s', type, identity), description
  FROM pg_description AS d, pg_identify_object(classoid, objoid, objsubid)
 WHERE objoid >= 16384 AND (identity ~ '(^| on |\()public\.' OR schema = 'public')
   AND (classoid, objoid) NOT IN (TABLE brought_along) AND identity !~ 'alembic_version'
UNION ALL
SELECT format('%s %s', type, identity), ''
  FROM pg_depend AS d, pg_identify_object(classid, objid, objsubid)
 WHERE refclassid = 'pg_namespace'::regclass AND refobjid = 'public'::regnamespace
   AND classid NOT IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass,
                       'pg_constraint'::regclass, 'pg_default_acl'::regclass)
   AND (classid, objid) NOT IN (TABLE brought_along)
"""

INHERENT_ALIAS: Final = re.compile(r" AS current_setting(?=\))")
"""PostgreSQL 15 names what a policy's subquery selects by its function; later ones do not."""


def read(connection: psycopg.Connection) -> Facts:
    """Return all facts about the schema `public`. The connection keeps its search path.

    Names in expressions come out qualified, whatever path the caller has.
    """
    with connection.transaction():
        former = _one(connection, "SELECT current_setting('search_path')")
        connection.execute("SET LOCAL search_path = pg_catalog")
        found = connection.execute(FACTS).fetchall()
        connection.execute("SELECT set_config('search_path', %s, true)", [former])
    return {thing: _plain(state) for thing, state in found}


def _one(connection: psycopg.Connection, query: str) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def _plain(state: str) -> str:
    """Return the state as all supported versions write it."""
    return INHERENT_ALIAS.sub("", state)


def differences(expected: Facts, found: Facts) -> list[str]:
    """Return in words where what was found is not what was expected."""
    return [
        *(f"the {thing} is missing" for thing in sorted(expected.keys() - found.keys())),
        *(f"the {thing} is unknown" for thing in sorted(found.keys() - expected.keys())),
        *(
            f"the {thing} is different"
            for thing in sorted(expected.keys() & found.keys())
            if expected[thing] != found[thing]
        ),
    ]


def listed(words: Iterable[str], most: int = 5) -> str:
    """Return the first of these words, and how many more there are."""
    words = list(words)
    more = [f"{len(words) - most} more"] if len(words) > most else []
    return "; ".join([*words[:most], *more])
