"""A PostgreSQL server for the run: which kind, and what a server of any kind can do."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, Protocol

import psycopg
from alembic.util import CommandError
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import URL, Engine, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from domain import masking
from domain.database_url import parameters, session_parameters
from domain.masking import masked
from domain.schema import Role
from domain.session_settings import SESSION, WITHOUT_LIMITS
from features.support import container, embedded, external, libpq_environment
from features.support.needs import Need
from features.support.options import Kind, Options
from features.support.refusal import Refusal
from features.support.run import Run

OLDEST_SUPPORTED: Final = 15
"""The first major version with ON DELETE SET NULL (column), which the schema needs."""

SET_IS_A_RIGHT: Final = 16_00_00
"""The version number since which a member of a role may not always act as it."""

OUT_OF_REACH: Final = """
    SELECT rolname FROM pg_roles
     WHERE rolname = ANY (%(roles)s) AND NOT pg_has_role(rolname, %(act_as)s)
     ORDER BY rolname LIMIT 1
"""
"""Whoever may make roles could let itself act as them; they may be a real service's, and its own
databases would be open from then on. So somebody is asked to do it."""

UNSUPPORTED: Final = "unsupported startup parameter"
"""What PgBouncer says, and PostgreSQL never, where it is to hand on a setting."""

CONNECTIONS: Final = 16
"""How many a run has at once: eight at a time in a storm, a pool of five, and the harness's."""

SHORTEST_TRANSACTION_TIMEOUT: Final = 60_000
"""Milliseconds; no scenario takes that long."""

ROOM: Final = """
    SELECT (SELECT reset_val::int FROM pg_settings WHERE name = 'transaction_timeout'),
           current_setting('max_connections')::int
           - current_setting('superuser_reserved_connections')::int
           - coalesce(current_setting('reserved_connections', true)::int, 0)
           - (SELECT sum(numbackends)::int FROM pg_stat_database),
           CASE WHEN rolconnlimit >= 0 AND NOT rolsuper THEN rolconnlimit
                - (SELECT count(*)::int FROM pg_stat_activity WHERE usesysid = pg_roles.oid) END
      FROM pg_roles WHERE rolname = session_user
"""
"""How long the role's transactions may last, and how many connections the server and the role
have left beside this one."""

NOT_UNDERSTOOD: Final = "42"
"""The class of SQLSTATEs for syntax errors, names that are not there, and rights."""

SINCE_17: Final = 17_00_00
"""The version number that brought `transaction_timeout`; an older server refuses to be told it."""

NOTICES_A_LOST_SERVER: Final = {
    "connect_timeout": 5,  # for each address of the host
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}

ADVICE: Final = {
    "could not access file": "for the role, the database or the server session_preload_libraries"
    " names a library that the server does not have: ALTER ROLE … RESET session_preload_libraries"
    " takes it back",
    "too many connections": "end some, or have the limit of the role or the database raised",
    "too many clients": "end some, or have max_connections raised",
    "connection slots are reserved": "end some, or have max_connections raised",
}
"""What to do about an answer that is not the URL's fault."""


class Server(Protocol):
    """A running server that the run may create databases on."""

    kind: Kind
    url: URL
    """The maintenance database, as the role that owns all the run makes."""

    def stop(self) -> None:
        """Stop and remove what was started."""
        ...

    def obstacle(self, need: Need) -> str | None:
        """Return why the server cannot be used for what a scenario needs, or None."""
        ...


class OwnServer(Server, Protocol):
    """A server that was started here; it may be killed and started again."""

    def crash(self) -> None:
        """Kill all its processes at once (SIGKILL)."""
        ...

    def restart(self) -> None:
        """Start it again on the same data; `url` leads to it again. Raises `Refusal`."""
        ...

    def small_disk(self) -> str:
        """Return an empty folder on a file system of a few MiB, for a tablespace."""
        ...


