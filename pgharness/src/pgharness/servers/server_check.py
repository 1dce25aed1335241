"""Check before a run that the server and the role meet its requirements."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import psycopg
from psycopg.rows import namedtuple_row

from pgharness.core.application import ATTRIBUTES, Requirements
from pgharness.core.errors import HarnessError

OLDEST_SUPPORTED: Final = 15
"""The first major version with a STRATEGY for CREATE DATABASE."""

SET_IS_A_RIGHT: Final = 16_00_00
"""The version number since which membership in a role does not always allow SET ROLE."""

SINCE_17: Final = 17_00_00
"""The version number since which `transaction_timeout` exists; older servers refuse it."""

SHORTEST_TRANSACTION_TIMEOUT: Final = 60_000
"""Milliseconds; no test takes that long."""

FACTS: Final = """
    SELECT current_setting('server_version') AS version,
           current_setting('server_version_num')::int AS number,
           current_setting('server_encoding') AS encoding,
           pg_is_in_recovery() AS standby,
           rolname AS role,
           ARRAY[rolsuper OR rolcreatedb, rolsuper OR rolcreaterole,
                 rolsuper OR rolbypassrls] AS rights,
           current_setting('session_replication_role') AS triggers,
           (SELECT reset_val::int FROM pg_settings WHERE name = 'transaction_timeout') AS timeout,
           current_setting('max_connections')::int
           - current_setting('superuser_reserved_connections')::int
           - coalesce(current_setting('reserved_connections', true)::int, 0)
           - (SELECT sum(numbackends)::int FROM pg_stat_database) AS free,
           (SELECT rolconnlimit
                   - (SELECT count(*)::int FROM pg_stat_activity WHERE usesysid = login.oid)
              FROM pg_roles AS login
             WHERE rolname = session_user AND rolconnlimit >= 0 AND NOT rolsuper) AS left_to_role
      FROM pg_roles WHERE rolname = current_user
"""
"""`timeout` is the session's initial transaction timeout in milliseconds, or NULL before
PostgreSQL 17. `free` and `left_to_role` are the connections that can still be opened."""

OUT_OF_REACH: Final = """
    SELECT rolname FROM pg_roles
     WHERE rolname = ANY (%(roles)s) AND NOT pg_has_role(rolname, %(act_as)s)
     ORDER BY rolname LIMIT 1
"""
"""Existing group roles that the role may not act as. With CREATEROLE the harness might grant them
to itself. But they may belong to a real service, whose databases would then be accessible: so an
administrator must grant them."""


def check(connection: psycopg.Connection, where: str, requirements: Requirements) -> str:
    """Return the server's version. Raises `HarnessError` if a requirement is not met."""
    if connection.info.server_version >= SINCE_17:
        connection.execute("SET transaction_timeout = 0")  # or the check itself may time out
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        facts: Any = cursor.execute(FACTS).fetchone()
    act_as = "SET" if facts.number >= SET_IS_A_RIGHT else "MEMBER"
    out_of_reach = connection.execute(
        OUT_OF_REACH, {"roles": list(requirements.group_roles), "act_as": act_as}
    ).fetchone()
    role = f'role "{facts.role}" of {where}'
    needed = requirements.connections
    for obstacle in (
        *_of_the_server(facts, where, needed),
        *_of_the_role(facts, role, requirements.attributes, needed),
    ):
        raise obstacle
    if out_of_reach is not None:
        (group,) = out_of_reach
        raise HarnessError(
            f"{role} may not act as {group}, which is there already: "
            f'GRANT {group} TO "{facts.role}" lets it, in every database of the server.'
        )
    return str(facts.version).split()[0]


def _of_the_server(facts: Any, where: str, connections: int) -> Iterator[HarnessError]:
    if facts.number // 10_000 < OLDEST_SUPPORTED:
        yield HarnessError(
            f"{where} runs PostgreSQL {facts.version}: {OLDEST_SUPPORTED} is the oldest that will"
            " do."
        )
    if facts.encoding != "UTF8":
        yield HarnessError(
            f"{where} stores text as {facts.encoding}: give the URL of a database encoded in UTF8."
        )
    if facts.standby:
        yield HarnessError(f"{where} is a read-only standby: give the URL of its primary.")
    if facts.free < connections:
        yield HarnessError(
            f"{where} has {facts.free} free connections, a run has up to {connections}: end some,"
            " or raise max_connections."
        )


def _of_the_role(
    facts: Any, role: str, attributes: Sequence[str], connections: int
) -> Iterator[HarnessError]:
    for right, held in zip(ATTRIBUTES, facts.rights, strict=True):
        if right in attributes and not held:
            yield HarnessError(f'{role} lacks {right}: ALTER ROLE "{facts.role}" {right} gives it.')
    if facts.triggers != "origin":
        yield HarnessError(
            f"triggers and foreign keys are off for {role} (session_replication_role):"
            f' ALTER ROLE "{facts.role}" RESET session_replication_role lets them be.'
        )
    if facts.timeout is not None and 0 < facts.timeout < SHORTEST_TRANSACTION_TIMEOUT:
        yield HarnessError(
            f"the transactions of {role} are ended after {facts.timeout} ms (transaction_timeout):"
            f' ALTER ROLE "{facts.role}" SET transaction_timeout = 0 lets them be.'
        )
    if facts.left_to_role is not None and facts.left_to_role < connections:
        yield HarnessError(
            f"{role} can open {facts.left_to_role} more connections (CONNECTION LIMIT), a run has"
            f' up to {connections}: ALTER ROLE "{facts.role}" CONNECTION LIMIT -1 lets it.'
        )
