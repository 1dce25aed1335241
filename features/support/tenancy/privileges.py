"""Privileges, functions and views, as the server's catalogue has them."""

from typing import Final

import psycopg

from domain.database.schema import Role

GRANTS: Final = """
    WITH granted AS (
        SELECT a.grantee, a.privilege_type, c.relname, NULL::name AS attname
          FROM pg_class AS c, aclexplode(c.relacl) AS a
         WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner
        UNION ALL
        SELECT a.grantee, a.privilege_type, c.relname, t.attname
          FROM pg_class AS c JOIN pg_attribute AS t ON t.attrelid = c.oid,
               aclexplode(t.attacl) AS a
         WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner
    )
    SELECT coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC'), relname, lower(privilege_type),
           coalesce(string_agg(attname, ', ' ORDER BY attname), 'all')
      FROM granted GROUP BY grantee, relname, privilege_type, attname IS NULL
     ORDER BY 1, 2,
           array_position(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'], privilege_type), 3, 4
"""

OF_PUBLIC: Final = """
    SELECT lower(a.privilege_type), 'the schema public'
      FROM pg_namespace AS n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS a
     WHERE n.nspname = 'public' AND a.grantee = 0
    UNION ALL
    SELECT lower(a.privilege_type), 'the database'
      FROM pg_database AS d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) AS a
     WHERE d.datname = current_database() AND a.grantee = 0
    UNION ALL
    SELECT lower(a.privilege_type), 'the type ' || t.typname
      FROM pg_type AS t, aclexplode(coalesce(t.typacl, acldefault('T', t.typowner))) AS a
     WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('e', 'd') AND a.grantee = 0
    UNION ALL
    SELECT lower(a.privilege_type), 'the function ' || p.proname
      FROM pg_proc AS p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
     WHERE p.pronamespace = 'public'::regnamespace AND a.grantee = 0
    UNION ALL
    SELECT lower(a.privilege_type), 'future objects of ' || d.defaclrole::regrole
      FROM pg_default_acl AS d, aclexplode(d.defaclacl) AS a
    ORDER BY 2, 1
"""

FUNCTIONS: Final = """
    SELECT p.proname, CASE WHEN p.prosecdef THEN 'its owner' ELSE 'its caller' END,
           coalesce((SELECT string_agg(substr(setting, 13), '') FROM unnest(p.proconfig) AS setting
                      WHERE setting LIKE 'search_path=%'), 'the caller''s'),
           coalesce((SELECT string_agg(nullif(a.grantee, 0)::regrole::text, ', ')
                       FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
                      WHERE a.grantee <> p.proowner), 'none')
      FROM pg_proc AS p WHERE p.pronamespace = 'public'::regnamespace ORDER BY 1
"""

VIEWS: Final = """
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
       AND relkind IN ('v', 'm') AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)
"""

ATTRIBUTES: Final = """
    SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
           EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid),
           EXISTS (SELECT FROM pg_shdepend WHERE refobjid = r.oid AND deptype = 'o'
                      AND refclassid = 'pg_authid'::regclass)
      FROM pg_roles AS r WHERE rolname = %s
"""
CAPABILITIES: Final = (
    *("is a superuser", "bypasses policies", "makes roles", "makes databases", "logs in"),
    *("replicates", "is a member of another role", "owns something"),
)


def grants(connection: psycopg.Connection) -> list[dict[str, str]]:
    """Return every privilege on a table, view or sequence that a role other than its owner has."""
    names = ("role", "table", "privilege", "columns")
    return [dict(zip(names, row, strict=True)) for row in connection.execute(GRANTS)]


def of_public(connection: psycopg.Connection) -> list[dict[str, str]]:
    """Return every privilege of PUBLIC, but for those on tables."""
    return [{"privilege": privilege, "on": on} for privilege, on in connection.execute(OF_PUBLIC)]


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
        row = connection.execute(ATTRIBUTES, [role]).fetchone()
        assert row is not None, f"there is no role {role}"
        found[role] = [capability for capability, has in zip(CAPABILITIES, row, strict=True) if has]
    return found