def start(options: Options, run: Run, cleanups: ExitStack) -> tuple[Server, str]:
    """Start the server that was asked for, or the best there is; return it and why it was taken.

    Its end is put on `cleanups` by the kind that starts it. Raises `Refusal`; a kind that was
    asked for by name never falls back to another.
    """
    match options.kind:
        case Kind.EXTERNAL:
            assert options.url is not None, "an external server comes with its URL"
            cleanups.enter_context(libpq_environment.without(libpq_environment.SESSION))
            return external.connect(options.url), "its URL was given"
        case Kind.CONTAINER:
            return container.start(options, run, cleanups), "asked for"
        case Kind.EMBEDDED:
            return embedded.start(run, cleanups), "asked for"
        case Kind.AUTO:
            obstacle = container.obstacle(options.image)
            if obstacle is None:
                return container.start(options, run, cleanups), "Docker answers"
            return embedded.start(run, cleanups), obstacle


def start_durable(
    beside: Server, options: Options, run: Run, name: str, cleanups: ExitStack
) -> OwnServer:
    """Start a server of the same kind with PostgreSQL's own settings, which keep what is committed.

    Its end is put on `cleanups`. Raises `Refusal`.
    """
    if isinstance(beside, embedded.EmbeddedServer):
        return embedded.start_durable(beside, run, name, cleanups)
    return container.start_durable(options, run, cleanups)


def start_and_check(options: Options, run: Run, cleanups: ExitStack) -> tuple[Server, str]:
    """Start a server, check that it will do, and say in one line which it is and why."""
    began = time.perf_counter()
    server, reason = start(options, run, cleanups)
    version = check(server.url)
    seconds = time.perf_counter() - began
    line = f"PostgreSQL {version}, {server.kind} ({reason}), ready in {seconds:.1f} s"
    return server, line


def check(url: URL) -> str:
    """Return the server's version. Raises `Refusal` if this server cannot serve."""
    with connect(url) as connection:
        if is_pooled(connection):
            raise _pooler(url)
        version, number, encoding, standby, role, *rights = (
            connection.execute(
                """
            SELECT current_setting('server_version'), current_setting('server_version_num')::int,
                   current_setting('server_encoding'), pg_is_in_recovery(), rolname,
                   rolsuper OR rolcreatedb, rolsuper OR rolcreaterole,
                   rolsuper OR rolbypassrls
              FROM pg_roles WHERE rolname = current_user
            """
            ).fetchone()
            or (None,) * 8
        )
        timeout, free, of_the_role = connection.execute(ROOM).fetchone() or (None, 0, None)
        (out_of_reach,) = connection.execute(
            OUT_OF_REACH,
            {
                "roles": [role.value for role in Role],
                "act_as": "SET" if number >= SET_IS_A_RIGHT else "MEMBER",
            },
        ).fetchone() or (None,)
    where = describe(url)
    if number // 10_000 < OLDEST_SUPPORTED:
        raise Refusal(
            f"{where} runs PostgreSQL {version}: {OLDEST_SUPPORTED} is the oldest that will do."
        )
    if encoding != "UTF8":
        raise Refusal(
            f"{where} stores text as {encoding}: give the URL of a database encoded in UTF8."
        )
    if standby:
        raise Refusal(f"{where} is a read-only standby: give the URL of its primary.")
    for right, held in zip(("CREATEDB", "CREATEROLE", "BYPASSRLS"), rights, strict=True):
        if not held:
            raise Refusal(
                f'role "{role}" of {where} lacks {right}: ALTER ROLE "{role}" {right} gives it.'
            )
    if out_of_reach is not None:
        raise Refusal(
            f'role "{role}" of {where} may not act as {out_of_reach}, which is there '
            f'already: GRANT {out_of_reach} TO "{role}" lets it, in every database of the '
            "server."
        )
    if timeout is not None and 0 < timeout < SHORTEST_TRANSACTION_TIMEOUT:
        raise Refusal(
            f'the transactions of role "{role}" of {where} are ended after {timeout} ms '
            f'(transaction_timeout): ALTER ROLE "{role}" SET transaction_timeout = 0 lets them be.'
        )
    if of_the_role is not None and of_the_role < CONNECTIONS:
        raise Refusal(
            f'role "{role}" of {where} may open {of_the_role} connections more (CONNECTION LIMIT), '
            f'a run has up to {CONNECTIONS}: ALTER ROLE "{role}" CONNECTION LIMIT -1 lets it.'
        )
    if free < CONNECTIONS:
        raise Refusal(
            f"{where} has {free} free connections, a run has up to {CONNECTIONS}: end some, or "
            "raise max_connections."
        )
    return str(version).split()[0]


