"""Privileges, functions and views of all schemas, as the server's catalogue has them.

What PostgreSQL itself grants on its own objects, the first 16,384, is left out: `pg_init_privs` has
it, but for the views of `information_schema`, which all are for PUBLIC. What was granted on them
later is not left out, and later objects are in full.
"""

from typing import Final

import psycopg

from domain.database.schema import Role

RECEIVED: Final = """
    received AS (
        SELECT a.grantee, o.*,
               lower(a.privilege_type)
               || CASE WHEN a.is_grantable THEN ' with grant option' ELSE '' END AS privilege
          FROM objects AS o, aclexplode(o.acl) AS a
         WHERE a.grantee <> o.owner AND (o.made OR a.grantee = 0 OR a.grantee IN (
                   SELECT oid FROM pg_roles WHERE rolname = ANY (%s)))
           AND (o.made OR NOT EXISTS (
                   SELECT FROM aclexplode(o.initial) AS i
                    WHERE (i.grantee, i.privilege_type, i.is_grantable)
                        = (a.grantee, a.privilege_type, a.is_grantable)))
    )
"""
"""The privileges on `objects` that others than the owner have: on those of PostgreSQL, only what
PUBLIC and the group roles got beyond the initial privileges."""

RELATIONS: Final = """
    WITH relations AS (
        SELECT oid, relowner, relacl, oid >= 16384 AS made,
               CASE WHEN relnamespace = 'information_schema'::regnamespace
                    THEN ARRAY[makeaclitem(0, relowner, 'SELECT', false)] END AS by_default
          FROM pg_class WHERE relpersistence <> 't'
    ), initial_acls AS (
        SELECT objoid, objsubid, initprivs FROM pg_init_privs WHERE classoid = 'pg_class'::regclass
    ), objects AS (
        SELECT r.oid, NULL::name AS attname, 0 AS attnum, r.relowner AS owner, r.relacl AS acl,
               r.made, coalesce(i.initprivs, r.by_default) AS initial
          FROM relations AS r LEFT JOIN initial_acls AS i ON i.objoid = r.oid AND i.objsubid = 0
        UNION ALL
        SELECT r.oid, t.attname, t.attnum, r.relowner, t.attacl, r.made, i.initprivs
          FROM relations AS r JOIN pg_attribute AS t ON t.attrelid = r.oid
               LEFT JOIN initial_acls AS i ON i.objoid = r.oid AND i.objsubid = t.attnum
    ), """
"""Every table, view and sequence, and every column, of every schema."""

GRANTS: Final = """
    SELECT coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC'), oid::regclass::text, privilege,
           coalesce(string_agg(attname, ', ' ORDER BY attname), 'all')
      FROM received GROUP BY grantee, oid, privilege, attname IS NULL
     ORDER BY 1, 2, array_position(ARRAY['select', 'insert', 'update', 'delete'], privilege), 3, 4
"""

OTHER_OBJECTS: Final = """
    WITH every AS (
        SELECT 'pg_database'::regclass AS class, oid, 'the database' AS described,
               datdba AS owner, 'd'::"char" AS kind, datacl AS acl
          FROM pg_database WHERE datname = current_database()
        UNION ALL
        SELECT 'pg_namespace'::regclass, oid, 'the schema ' || nspname, nspowner, 'n', nspacl
          FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'
        UNION ALL
        SELECT 'pg_type'::regclass, oid, 'the type ' || oid::regtype, typowner, 'T', typacl
          FROM pg_type AS t WHERE NOT EXISTS (SELECT FROM pg_type WHERE typarray = t.oid)
           AND NOT EXISTS (SELECT FROM pg_class WHERE oid = t.typrelid AND relkind <> 'c')
        UNION ALL
        SELECT 'pg_proc'::regclass, oid, 'the function ' || oid::regproc, proowner, 'f', proacl
          FROM pg_proc WHERE pronamespace::regnamespace::text !~ '^pg_temp_'
        UNION ALL
        SELECT 'pg_language'::regclass, oid, 'the language ' || lanname, lanowner, 'l', lanacl
          FROM pg_language
        UNION ALL
        SELECT 'pg_tablespace'::regclass, oid, 'the tablespace ' || spcname, spcowner, 't', spcacl
          FROM pg_tablespace
        UNION ALL
        SELECT 'pg_foreign_data_wrapper'::regclass, oid, 'the foreign data wrapper ' || fdwname,
               fdwowner, 'F', fdwacl
          FROM pg_foreign_data_wrapper
        UNION ALL
        SELECT 'pg_foreign_server'::regclass, oid, 'the foreign server ' || srvname, srvowner, 'S',
               srvacl
          FROM pg_foreign_server
        UNION ALL
        SELECT 'pg_largeobject'::regclass, oid, 'the large object ' || oid, lomowner, 'L', lomacl
          FROM pg_largeobject_metadata
        UNION ALL
        SELECT 'pg_parameter_acl'::regclass, oid, 'the parameter ' || parname, 10, 'p', paracl
          FROM pg_parameter_acl
        UNION ALL
        SELECT 'pg_default_acl'::regclass, oid, format(
                   'future %%s of %%s%%s',
                   CASE defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences'
                                      WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
                                      WHEN 'n' THEN 'schemas' ELSE 'large objects' END,
                   defaclrole::regrole,
                   ' in the schema ' || nullif(defaclnamespace, 0)::regnamespace),
               defaclrole, 'r', defaclacl
          FROM pg_default_acl
    ), objects AS (
        SELECT e.described, e.owner, coalesce(e.acl, acldefault(e.kind, e.owner)) AS acl,
               e.oid >= 16384 OR e.described = 'the schema public' AS made,
               CASE WHEN e.described = 'the schema information_schema'
                    THEN ARRAY[makeaclitem(0, e.owner, 'USAGE', false)]
                    ELSE coalesce(i.initprivs, acldefault(e.kind, e.owner)) END AS initial
          FROM every AS e LEFT JOIN pg_init_privs AS i
               ON (i.classoid, i.objoid, i.objsubid) = (e.class, e.oid, 0)
    ), """
