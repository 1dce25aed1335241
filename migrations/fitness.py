"""Whether a database is what the migrations take it for; if not, they do not begin.

Each refusal is one sentence, in a `CommandError`: Alembic prints it and ends with an exit code.
"""

from typing import Any, Final

import psycopg
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from psycopg import errors

from domain.database.schema import Role
from migrations import catalogue, records

RIGHTS: Final = """
    SELECT rolname, rolcreaterole, rolbypassrls,
           has_schema_privilege(oid, 'public', 'CREATE'),
           ARRAY(SELECT relname::text FROM pg_class
                  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
                    AND NOT pg_has_role(r.oid, relowner, 'USAGE') ORDER BY 1),
           ARRAY(SELECT role FROM unnest(%s::text[]) AS role
                  WHERE to_regrole(role) IS NULL AND NOT rolcreaterole),
           ARRAY(SELECT role FROM unnest(%s::text[]) AS role
                  WHERE NOT pg_has_role(r.oid, to_regrole(role), %s)
                    AND NOT pg_has_role(r.oid, to_regrole(role), 'MEMBER WITH ADMIN OPTION')
                    AND NOT (rolcreaterole AND %s < 160000))
      FROM pg_roles AS r WHERE rolname = current_user AND NOT rolsuper
"""
SET_ROLE_IS_A_RIGHT: Final = 160_000
"""The version from which on a member of a role may not always SET ROLE to it."""


def check(
    connection: psycopg.Connection, scripts: ScriptDirectory, destination: str | None
) -> None:
    """Refuse a database that is not fit to be migrated. Raises `CommandError`."""
    encoding = _one(connection, "SELECT current_setting('server_encoding')")
    if encoding != "UTF8":
        raise CommandError(
            f"the database {connection.info.dbname} stores text as {encoding}, in which not all"
            " text can be stored: migrate one that was created with ENCODING 'UTF8'"
        )
    try:
        revision = recorded(connection, scripts)
    except errors.InsufficientPrivilege:
        connection.rollback()
        check_rights(connection)
        raise
    check_unaltered(connection, scripts, revision)
    if revision != destination:
        check_rights(connection)


def recorded(connection: psycopg.Connection, scripts: ScriptDirectory) -> str | None:
    """Return the revision that the database says it is at. Raises `CommandError`."""
    if _one(connection, "SELECT to_regclass('public.alembic_version')") is None:
        return None
    rows = connection.execute("SELECT version_num FROM public.alembic_version ORDER BY 1")
    found = [revision for (revision,) in rows]
    known = [script.revision for script in records.history(scripts)]
    if len(found) > 1:
        raise CommandError(
            f"alembic_version names {len(found)} revisions ({', '.join(found)}) where there is"
            " one line of them: find out which one the schema is at, and delete the other rows"
        )
    if not found:
        return None
    if found[0] not in known:
        raise CommandError(
            f"the database is at revision {found[0]!r}, which is not among these migrations:"
            f" the latest of them is {known[-1]!r}; migrate with the version of the service"
            " that knows it"
        )
    return str(found[0])


def check_unaltered(
    connection: psycopg.Connection, scripts: ScriptDirectory, revision: str | None
) -> None:
    """Refuse a schema that is not what its revision made. Raises `CommandError`."""
    expected = records.schema_at(scripts, revision)
    if expected is None:
        return
    loose = records.halfway(scripts, revision)
    found = catalogue.read(connection)
    differences = catalogue.differences(
        {thing: state for thing, state in expected.items() if thing not in loose},
        {thing: state for thing, state in found.items() if thing not in loose},
    )
    if differences and revision is None:
        raise CommandError(
            "the database records no revision, but its schema is not empty:"
            f" {catalogue.listed(differences)}; find out which revision made it and `stamp` it"
        )
    if differences:
        raise CommandError(
            f"the schema is not what revision {revision} made:"
            f" {catalogue.listed(differences)}; put that right, then migrate"
        )


def check_rights(connection: psycopg.Connection) -> None:
    """Refuse a role that cannot do what revisions do. Raises `CommandError`."""
    version = connection.info.server_version
    right = "SET" if version >= SET_ROLE_IS_A_RIGHT else "MEMBER"
    roles = [str(role) for role in Role]
    row = connection.execute(RIGHTS, [roles, roles, right, version]).fetchone()
    if row is None:
        return
    name, _, bypasses, may_create, others_tables, missing, unavailable = row
    lacks = [
        *(["may not create tables in the schema public"] if not may_create else []),
        *([f"does not own {catalogue.listed(others_tables)}"] if others_tables else []),
        *([f"may not create the roles {', '.join(missing)} (CREATEROLE)"] if missing else []),
        *([f"may not grant itself {', '.join(unavailable)}"] if unavailable else []),
        *(["does not see past policies (BYPASSRLS)"] if not bypasses else []),
    ]
    if lacks:
        raise CommandError(
            f'the role "{name}" cannot migrate: it {"; it ".join(lacks)};'
            " migrate as the role that owns the schema, or have it given these rights"
        )


def _one(connection: psycopg.Connection, query: str) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None
