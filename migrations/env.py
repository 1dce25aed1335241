"""Runs the migrations: over a connection that is handed in, over a URL, or as SQL text.

The URL comes from `-x url=…` or from `DATABASE_URL`. Each revision has a transaction of its own.
Of two upgrades at once one waits for the other and then finds nothing left to do. A database that
is not fit to be migrated is refused before anything is changed.
"""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import psycopg
from alembic import context
from alembic.util import CommandError
from psycopg import errors
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from domain import metadata
from domain.database.session_settings import ENCODING, SESSION
from migrations import database_url, fitness, guards
from migrations.holders import Watch

LOCK_TIMEOUT: Final = "5s"
"""The lock timeout of a revision, which then fails without a change.

Shorter than that of clients (`domain.settings.Timeouts`), which queue behind the revision.
"""

UPGRADE_LOCK: Final = 0x6D696772617465
"""The key of the advisory lock that lets one upgrade at a time into a database: "migrate"."""

PATIENCE: Final = "50ms"
"""One wait for another upgrade; must be much shorter than the server's `deadlock_timeout`."""

UNITS: Final = {"ms": "milliseconds", "s": "seconds", "min": "minutes"}


def run() -> None:
    """Migrate as the caller asked."""
    if context.is_offline_mode():
        migrate_as_text()
        return
    match context.config.attributes.get("connection"):
        case Connection() as connection:
            migrate(connection)
        case Engine() as engine:
            with engine.connect() as connection:
                migrate(connection)
        case _:
            migrate_by_url(url_given())


def option(name: str) -> str | None:
    """Return what was given as `-x name=…`."""
    return context.get_x_argument(as_dictionary=True).get(name)


def url_given() -> URL:
    """Return the URL that was given, with the psycopg driver. Raises `CommandError`."""
    given = option("url") or os.environ.get("DATABASE_URL")
    if not given:
        raise CommandError("no database given: add -x url=postgresql://… or set DATABASE_URL")
    return database_url.read(given)


def lock_timeout() -> timedelta:
    """Return how long to wait for a table: `-x lock-timeout=500ms`. Raises `CommandError`."""
    given = option("lock-timeout") or LOCK_TIMEOUT
    if not (found := re.fullmatch(r"([1-9]\d{0,5})(ms|s|min)", given)):
        raise CommandError(f"-x lock-timeout={given} is no time: it looks like 500ms, 5s or 1min")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def migrate_by_url(url: URL) -> None:
    """Migrate the database at `url`. Raises `CommandError` if it cannot be reached."""
    engine = create_engine(
        url,
        poolclass=NullPool,
        connect_args={"connect_timeout": 5, "client_encoding": ENCODING},
    )
    try:
        connection = engine.connect()
    except DBAPIError as error:
        # Not the URL: what follows its question mark may be a password, too.
        database = url.database or url.query.get("dbname")
        where = f"{database} at {url.host or url.query.get('host') or 'the local socket'}"
        raise CommandError(
            f"cannot connect to {where}: {str(error.orig).partition(chr(10))[0]}"
        ) from None
    with connection:
        migrate(connection)


def migrate(connection: Connection) -> None:
    """Migrate over `connection`, which must not be in a transaction. Raises `CommandError`."""
    limit = lock_timeout()
    progress = Progress()
    watch = Watch(connection, limit)
    with (
        refusals(watch, limit, progress),
        only_upgrade(connection),
        settings(connection, limit),
        watch.watching(),
    ):
        context.configure(
            connection=connection,
            target_metadata=metadata,
            transaction_per_migration=True,
            on_version_apply=progress.note,
        )
        if migrates():
            check(connection)
        with guards.refusals(), context.begin_transaction():
            context.run_migrations()


def migrates() -> bool:
    """Tell whether the command is one that runs revisions; others look, or stamp."""
    return context.get_context().opts["fn"].__name__ in ("upgrade", "downgrade")


