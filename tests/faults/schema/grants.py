"""Privileges that are granted to another role or to all, may be passed on, or are revoked."""

from typing import Final

from tests.faults.schema.kinds import RIGHTS, ROLES, Kind, by

GRANTEES: Final = f"{ROLES} || 'PUBLIC'::text"

TABLES: Final = f"""
    SELECT relname, format('%s *\\| %s', role, lower(verb)),
           format('GRANT %s ON %I TO %s', verb, relname, role)
      FROM ours, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES',
                              'TRIGGER']) AS verb,
           unnest({GRANTEES}) AS role
     WHERE NOT has_table_privilege(lower(role), oid, verb)
"""
"""A role that may do more with a table than it needs."""

COLUMNS: Final = f"""
    SELECT relname, '', format('GRANT %s (%I) ON %I TO %s', verb, attname, relname, role)
      FROM ours JOIN pg_attribute ON attrelid = ours.oid AND attnum > 0 AND NOT attisdropped,
           unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS verb,
           unnest({GRANTEES}) AS role
     WHERE NOT has_column_privilege(lower(role), ours.oid, attnum, verb)
       AND (has_any_column_privilege(lower(role), ours.oid, 'SELECT') OR EXISTS (
            SELECT FROM aclexplode(attacl) AS a WHERE a.privilege_type = verb))
"""
"""A role that works with some columns and may now do so with one more; a grant to one more role."""

SEQUENCES: Final = f"""
    SELECT '', '', format('GRANT %s ON SEQUENCE %s TO %s', verb, c.oid::regclass, role)
      FROM pg_class AS c, unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) AS verb,
           unnest({GRANTEES}) AS role
     WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
       AND NOT has_sequence_privilege(lower(role), c.oid, verb)
"""

OTHERS: Final = f"""
    SELECT '', '', format('GRANT EXECUTE ON FUNCTION %s TO %s', p.oid::regprocedure, role)
      FROM pg_proc AS p, unnest({GRANTEES}) AS role
     WHERE pronamespace = 'public'::regnamespace
       AND NOT has_function_privilege(lower(role), p.oid, 'EXECUTE')
    UNION ALL
    SELECT '', '', format('GRANT %s ON alembic_version TO %s', verb, role)
      FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS verb, unnest({GRANTEES}) AS role
    UNION ALL
    SELECT '', '', format('GRANT CREATE ON SCHEMA public TO %s', role)
      FROM unnest({GRANTEES}) AS role
    UNION ALL
    SELECT '', '', format('DO $$ BEGIN EXECUTE format(''GRANT CREATE ON DATABASE %%I TO %s'','
                          ' current_database()); END $$', role)
      FROM unnest({GRANTEES}) AS role
    UNION ALL
    SELECT '', '', format('ALTER DEFAULT PRIVILEGES GRANT ALL ON %s TO %s', what, role)
      FROM unnest({GRANTEES}) AS role, unnest(ARRAY['TABLES', 'SEQUENCES', 'SCHEMAS']) AS what
"""

PASSED_ON: Final = """
    SELECT relname, '', format('GRANT %s ON %I TO %s WITH GRANT OPTION', a.privilege_type,
                               c.relname, a.grantee::regrole)
      FROM pg_class AS c JOIN ours USING (oid, relname), aclexplode(relacl) AS a
     WHERE a.grantee NOT IN (0, relowner)
"""

REVOKED: Final = """
    SELECT relname, '', format('REVOKE %s ON %I FROM %s', a.privilege_type, c.relname,
                               a.grantee::regrole)
      FROM pg_class AS c JOIN ours USING (oid, relname), aclexplode(relacl) AS a
     WHERE a.grantee NOT IN (0, relowner)
    UNION ALL
    SELECT relname, '', format('REVOKE %s (%I) ON %I FROM %s', a.privilege_type, attname, c.relname,
                               a.grantee::regrole)
      FROM pg_class AS c JOIN ours USING (oid, relname) JOIN pg_attribute ON attrelid = c.oid,
           aclexplode(attacl) AS a
     WHERE a.grantee <> 0
    UNION ALL
    SELECT '', '', format('REVOKE %s ON FUNCTION %s FROM %s', a.privilege_type, p.oid::regprocedure,
                          a.grantee::regrole)
      FROM pg_proc AS p, aclexplode(proacl) AS a
     WHERE pronamespace = 'public'::regnamespace AND a.grantee NOT IN (0, proowner)
    UNION ALL
    SELECT '', '', format('REVOKE %s ON SCHEMA public FROM %s', a.privilege_type,
                          coalesce(nullif(a.grantee, 0)::regrole::text, 'PUBLIC'))
      FROM pg_namespace AS n, aclexplode(nspacl) AS a
     WHERE nspname = 'public' AND a.grantee <> nspowner
    UNION ALL
    SELECT '', '', format('REVOKE USAGE ON TYPE %s FROM PUBLIC', t.oid::regtype)
      FROM pg_type AS t, aclexplode(coalesce(typacl, acldefault('T', typowner))) AS a
     WHERE typnamespace = 'public'::regnamespace AND typtype = 'e' AND a.grantee = 0
"""

SPOKEN_OF: Final = r"\| {0} +\|"

KINDS: Final = (
    Kind("grants on tables", by(TABLES), SPOKEN_OF, features=(RIGHTS,), parts=6),
    Kind("grants on columns", by(COLUMNS), features=(RIGHTS,), parts=12),
    Kind("grants on sequences", by(SEQUENCES), features=(RIGHTS,)),
    Kind("grants on anything else", by(OTHERS), features=(RIGHTS,), parts=2),
    Kind("grants that may be passed on", by(PASSED_ON), features=(RIGHTS,), parts=1),
    Kind("grants revoked", by(REVOKED), features=(RIGHTS,)),
)
