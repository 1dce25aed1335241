"""What a group role is: its attributes, its memberships, its settings.

Roles belong to the server: each of these is judged on one that the run has for itself.
"""

from typing import Final

from tests.faults.schema.kinds import REACH, RIGHTS, ROLES, Kind, by

ATTRIBUTES: Final = f"""
    SELECT '', '', format('ALTER ROLE %I %s', rolname, what)
      FROM pg_roles, unnest(ARRAY[
               CASE WHEN rolsuper THEN 'NOSUPERUSER' ELSE 'SUPERUSER' END,
               CASE WHEN rolbypassrls THEN 'NOBYPASSRLS' ELSE 'BYPASSRLS' END,
               CASE WHEN rolcreaterole THEN 'NOCREATEROLE' ELSE 'CREATEROLE' END,
               CASE WHEN rolcreatedb THEN 'NOCREATEDB' ELSE 'CREATEDB' END,
               CASE WHEN rolcanlogin THEN 'NOLOGIN' ELSE 'LOGIN' END,
               CASE WHEN rolreplication THEN 'NOREPLICATION' ELSE 'REPLICATION' END,
               CASE WHEN rolinherit THEN 'NOINHERIT' ELSE 'INHERIT' END,
               'SET row_security = off',
               'SET session_replication_role = replica'
           ]) AS what
     WHERE rolname = ANY ({ROLES})
"""

MEMBERSHIPS: Final = f"""
    SELECT '', '', format('GRANT %I TO %I', of, role)
      FROM unnest({ROLES} || ARRAY['pg_read_all_data', 'pg_write_all_data', 'pg_monitor',
                                   'pg_signal_backend', 'pg_read_server_files']) AS of,
           unnest({ROLES}) AS role
     WHERE of <> role
"""

PARAMETERS: Final = f"""
    SELECT '', '', format('GRANT SET ON PARAMETER %s TO %s', name, role)
      FROM unnest(ARRAY['session_replication_role', 'lo_compat_privileges',
                        'log_statement']) AS name,
           unnest({ROLES} || 'PUBLIC'::text) AS role
"""


KINDS: Final = (
    Kind(
        "roles' attributes", by(ATTRIBUTES), features=(RIGHTS, REACH), contract=(), own_server=True
    ),
    Kind(
        "roles' memberships",
        by(MEMBERSHIPS),
        features=(RIGHTS, REACH),
        contract=(),
        own_server=True,
    ),
    Kind(
        "roles' parameters", by(PARAMETERS), features=(RIGHTS, REACH), contract=(), own_server=True
    ),
)
