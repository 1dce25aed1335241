"""Row-level security: policies that are gone, opened, of another role, verb or kind."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import psycopg

from migrations.catalogue import INHERENT_ALIAS
from tests.faults.schema import expressions
from tests.faults.schema.kinds import INTEGRITY, ISOLATION, OURS, Found, Kind, by

SWITCHES: Final = """
    SELECT relname, '', format('ALTER TABLE %I %s ROW LEVEL SECURITY', relname, what)
      FROM ours, unnest(ARRAY['DISABLE', 'NO FORCE']) AS what WHERE relrowsecurity
"""

DROPPED: Final = """
    SELECT relname, '', format('DROP POLICY %I ON %I', polname, relname)
      FROM pg_policy JOIN ours ON ours.oid = polrelid
"""

POLICIES: Final = f"""
    {OURS}
    SELECT p.oid, relname, polname, polpermissive, polcmd,
           pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid),
           coalesce((SELECT string_agg(role::regrole::text, ', ' ORDER BY role)
                       FROM unnest(polroles) AS role WHERE role <> 0), 'PUBLIC')
      FROM pg_policy AS p JOIN ours ON ours.oid = polrelid
"""

VERBS: Final = {"*": "ALL", "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}
ROLES: Final = ("app_identity", "app_tenant", "app_worker")


class Policy(NamedTuple):
    """A policy as the catalogue has it."""

    oid: int
    table: str
    name: str
    permissive: bool
    verb: str
    using: str | None
    check: str | None
    roles: str

    def create(self) -> str:
        """Return the statement that makes it."""
        kind = "" if self.permissive else " AS RESTRICTIVE"
        using = f" USING ({self.using})" if self.using and self.verb != "INSERT" else ""
        check = f" WITH CHECK ({self.check})" if self.check else ""
        if self.verb in {"SELECT", "DELETE"}:
            check = ""
        return (
            f"CREATE POLICY {self.name} ON {self.table}{kind} FOR {self.verb} TO {self.roles}"
            f"{using}{check}"
        )

    def drop(self) -> str:
        """Return the statement that drops it."""
        return f"DROP POLICY {self.name} ON {self.table}"

    def becomes(self, other: "Policy") -> Found:
        """Return the change that puts another one in its place."""
        return Found(self.table, self.name, f"{self.drop()}; {other.create()}")


def policies(connection: psycopg.Connection) -> list[Policy]:
    """Return all policies of our tables."""
    return [
        Policy(oid, table, name, permissive, VERBS[verb], _plain(using), _plain(check), roles)
        for oid, table, name, permissive, verb, using, check, roles in connection.execute(
            POLICIES.encode()
        )
    ]


def definition(connection: psycopg.Connection, oid: int) -> tuple[str, str]:
    """Return the statements that drop a policy and make it again."""
    (found,) = [policy for policy in policies(connection) if policy.oid == oid]
    return found.drop(), found.create()


def _plain(condition: str | None) -> str | None:
    """Return a condition as all supported versions of PostgreSQL write it, in one line."""
    return None if condition is None else " ".join(INHERENT_ALIAS.sub("", condition).split())


def _conditions(policy: Policy) -> Iterator[tuple[str, str]]:
    yield from (
        (clause, condition)
        for clause, condition in (("USING", policy.using), ("WITH CHECK", policy.check))
        if condition is not None
    )


def _altered(policy: Policy, clause: str, condition: str) -> Found:
    statement = f"ALTER POLICY {policy.name} ON {policy.table} {clause} ({condition})"
    return Found(policy.table, policy.name, statement)


def _opened(connection: psycopg.Connection) -> Iterator[Found]:
    for policy in policies(connection):
        for clause, condition in _conditions(policy):
            yield _altered(policy, clause, "true")
            yield _altered(policy, clause, "false")
            yield _altered(
                policy, clause, f"{condition} OR current_setting('app.user_id', true) IS NULL"
            )
            yield _altered(
                policy, clause, f"{condition} OR current_setting('app.user_id', true) = ''"
            )


def _conditioned(connection: psycopg.Connection) -> Iterator[Found]:
    for policy in policies(connection):
        for clause, condition in _conditions(policy):
            for other in expressions.mutants(condition):
                yield _altered(policy, clause, other)


def _added(connection: psycopg.Connection) -> Iterator[Found]:
    """One more policy, which opens a table for one verb."""
    for table in sorted({policy.table for policy in policies(connection)}):
        for verb in VERBS.values():
            opened = Policy(
                oid=0,
                table=table,
                name="opened",
                permissive=True,
                verb=verb,
                using="true",
                check="true",
                roles="PUBLIC",
            )
            yield Found(table, "", opened.create())


def _of_another_form(connection: psycopg.Connection) -> Iterator[Found]:
    for policy in policies(connection):
        yield policy.becomes(policy._replace(permissive=not policy.permissive))
        for role in ROLES:
            if role != policy.roles:
                yield policy.becomes(policy._replace(roles=role))
        for verb in VERBS.values():
            if verb != policy.verb:
                # An INSERT is judged by what otherwise judges rows that are read, and conversely.
                using, check = policy.using or policy.check, policy.check or policy.using
                yield policy.becomes(policy._replace(verb=verb, using=using, check=check))


SWEEP: Final = (ISOLATION, "--tags=@tenancy-2,@tenancy-3")
"""Where tenants find out themselves, they do so whatever the catalogue says."""
LISTED: Final = (ISOLATION, "--tags=@tenancy-1")

KINDS: Final = (
    Kind("row-level security", by(SWITCHES), features=(ISOLATION,), parts=1),
    Kind("policies dropped", by(DROPPED), features=(INTEGRITY, ISOLATION), parts=1),
    Kind("policies opened", _opened, features=SWEEP, contract=LISTED),
    Kind("policies added", _added, features=SWEEP, contract=LISTED, parts=2),
    Kind("policies of another condition", _conditioned, features=LISTED),
    Kind("policies of another form", _of_another_form, features=LISTED),
)