"""All else that has privileges, and the privileges that future objects will have."""

ON_OTHER_OBJECTS: Final = """
    SELECT coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC') AS role, privilege, described
      FROM received ORDER BY grantee <> 0, 1, 3, 2
"""

FUNCTIONS: Final = """
    SELECT p.oid::regproc::text, CASE WHEN p.prosecdef THEN 'its owner' ELSE 'its caller' END,
           coalesce((SELECT string_agg(substr(setting, 13), '') FROM unnest(p.proconfig) AS setting
                      WHERE setting LIKE 'search_path=%'), 'the caller''s'),
           coalesce((SELECT string_agg(
                                coalesce(nullif(a.grantee, 0)::regrole::text, 'PUBLIC'), ', ')
                       FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
                      WHERE a.grantee <> p.proowner), 'none')
      FROM pg_proc AS p
     WHERE (oid >= 16384 OR prosecdef OR proconfig IS NOT NULL)
       AND pronamespace::regnamespace::text !~ '^pg_temp_'
     ORDER BY 1
"""
"""The functions that are not PostgreSQL's, and those of its own that were made to be otherwise."""

VIEWS: Final = """
    SELECT oid::regclass::text FROM pg_class
     WHERE oid >= 16384 AND relpersistence <> 't' AND relkind IN ('v', 'm') AND NOT EXISTS (
           SELECT FROM pg_options_to_table(reloptions)
            WHERE option_name = 'security_invoker' AND option_value::boolean)
     ORDER BY 1
"""

CAPABILITIES: Final = """
    SELECT array_remove(ARRAY[
               CASE WHEN rolsuper THEN 'is a superuser' END,
               CASE WHEN rolbypassrls THEN 'bypasses policies' END,
               CASE WHEN rolcreaterole THEN 'makes roles' END,
               CASE WHEN rolcreatedb THEN 'makes databases' END,
               CASE WHEN rolcanlogin THEN 'logs in' END,
               CASE WHEN rolreplication THEN 'replicates' END,
               CASE WHEN EXISTS (SELECT FROM pg_shdepend WHERE refobjid = r.oid AND deptype = 'o'
                                    AND refclassid = 'pg_authid'::regclass)
                    THEN 'owns something' END
           ], NULL)
           || array(SELECT format('is a member of %%s', roleid::regrole)
                      FROM pg_auth_members WHERE member = r.oid ORDER BY 1)
           || array(SELECT format('has the setting %%s', setting)
                      FROM pg_db_role_setting, unnest(setconfig) AS setting
                     WHERE setrole = r.oid AND setdatabase IN (
                           SELECT 0 UNION ALL
                           SELECT oid FROM pg_database WHERE datname = current_database())
                     ORDER BY 1)
      FROM pg_roles AS r WHERE rolname = %s
"""
"""A membership counts whatever its options are: without INHERIT and SET, ADMIN gives them."""


def grants(connection: psycopg.Connection) -> list[dict[str, str]]:
    """Return every privilege on a table, view or sequence that a role other than its owner has."""
    names = ("role", "table", "privilege", "columns")
    rows = connection.execute((RELATIONS + RECEIVED + GRANTS).encode(), [list(Role)])
    return [dict(zip(names, row, strict=True)) for row in rows]


def on_other_objects(connection: psycopg.Connection) -> list[dict[str, str]]:
    """Return every privilege on another object, on a parameter or on what will be made."""
    names = ("role", "privilege", "on")
    query = OTHER_OBJECTS + RECEIVED + ON_OTHER_OBJECTS
    rows = connection.execute(query.encode(), [list(Role)])
    return [dict(zip(names, row, strict=True)) for row in rows]


def functions(connection: psycopg.Connection) -> list[dict[str, str]]:
    """Return for each function whose privileges it has, its search path, and who may call it."""
    names = ("function", "privileges of", "search path", "callers")
    return [dict(zip(names, row, strict=True)) for row in connection.execute(FUNCTIONS)]


def views_of_their_owner(connection: psycopg.Connection) -> list[str]:
    """Return the views that run with their owner's privileges."""
    return [name for (name,) in connection.execute(VIEWS)]


def capabilities(connection: psycopg.Connection) -> dict[Role, list[str]]:
    """Return the capabilities of each group role that no GRANT on an object gives."""
    found = {}
    for role in Role:
        row = connection.execute(CAPABILITIES, [role]).fetchone()
        assert row is not None, f"there is no role {role}"
        (found[role],) = row
    return found
