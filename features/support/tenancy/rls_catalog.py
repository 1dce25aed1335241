"""Tenant tables and their row-level security, as the server's catalogue has them."""

import re
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql

TENANT_TABLES = """
    SELECT c.relname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
       AND a.attname = 'owner_id' AND NOT a.attisdropped
     ORDER BY 1
"""
"""A tenant table is one with the column owner_id. The service's own are in the schema `public`."""

ALL_TABLES = """
    SELECT c.oid::regclass::text, c.relkind IN ('r', 'p') AND EXISTS (
               SELECT FROM pg_attribute
                WHERE attrelid = c.oid AND attname = 'owner_id' AND NOT attisdropped)
      FROM pg_class AS c
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't' AND c.oid >= 16384
       AND c.relnamespace <> 'pg_toast'::regnamespace
     ORDER BY 1
"""
"""All tables and views but PostgreSQL's own, in every schema, and whether they have the column."""

PROTECTION = """
    SELECT c.relrowsecurity, c.relforcerowsecurity,
           (SELECT attnotnull FROM pg_attribute WHERE attrelid = c.oid AND attname = 'owner_id')
      FROM pg_class AS c WHERE c.oid = to_regclass(%s)
"""

POLICIES = """
    SELECT format('%I.%I', schemaname, tablename)::regclass::text,
           array_to_string(roles, ', '), lower(cmd), qual, with_check, permissive
      FROM pg_policies ORDER BY 1, 2, 3, policyname
"""

REFERENCES = """
    SELECT k.conname, k.confrelid::regclass::text,
           array(SELECT attname::text FROM unnest(k.conkey) WITH ORDINALITY AS n (number, place)
                   JOIN pg_attribute ON attrelid = k.conrelid AND attnum = number ORDER BY place),
           array(SELECT attname::text FROM unnest(k.confkey) WITH ORDINALITY AS n (number, place)
                   JOIN pg_attribute ON attrelid = k.confrelid AND attnum = number ORDER BY place)
      FROM pg_constraint AS k
     WHERE k.contype = 'f' AND k.conrelid = to_regclass(%s)
     ORDER BY 1
"""

COLUMN_PRIVILEGES = """
    SELECT attname, format_type(atttypid, NULL),
           has_column_privilege('app_tenant', attrelid, attnum, 'INSERT'),
           has_column_privilege('app_tenant', attrelid, attnum, 'UPDATE')
      FROM pg_attribute
     WHERE attrelid = to_regclass(quote_ident(%s)) AND attnum > 0 AND NOT attisdropped
     ORDER BY attnum
"""

UNIQUE_COLUMNS = """
    SELECT array(SELECT attname::text FROM unnest(indkey::int2[]) AS number
                   JOIN pg_attribute ON attrelid = indrelid AND attnum = number)
      FROM pg_index
     WHERE indrelid = to_regclass(quote_ident(%s)) AND indisunique AND indpred IS NULL
       AND NOT indisprimary
     ORDER BY 1
"""

ACTS_AS: Final = re.compile(
    r"acts_as\('(?P<role>\w+)'::name\)"
    r"|\(acts_as\('(?P<first>\w+)'::name\) AND (?P<rest>.*)\)",
    re.DOTALL,
)
"""The role that a policy is for, and the rest of its condition."""

OWN = "(owner_id = ( SELECT (current_setting('app.user_id'::text, true))::bigint AS x))"
STATUS_IN = "(status = ANY (ARRAY[{}]))"
CURRENT = (
    "((password_hash)::text = (( SELECT u.password_hash FROM users u"
    " WHERE (u.id = password_history.user_id)))::text)"
)


@dataclass(frozen=True)
class Column:
    """A column, and the privileges of tenants on it."""

    name: str
    type: str
    may_insert: bool
    may_update: bool


@dataclass(frozen=True)
class Reference:
    """A foreign key."""

    name: str
    table: str
    columns: list[str]
    referred: list[str]

    @property
    def column(self) -> str:
        """The referring column beside owner_id."""
        (one,) = [name for name in self.columns if name != "owner_id"]
        return one

    @property
    def keeps_owner(self) -> bool:
        """Whether the referenced row must have the same owner."""
        return ("owner_id", "owner_id") in zip(self.columns, self.referred, strict=True)


def tenant_tables(connection: psycopg.Connection) -> list[str]:
    """Return the service's tables whose rows have an owner."""
    return [name for (name,) in connection.execute(TENANT_TABLES)]


def all_tables(connection: psycopg.Connection, *, owned: bool) -> list[str]:
    """Return the tables of every schema whose rows have an owner, or all others, with the views."""
    return [name for name, has_owner in connection.execute(ALL_TABLES) if has_owner is owned]


