"""Queries of PostgreSQL's catalogue, and names of relations.

Partitions are part of their table. Excluded are relations of extensions, of PostgreSQL itself and
of one session (temporary tables), and foreign tables: their rows are not data of tests.
"""

from typing import Final

from psycopg import sql

Name = tuple[str, str]
"""Schema and name of a table, a sequence or a view."""

FIRST_USER_OID: Final = 16384
"""Lower oids are those of initdb (FirstNormalObjectId in PostgreSQL's sources)."""

_OF_EXTENSION: Final = """
    EXISTS (SELECT FROM pg_depend e
             WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
"""

TABLES: Final = f"""
    SELECT n.nspname, c.relname, c.relkind = 'p',
           CASE c.relkind WHEN 'p' THEN
               EXISTS (SELECT FROM pg_partition_tree(c.oid) t JOIN pg_class f ON f.oid = t.relid
                        WHERE f.relkind = 'f')
           ELSE false END
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
       AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
       AND NOT {_OF_EXTENSION}
     ORDER BY 1, 2
"""  # noqa: S608 (constants)
"""Each table; whether it is partitioned; whether one of its partitions is a foreign table."""

REFERENCES: Final = """
    SELECT cn.nspname, c.relname, pn.nspname, p.relname, k.conname,
           ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u (number, at)
                   JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number
                  ORDER BY u.at),
           ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS u (number, at)
                   JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number
                  ORDER BY u.at)
      FROM pg_constraint k
      JOIN pg_class c ON c.oid = coalesce(pg_partition_root(k.conrelid), k.conrelid)
      JOIN pg_namespace cn ON cn.oid = c.relnamespace
      JOIN pg_class p ON p.oid = coalesce(pg_partition_root(k.confrelid), k.confrelid)
      JOIN pg_namespace pn ON pn.oid = p.relnamespace
     WHERE k.contype = 'f' AND k.conparentid = 0
     ORDER BY 1, 2, 3, 4, 5
"""
"""Each foreign key: child, parent, name, the child's columns and the parent's."""

COLUMNS: Final = """
    SELECT n.nspname, c.relname,
           ARRAY(SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0
                    AND NOT attisdropped AND attgenerated = '' ORDER BY attnum)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p')
"""
"""The columns of each table that can be written: all but generated ones."""

TRIGGERS: Final = """
    SELECT n.nspname, c.relname, t.tgname, t.tgenabled::text, rn.nspname, r.relname
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_class r ON r.oid = coalesce(pg_partition_root(c.oid), c.oid)
      JOIN pg_namespace rn ON rn.oid = r.relnamespace
     WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgenabled IN ('O', 'A')
"""
"""Triggers that are enabled, except those of foreign keys; last, the partitioned table if the
trigger is on a partition, else the table."""

SEQUENCES: Final = f"""
    SELECT n.nspname, c.relname, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle,
           s.seqcache, tn.nspname, t.relname
      FROM pg_sequence s
      JOIN pg_class c ON c.oid = s.seqrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
                           AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
      LEFT JOIN pg_class t ON t.oid = coalesce(pg_partition_root(d.refobjid), d.refobjid)
      LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
     WHERE c.relpersistence <> 't' AND NOT {_OF_EXTENSION}
     ORDER BY 1, 2
"""  # noqa: S608 (constants)
"""Each sequence with its definition, and the table that owns it, if one does."""

VIEWS: Final = f"""
    SELECT c.oid, n.nspname, c.relname,
           c.relkind = 'm' AND c.relispopulated AND NOT {_OF_EXTENSION},
           ARRAY(SELECT d.refobjid FROM pg_rewrite r
                   JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                  WHERE r.ev_class = c.oid AND d.refclassid = 'pg_class'::regclass
                    AND d.refobjid <> c.oid)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('v', 'm') AND c.oid >= {FIRST_USER_OID}
       AND EXISTS (SELECT FROM pg_class WHERE relkind = 'm')
     ORDER BY 2, 3
"""  # noqa: S608 (constants)
"""Each view, whether it is a populated materialized view, and the relations that it reads."""

ANY_MATERIALIZED_VIEW: Final = "SELECT EXISTS (SELECT FROM pg_class WHERE relkind = 'm')"

RELATIONS_OF_OTHERS: Final = f"""
    SELECT coalesce(array_agg(oid), '{{}}') FROM pg_class
     WHERE relkind IN ('r', 'p') AND oid >= {FIRST_USER_OID}
       AND oid <> ALL (SELECT t.relid::oid FROM unnest(%s::oid[]) AS root,
                              pg_partition_tree(root) AS t
                        UNION ALL SELECT unnest(%s::oid[]))
"""  # noqa: S608 (constants)

RELATIONS_STAMP: Final = f"""
    (SELECT sum(oid::bigint) FROM pg_class
      WHERE oid >= {FIRST_USER_OID} AND relnamespace <> 'pg_toast'::regnamespace)
"""  # noqa: S608 (constant)
"""Excludes TOAST tables: REFRESH MATERIALIZED VIEW creates a new one."""
FOREIGN_KEYS_STAMP: Final = (
    "(SELECT pg_catalog.concat_ws(' ', count(*), sum(oid::bigint)) FROM pg_trigger)"
)
FOREIGN_KEYS_OF_OTHERS_STAMP: Final = """
    (SELECT sum(oid::bigint) FROM pg_constraint
      WHERE contype = 'f' AND conrelid = ANY ({others}::oid[]))
"""
PARTITIONS_STAMP: Final = "(SELECT sum(hash_record_extended(i, 0)) FROM pg_inherits AS i)"
SEQUENCES_STAMP: Final = "(SELECT sum(hash_record_extended(s, 0)) FROM pg_sequence AS s)"
POPULATED_VIEWS_STAMP: Final = (
    "(SELECT sum(oid::bigint) FROM pg_class WHERE relkind = 'm' AND relispopulated)"
)
"""Expressions that change when something of that kind is created, dropped or altered: 10 µs each.
A renamed table is noticed by its name instead."""


def identifier(name: Name) -> sql.Identifier:
    """Return a name as a part of a psycopg statement."""
    return sql.Identifier(*name)


def quoted(name: Name) -> str:
    """Return a name as quoted SQL."""
    return identifier(name).as_string(None)


def plain_name(name: Name) -> str:
    """Return a name for messages: with its schema unless that is `public`."""
    return name[1] if name[0] == "public" else ".".join(name)
