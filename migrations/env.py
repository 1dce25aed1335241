"""Runs the migrations: over a connection that is handed in, over a URL, or as SQL text.

The URL comes from `-x url=…` or from `DATABASE_URL`. Each revision has a transaction of its own.
Of two upgrades at once one waits for the other and then finds nothing left to do.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from logging.config import fileConfig
from typing import Final

from alembic import context
from alembic.util import CommandError
from psycopg.errors import LockNotAvailable
from sqlalchemy import URL, Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError

from domain import metadata
from migrations.guards import refusals

LOCK_TIMEOUT: Final = "5s"
"""How long a revision waits for a table before it gives up and leaves all as it was."""

UPGRADE_LOCK: Final = 0x6D696772617465
"""The key of the advisory lock that lets one upgrade at a time into a database: "migrate"."""

PATIENCE: Final = "200ms"
"""How long to wait for another upgrade at a time; less than the server's `deadlock_timeout`."""


def run() -> None:
    """Migrate as the caller asked."""
    if context.is_offline_mode():
        migrate_as_text()
    elif (connection := context.config.attributes.get("connection")) is not None:
        migrate(connection)
    else:
        migrate_by_url(database_url())


def database_url() -> URL:
    """Return the URL that was given, with the psycopg driver. Raises `CommandError`."""
    given = context.get_x_argument(as_dictionary=True).get("url") or os.environ.get("DATABASE_URL")
    if not given:
        raise CommandError("no database given: add -x url=postgresql://… or set DATABASE_URL")
    try:
        url = make_url(given)
    except ArgumentError:
        raise CommandError(
            "the URL is malformed: it should look like postgresql://user:password@host:5432/name"
        ) from None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise CommandError(f"the URL is for {url.get_backend_name()}, these migrations are not")
    return url.set(drivername="postgresql+psycopg")


def migrate_by_url(url: URL) -> None:
    """Migrate the database at `url`. Raises `CommandError` if it cannot be reached."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5})
    try:
        connection = engine.connect()
    except OperationalError as error:
        raise CommandError(
            f"cannot connect to {url!r}: {str(error.orig).partition(chr(10))[0]}"
        ) from None
    with connection:
        migrate(connection)


def migrate(connection: Connection) -> None:
    """Migrate over `connection`, which must not be in a transaction."""
    with only_upgrade(connection), timeout(connection, LOCK_TIMEOUT):
        context.configure(
            connection=connection,
            target_metadata=metadata,
            transaction_per_migration=True,
        )
        with refusals(), context.begin_transaction():
            context.run_migrations()


@contextmanager
def only_upgrade(connection: Connection) -> Iterator[None]:
    """Wait until no other upgrade of this database runs, and keep others out."""
    while not first_in_line(connection):
        pass
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": UPGRADE_LOCK})
        connection.commit()


def first_in_line(connection: Connection) -> bool:
    """Wait a little until no other upgrade runs; tell whether the turn has come.

    A statement that waits has a snapshot, and whoever builds an index concurrently waits for all
    snapshots: waiting without a break would be a deadlock of the two upgrades.
    """
    try:
        with connection.begin():
            connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": UPGRADE_LOCK})
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            return False
        raise
    return True


@contextmanager
def timeout(connection: Connection, limit: str) -> Iterator[None]:
    """Bound every wait for a table lock, and restore the former bound."""
    setting = text("SELECT set_config('lock_timeout', :limit, false)")
    former = connection.scalar(text("SHOW lock_timeout"))
    connection.execute(setting, {"limit": limit})
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(setting, {"limit": former})
        connection.commit()


def migrate_as_text() -> None:
    """Print the SQL instead of running it (`--sql`); no server is needed."""
    context.configure(
        dialect_name="postgresql",
        # The driver's own style would print every % twice.
        dialect_opts={"paramstyle": "named"},
        target_metadata=metadata,
        literal_binds=True,
        transaction_per_migration=True,
    )
    context.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
    context.execute(f"SELECT pg_advisory_lock({UPGRADE_LOCK})")
    with context.begin_transaction():
        context.run_migrations()


if context.config.config_file_name and "connection" not in context.config.attributes:
    fileConfig(context.config.config_file_name, disable_existing_loggers=False)
run()