def is_pooled(connection: psycopg.Connection) -> bool:
    """Tell whether something lends its own connections to the server: it counts them otherwise."""
    (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
    return bool(pid != connection.info.backend_pid)


def _pooler(url: URL) -> Refusal:
    """Return why a run does not go through one.

    A run knows sessions by their processes, holds locks in them, and drops databases that nobody is
    connected to; a pooler tells its clients the number of no process, and keeps its connections.
    """
    return Refusal(
        f"{describe(url)} is a connection pooler or a proxy, such as PgBouncer: its sessions are "
        "not the server's; give the URL of the server itself."
    )


def connect(
    url: URL, *, name: str = "postgres-acceptance", row_security: str = "on"
) -> psycopg.Connection:
    """Open a connection in autocommit mode that notices a vanished server within seconds.

    Raises `Refusal` with what the server or the network answered.
    """
    session = {**SESSION, **WITHOUT_LIMITS, "row_security": row_security}
    try:
        connection = psycopg.connect(
            **{
                **parameters(url),
                **NOTICES_A_LOST_SERVER,
                **session_parameters(url, session),
                "application_name": name,
            },
            autocommit=True,
        )
    except psycopg.Error as error:
        answer = masked(" ".join(str(error).split("\n")[0].split()))
        advice = next(
            (advice for said, advice in ADVICE.items() if said in answer), "check the URL"
        )
        if UNSUPPORTED in answer:
            raise _pooler(url) from None
        raise Refusal(f"no connection to {describe(url)}: {answer}; {advice}.") from None
    masking.know_passwords([connection.info.password])  # perhaps from a file, or a variable
    if connection.info.server_version >= SINCE_17:
        connection.execute("SET transaction_timeout = 0")
    return connection


def engine(url: URL, *, name: str = "postgres-acceptance") -> Engine:
    """Return an engine past the service, without a pool, without time limits."""
    session = session_parameters(url, {**SESSION, **WITHOUT_LIMITS})
    return create_engine(
        url, poolclass=NullPool, connect_args={**session, "application_name": name}
    )


@contextmanager
def refusals() -> Iterator[None]:
    """Raise `Refusal` for what the server does not let a run do.

    A statement that it does not understand is a fault of ours, and stays what it is.
    """
    try:
        yield
    except (psycopg.Error, DBAPIError, CommandError) as error:
        cause = getattr(error, "orig", None) or error
        state = getattr(cause, "sqlstate", None) or ""
        if state.startswith(NOT_UNDERSTOOD) and not isinstance(cause, InsufficientPrivilege):
            raise
        said = next(iter(str(cause).strip().splitlines()), type(cause).__name__).rstrip(".")
        raise Refusal(f"the server refused what a run needs: {said}.") from error


def describe(url: URL) -> str:
    """Return where the URL leads, without its password and its options."""
    host = url.host or url.query.get("host") or "the local socket"
    return f"{host}:{url.port}" if url.port else str(host)


def psql_line(url: URL, server: Server, password_file: Path) -> str:
    """Return a shell line that opens the database, with the password in a file if it is ours."""
    words = []
    if server.kind is not Kind.EXTERNAL:
        password_file.touch(mode=0o600)
        password_file.write_text(f"*:*:*:*:{url.password}\n")
        words.append(f"PGPASSFILE={password_file}")
    words += ["psql", "-h", str(url.host or url.query.get("host") or "")]
    words += ["-p", str(url.port)] if url.port else []
    words += ["-U", str(url.username)] if url.username else []
    return " ".join([*words, str(url.database)])