def check(connection: Connection) -> None:
    """Refuse a database that is not fit to be migrated. Raises `CommandError`."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    destination = context.get_revision_argument()
    try:
        fitness.check(driver, context.script, str(destination) if destination else None)
    finally:
        driver.rollback()


class Progress:
    """How far an upgrade has come."""

    def __init__(self) -> None:
        self._reached = ""

    def note(self, *_: Any, **facts: Any) -> None:
        """Keep which revision was reached; called by Alembic after each."""
        self._reached = min(facts["heads"], default="base")

    def __str__(self) -> str:
        if self._reached:
            return (
                f"the database is at revision {self._reached}, and what programs know there"
                " is as it was"
            )
        return "nothing was changed"


@contextmanager
def refusals(watch: Watch, limit: timedelta, progress: Progress) -> Iterator[None]:
    """Turn errors of the server that an operator can resolve into a `CommandError`."""
    try:
        yield
    except (DBAPIError, psycopg.Error) as error:
        match getattr(error, "orig", error):
            case errors.LockNotAvailable():
                holders = " and ".join(watch.seen) or "a transaction that ended before it was found"
                raise CommandError(
                    f"lock timeout: for {limit.total_seconds():g} s the upgrade waited for"
                    f" {holders}; {progress}; try again when that has ended"
                ) from None
            case errors.DeadlockDetected():
                raise CommandError(
                    "deadlock: the upgrade and another transaction waited for each other, and the"
                    f" server aborted the upgrade; {progress}; try again"
                ) from None
            case errors.QueryCanceled() as refusal:
                raise CommandError(
                    f"a statement was cancelled: {refusal.diag.message_primary}; {progress}; if"
                    " that is a setting of the role or the database, try again with"
                    " PGOPTIONS='-c statement_timeout=0'"
                ) from None
            case errors.InsufficientPrivilege() as refusal:
                raise CommandError(
                    f"the role lacks a privilege: {refusal.diag.message_primary}; {progress}"
                ) from None
            case _:
                raise


@contextmanager
def only_upgrade(connection: Connection) -> Iterator[None]:
    """Hold the advisory lock that allows one upgrade of a database at a time."""
    while not first_in_line(connection):
        pass
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": UPGRADE_LOCK})
        connection.commit()


def first_in_line(connection: Connection) -> bool:
    """Wait at most `PATIENCE` for the advisory lock; tell whether it was acquired.

    A waiting statement has a snapshot, and CREATE INDEX CONCURRENTLY waits for all older snapshots:
    one long wait would be a deadlock of the two upgrades.
    """
    try:
        with connection.begin():
            connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": UPGRADE_LOCK})
    except OperationalError as error:
        if isinstance(error.orig, errors.LockNotAvailable | errors.DeadlockDetected):
            return False
        raise
    return True


@contextmanager
def settings(connection: Connection, limit: timedelta) -> Iterator[None]:
    """Bound every wait for a table lock, see past policies or fail; then restore what was set.

    A transformation that policies filter would silently leave rows as they were. The text of a
    time, and a digest of it, depends on the session's time zone.
    """
    wanted = {
        **SESSION,
        "lock_timeout": f"{limit // timedelta(milliseconds=1)}ms",
        "row_security": "off",
    }
    names = ("statement_timeout", *wanted)
    former = {name: connection.scalar(text(f"SHOW {name}")) for name in names}
    set_to(connection, wanted)
    try:
        yield
    finally:
        connection.rollback()
        set_to(connection, former)


def set_to(connection: Connection, values: dict[str, Any]) -> None:
    """Set session settings."""
    for name, value in values.items():
        connection.execute(
            text("SELECT set_config(:name, :value, false)"), {"name": name, "value": value}
        )
    connection.commit()


def migrate_as_text() -> None:
    """Print the SQL instead of running it (`--sql`); no server is needed."""
    context.configure(
        dialect_name="postgresql",
        target_metadata=metadata,
        literal_binds=True,
        # The driver's own style would print every % twice.
        dialect_opts={"paramstyle": "named"},
        transaction_per_migration=True,
    )
    context.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
    context.execute("SET row_security = off")
    context.execute(f"SET TimeZone = '{SESSION['TimeZone']}'")
    context.execute(f"SELECT pg_advisory_lock({UPGRADE_LOCK})")
    with context.begin_transaction():
        context.run_migrations()


def log_progress() -> None:
    """Write to standard error which revision is run.

    Alembic prints its own failures; a second copy from its logger would only repeat them.
    """
    logging.basicConfig(format="%(message)s", level=logging.CRITICAL)
    logging.getLogger("alembic.runtime.migration").setLevel(logging.INFO)


if context.config.toml_file_name and "connection" not in context.config.attributes:
    log_progress()
run()
