"""A PostgreSQL server for the run: which kind, and what a server of any kind can do."""

import time
from contextlib import ExitStack
from typing import Final, Protocol

import psycopg
from sqlalchemy import URL

from domain.schema import Role
from features.support import container, embedded, external
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

CONNECT_TIMEOUT: Final = 5
"""Seconds, for each address of the host."""


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
        version, number, encoding, standby, *rights = (
            connection.execute(
                """
            SELECT current_setting('server_version'), current_setting('server_version_num')::int,
                   current_setting('server_encoding'), pg_is_in_recovery(),
                   rolsuper OR rolcreatedb, rolsuper OR rolcreaterole,
                   rolsuper OR rolbypassrls
              FROM pg_roles WHERE rolname = current_user
            """
            ).fetchone()
            or (None,) * 7
        )
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
                f'role "{url.username}" of {where} lacks {right}: '
                f'ALTER ROLE "{url.username}" {right} gives it.'
            )
    if out_of_reach is not None:
        raise Refusal(
            f'role "{url.username}" of {where} may not act as {out_of_reach}, which is there '
            f'already: GRANT {out_of_reach} TO "{url.username}" lets it, in every database of the '
            "server."
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
    try:
        return psycopg.connect(
            **{**url.translate_connect_args(username="user", database="dbname"), **url.query},
            autocommit=True,
            application_name=name,
            options=f"-c row_security={row_security}",
            connect_timeout=CONNECT_TIMEOUT,
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=3,
            tcp_user_timeout=10_000,
        )
    except psycopg.OperationalError as error:
        answer = " ".join(str(error).split("\n")[0].split())
        if UNSUPPORTED in answer:
            raise _pooler(url) from None
        raise Refusal(f"no connection to {describe(url)}: {answer}; check the URL.") from None


def describe(url: URL) -> str:
    """Return where the URL leads, without its password and its options."""
    host = url.host or url.query.get("host") or "the local socket"
    return f"{host}:{url.port}" if url.port else str(host)
