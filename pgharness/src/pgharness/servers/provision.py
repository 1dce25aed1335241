"""Choose and start the run's PostgreSQL server, and connect to it."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

import psycopg
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import URL, Engine, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from pgharness.core import masking
from pgharness.core.application import MINIMAL, Requirements
from pgharness.core.database_url import parameters, session_parameters
from pgharness.core.errors import HarnessError
from pgharness.core.masking import masked
from pgharness.core.options import Options, ServerKind
from pgharness.core.protocols import OwnServer, Server
from pgharness.core.run_directory import Run
from pgharness.core.session_settings import SESSION, WITHOUT_LIMITS
from pgharness.servers import container, embedded, external, libpq_environment, server_check

UNSUPPORTED: Final = "unsupported startup parameter"
"""Part of PgBouncer's error for a startup parameter; PostgreSQL never says this."""

NOT_UNDERSTOOD: Final = "42"
"""The SQLSTATE class of syntax errors, undefined names and missing privileges."""

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
    "unrecognized configuration parameter": f"PostgreSQL {server_check.OLDEST_SUPPORTED} is the"
    " oldest that will do",
    "too many connections": "end some, or have the limit of the role or the database raised",
    "too many clients": "end some, or have max_connections raised",
    "connection slots are reserved": "end some, or have max_connections raised",
}
"""Parts of server messages, each with the advice for it; else the advice is to check the URL."""


def start(
    options: Options,
    run: Run,
    cleanups: ExitStack,
    begun: embedded.EmbeddedServer | None = None,
) -> tuple[Server, str]:
    """Start the requested server, or the best available; return it and the reason of the choice.

    `begun` is used if that is an embedded one. `cleanups` stops it. Raises `HarnessError`: a kind
    that was requested by name has no fallback.
    """
    match options.kind:
        case ServerKind.EXTERNAL:
            assert options.url is not None, "an external server comes with its URL"
            cleanups.enter_context(libpq_environment.without(libpq_environment.SESSION))
            return external.connect(options.url), "its URL was given"
        case ServerKind.CONTAINER:
            return container.start(options, run, cleanups), "asked for"
        case ServerKind.EMBEDDED:
            return embedded.start(run, cleanups, begun=begun), "asked for"
        case ServerKind.AUTO:
            obstacle = container.obstacle(options.image)
            if obstacle is None:
                return container.start(options, run, cleanups), "Docker answers"
            return embedded.start(run, cleanups, begun=begun), obstacle


def start_durable(
    beside: Server, options: Options, run: Run, name: str, cleanups: ExitStack
) -> OwnServer:
    """Start a server of the same kind with PostgreSQL's durable defaults.

    `cleanups` stops it. Raises `HarnessError`.
    """
    if isinstance(beside, embedded.EmbeddedServer):
        return embedded.start_durable(beside, run, name, cleanups)
    return container.start_durable(options, run, cleanups)


def sweep(options: Options, kind: ServerKind) -> None:
    """Stop the servers of killed runs, and of killed processes of this run."""
    embedded.sweep()
    if kind is ServerKind.CONTAINER:
        container.sweep(options.image)


def start_and_check(
    options: Options,
    run: Run,
    cleanups: ExitStack,
    requirements: Requirements = MINIMAL,
    begun: embedded.EmbeddedServer | None = None,
) -> tuple[Server, str]:
    """Start a server and check it; return it and a line for the terminal that describes it."""
    began = time.perf_counter()
    server, reason = start(options, run, cleanups, begun)
    version = check(server.url, requirements)
    seconds = time.perf_counter() - began
    line = f"PostgreSQL {version}, {server.kind} ({reason}), ready in {seconds:.1f} s"
    return server, line


def check(url: URL, requirements: Requirements = MINIMAL) -> str:
    """Return the server's version. Raises `HarnessError` if a requirement is not met."""
    with connect(url) as connection:
        if is_pooled(connection):
            raise _pooler(url)
        return server_check.check(connection, describe(url), requirements)


def is_pooled(connection: psycopg.Connection) -> bool:
    """Return whether a pooler is in between: it reports another process than the server does."""
    (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
    return bool(pid != connection.info.backend_pid)


def _pooler(url: URL) -> HarnessError:
    """Return the error for a URL of a connection pooler.

    A run identifies sessions by their server processes, holds session locks, and drops databases
    without connections; a pooler hides the processes and keeps its connections.
    """
    return HarnessError(
        f"{describe(url)} is a connection pooler or a proxy, such as PgBouncer: its sessions are "
        "not the server's; give the URL of the server itself."
    )


def connect(
    url: URL, *, name: str = "postgres-acceptance", row_security: str = "on"
) -> psycopg.Connection:
    """Open a connection in autocommit mode that notices a vanished server within seconds.

    Raises `HarnessError` with what the server or the network answered.
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
        raise HarnessError(f"no connection to {describe(url)}: {answer}; {advice}.") from None
    # Both may come from a file or a variable.
    masking.know_passwords([connection.info.password])
    masking.know_hosts([connection.info.host])
    return connection


def engine(url: URL, *, name: str = "postgres-acceptance") -> Engine:
    """Return an engine without a pool and time limits, independent of the application's."""
    session = session_parameters(url, {**SESSION, **WITHOUT_LIMITS})
    return create_engine(
        url, poolclass=NullPool, connect_args={**session, "application_name": name}
    )


@contextmanager
def refusals() -> Iterator[None]:
    """Raise `HarnessError` for errors of the server in this block.

    A syntax error or an undefined name is a bug of the harness, and raised as it is.
    """
    try:
        yield
    except (psycopg.Error, DBAPIError) as error:
        cause = getattr(error, "orig", None) or error
        state = getattr(cause, "sqlstate", None) or ""
        if state.startswith(NOT_UNDERSTOOD) and not isinstance(cause, InsufficientPrivilege):
            raise
        said = next(iter(str(cause).strip().splitlines()), type(cause).__name__).rstrip(".")
        raise HarnessError(f"the server refused what a run needs: {said}.") from error


def is_gone(error: psycopg.OperationalError) -> HarnessError:
    """Return the error that ends a run whose server cannot be reached any more."""
    reason = str(error).strip().splitlines()[0]
    return HarnessError(f"the server is gone, the run ends here ({reason}).")


def describe(url: URL) -> str:
    """Return host and port of a URL, without its password and its options."""
    host = url.host or url.query.get("host") or "the local socket"
    return f"{host}:{url.port}" if url.port else str(host)