def columns(connection: psycopg.Connection, table: str) -> list[Column]:
    """Return the columns of a table."""
    return [Column(*row) for row in connection.execute(COLUMN_PRIVILEGES, [table])]


def references(connection: psycopg.Connection, table: str) -> list[Reference]:
    """Return the foreign keys of a table, given as `regclass` takes it."""
    return [Reference(*row) for row in connection.execute(REFERENCES, [table])]


def unique_columns(connection: psycopg.Connection, table: str) -> list[list[str]]:
    """Return the unique keys beside the primary key; those without the id first."""
    found = [names for (names,) in connection.execute(UNIQUE_COLUMNS, [table])]
    return sorted(found, key=lambda names: "id" in names)


def weaknesses(connection: psycopg.Connection, table: str) -> list[str]:
    """Return what the protection of a tenant table lacks."""
    enabled, forced, owned = connection.execute(PROTECTION, [table]).fetchone() or (False,) * 3
    found = []
    if not enabled:
        found.append("row-level security is not enabled")
    if not forced:
        found.append("row-level security is not forced on the table's owner")
    if not owned:
        found.append("a row may have no owner")
    links = references(connection, table)
    kept = set(all_tables(connection, owned=True))
    found += [
        f"{link.name} lets a row refer to another owner's"
        for link in links
        if link.table in kept and not link.keeps_owner
    ]
    if not any(link.columns[0] == "owner_id" for link in links):
        found.append("no foreign key refers to the owner")
    return found


def protections(connection: psycopg.Connection) -> list[dict[str, str]]:
    """Return the tenant tables of every schema, each with what its protection lacks."""
    return [
        {"table": table, "lacks": ", ".join(weaknesses(connection, table)) or "nothing"}
        for table in all_tables(connection, owned=True)
    ]


def others_with_row_security(connection: psycopg.Connection) -> list[dict[str, str]]:
    """Return all other tables, views included, with the state of their row-level security."""
    return [
        {"table": table, "policies": row_security(connection, table)}
        for table in all_tables(connection, owned=False)
    ]


def row_security(connection: psycopg.Connection, table: str) -> str:
    """Return whether row-level security is enabled for a table, and forced on its owner."""
    enabled, forced, _ = connection.execute(PROTECTION, [table]).fetchone() or (False,) * 3
    if not enabled:
        return "none"
    return "forced" if forced else "not forced"


def policies(connection: psycopg.Connection) -> list[dict[str, str]]:
    """Return all policies, with known conditions in words.

    "names" are the roles in its TO clause: their own DROP OWNED would drop the policy.
    """
    found = []
    for table, named, verb, using, check, kind in connection.execute(POLICIES):
        may_see, may_write = _role_and_rest(using), _role_and_rest(check)
        roles = {role for role, rest in (may_see, may_write) if rest is not None}
        found.append(
            {
                "table": table,
                "names": "none" if named == "public" else named,
                "acts as": ", ".join(sorted(roles)),
                "for": "all" if verb == "all" else verb,
                "reads or changes": _in_words(may_see[1]),
                "writes": _in_words(may_write[1]),
                "kind": kind.lower(),
            }
        )
    return sorted(found, key=lambda policy: (policy["table"], policy["acts as"], policy["for"]))


def _role_and_rest(condition: str | None) -> tuple[str, str | None]:
    """Return the role that a condition is for, and the rest of the condition."""
    match = ACTS_AS.fullmatch(condition or "")
    if match is None:
        return "any role", condition
    return match["role"] or match["first"], match["rest"] or "true"


def _in_words(condition: str | None) -> str:
    if condition is None:
        return "-"
    words = {
        _plain(OWN): "own rows",
        "true": "all rows",
        "(expires_at <= now())": "expired rows",
        _plain(CURRENT): "the current password",
        _plain(_status_in("pending", "processing")): "unfinished tasks",
        _plain(_status_in("processing", "completed", "failed")): "begun tasks",
    }
    return words.get(_plain(condition), condition)


def _status_in(*names: str) -> str:
    return STATUS_IN.format(", ".join(f"'{name}'::task_status" for name in names))


def _plain(condition: str) -> str:
    """Return the condition as all supported versions write it."""
    return " ".join(condition.replace("AS current_setting", "AS x").split())


def count(connection: psycopg.Connection, table: str, owner_id: int) -> int:
    """Return the number of rows of a table that a user owns."""
    query = sql.SQL("SELECT count(*) FROM {} WHERE owner_id = %s").format(sql.Identifier(table))
    (number,) = connection.execute(query, [owner_id]).fetchone() or (0,)
    return int(number)
