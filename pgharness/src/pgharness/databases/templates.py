"""The template database, the run's clones of it, and the sweep of databases of killed runs.

A run is alive as long as it holds its advisory lock. A template is in use as long as any run
holds its lock in shared mode; the last run drops it, or keeps it for the next one.
"""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Final

import psycopg
from psycopg import errors, sql
from sqlalchemy import URL

from pgharness.core.errors import HarnessError
from pgharness.core.foreign_text import answer
from pgharness.core.masking import masked
from pgharness.core.protocols import Migrator
from pgharness.databases import departures, ownership
from pgharness.databases.ownership import Mark, Purpose
from pgharness.servers import provision

DATABASE_PREFIX: Final = "acceptance_"
TEMPLATE_LOCK_TIMEOUT: Final = "60s"
"""The time to wait for another run that builds the template."""

STRATEGY: Final = """
    SELECT CASE current_setting('fsync') WHEN 'off' THEN 'file_copy' ELSE 'wal_log' END
"""
"""The strategy of CREATE DATABASE. `file_copy` takes half the time, but needs two checkpoints,
which would delay all clients of a durable server."""

ELSEWHERE: Final = """
    SELECT FROM pg_database
     WHERE datname = 'postgres' AND datname <> current_database()
       AND datallowconn AND has_database_privilege(oid, 'CONNECT')
"""
"""Whether the role may connect to the database `postgres`, and is not connected to it."""

TAKEN: Final = "SELECT FROM pg_database WHERE datname = %s"

NOT_ITS_FAULT: Final = (errors.InsufficientPrivilege, psycopg.OperationalError)
"""Errors of the server or of the role's rights, not of the schema."""

WHOSE: Final = """
    SELECT pg_roles.oid, pg_database.oid FROM pg_roles, pg_database
     WHERE rolname = current_user AND datname = current_database()
"""
"""The oids of the role and of the database in which it takes its locks."""


class RunDatabases:
    """The databases of one run on one server."""

    def __init__(
        self,
        url: URL,
        run_id: str,
        migrator: Migrator,
        *,
        kept_by: str | None = None,
        keeps_template: bool = False,
    ) -> None:
        """Take the run's id, and that of the run that keeps copies: by default the same."""
        self._url = url
        self._migrator = migrator
        self._run_id = run_id
        self._kept_by = kept_by or run_id
        self._keeps_template = keeps_template
        self._template: str
        self._connection: psycopg.Connection
        self._pid = os.getpid()
        self.undropped: dict[str, str] = {}
        """The databases of this run that could not be dropped, with the server's reasons."""

    def open(self, cleanups: ExitStack, *, sweeping: bool = True) -> None:
        """Take the run's lock, sweep killed runs, and build the template unless it exists."""
        self._connection = self._connect()
        cleanups.callback(self._connection.close)
        self._server.execute(
            "SELECT set_config('lock_timeout', %s, false)", [TEMPLATE_LOCK_TIMEOUT]
        )
        ownership.RUNS_OF_THIS_PROCESS.add(self._run_id)
        ownership.announce(self._server, self._run_id)
        self._template = template_name(self._server, self._migrator.fingerprint())
        (self._strategy,) = self._server.execute(STRATEGY).fetchone() or ("",)
        if sweeping:
            self.sweep()
        self._hold_template()
        cleanups.callback(self._release_template)

    @property
    def _server(self) -> psycopg.Connection:
        """The run's connection. A fork that used it would take its parent's answers."""
        assert os.getpid() == self._pid, "a fork uses the databases of its parent"
        return self._connection

    def _connect(self) -> psycopg.Connection:
        """Connect to the database in which all runs on this server take their locks.

        That is `postgres`: advisory locks are local to a database, and runs may have different
        URLs. A role without the right to connect to it uses the database of its URL. Raises
        `HarnessError` if the connection fails for another reason: a run that took its locks
        elsewhere would not exclude the others.
        """
        name = f"postgres-acceptance {self._run_id}"
        connection = provision.connect(self._url, name=name)
        if connection.execute(ELSEWHERE).fetchone() is None:
            return connection
        connection.close()
        return provision.connect(self._url.set(database="postgres"), name=name)

    def clone(self, what_for: str, cleanups: ExitStack) -> URL:
        """Clone the template; `cleanups` drops the clone."""
        name = f"{DATABASE_PREFIX}{what_for}_{self._run_id}"
        cleanups.callback(self._drop_at_the_end, name)
        return self._clone(self._template, name, Purpose.RUN)

    def empty(self, what_for: str, cleanups: ExitStack, encoding: str = "UTF8") -> URL:
        """Create an empty database; `cleanups` drops it."""
        name = f"{DATABASE_PREFIX}{what_for}_{self._run_id}"
        cleanups.callback(self._drop_at_the_end, name)
        self._create(name, "template0", Purpose.RUN, encoding)
        return self._url.set(database=name)

    def copy(self, source: URL, what_for: str, cleanups: ExitStack) -> URL:
        """Copy a database without connections; `cleanups` drops the copy."""
        name = f"{DATABASE_PREFIX}{what_for}_{self._run_id}"
        cleanups.callback(self._drop_at_the_end, name)
        return self._clone(str(source.database), name, Purpose.RUN)

    def replace(self, database: URL, source: URL) -> None:
        """Replace a database of this run by a copy of another; neither may have connections."""
        name = str(database.database)
        self._drop(name)
        self._clone(str(source.database), name, Purpose.RUN)

    def keep(self, database: str, number: int) -> URL:
        """Copy a database without connections; the copy stays until the next run's sweep."""
        name = f"{DATABASE_PREFIX}kept_{self._run_id}_{number}"
        self._create(name, database, Purpose.KEPT)
        return self._url.set(database=name)

    def sweep(self) -> None:
        """Drop the databases of runs that are no longer alive; print which stay, and why."""
        for database in ownership.read(self._server, DATABASE_PREFIX):
            match database.mark:
                case None:
                    print(
                        f"The database {database.name} is not marked as made by this suite; "
                        "it is left alone."
                    )
                case mark if mark.purpose is Purpose.TEMPLATE and database.name == self._template:
                    pass  # this run needs it
                case mark:
                    self._sweep_up(database.name, mark)

    def _sweep_up(self, name: str, mark: Mark) -> None:
        """Drop a database unless a live run uses it; print the server's reason if it cannot."""
        try:
            if mark.purpose is Purpose.TEMPLATE:
                self._drop_unused_template(name)
            elif not ownership.is_alive(self._server, mark.run):
                self._drop(name)
        except psycopg.Error as error:
            print(
                f"The database {name} of a run that is over could not be dropped "
                f"({answer(error, self._server)}); it is left alone."
            )

    def _drop_at_the_end(self, name: str) -> None:
        """Drop a database of this run; record the error, so that others are still dropped."""
        try:
            self._drop(name)
        except psycopg.Error as error:
            self.undropped[name] = answer(error, self._server)

    def _clone(self, source: str, name: str, purpose: Purpose) -> URL:
        self._create(name, source, purpose)
        return self._url.set(database=name)

    def _create(self, name: str, source: str, purpose: Purpose, encoding: str = "UTF8") -> None:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY {} ENCODING {}").format(
            *map(sql.Identifier, (name, source, self._strategy)), sql.Literal(encoding)
        )
        if encoding != "UTF8":
            # The server's default locale requires its own encoding; C allows any.
            statement += sql.SQL(" LOCALE_PROVIDER libc LOCALE 'C'")
        departures.wait_until_left(self._server, source)
        try:
            self._server.execute(statement)
        except errors.DuplicateDatabase:
            raise HarnessError(
                f"the database {name} exists, but this suite did not make it; rename or drop it."
            ) from None
        run_id = self._kept_by if purpose is Purpose.KEPT else self._run_id
        ownership.write(self._server, name, run_id, purpose)

    def _drop(self, name: str) -> None:
        """Drop a database if it has a valid mark."""
        if ownership.mark_of(self._server, name) is not None:
            departures.wait_until_left(self._server, name)
            # IF EXISTS: another run may sweep it concurrently.
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            self._server.execute(drop)

    def _hold_template(self) -> None:
        """Take the template's lock in shared mode; the first run builds it in exclusive mode."""
        key = ownership.lock_key(self._template)
        self._server.execute("SELECT pg_advisory_lock_shared(%s)", [key])
        if self._template_is_ready():
            return
        self._server.execute("SELECT pg_advisory_unlock_shared(%s)", [key])
        try:
            with self._alone(key):
                if not self._template_is_ready():
                    self._build_template()
                self._server.execute(
                    "SELECT pg_advisory_lock_shared(%s)", [ownership.lock_key(self._template)]
                )
        except errors.LockNotAvailable:
            raise HarnessError(
                f"another run has been building {self._template} for more than"
                f" {TEMPLATE_LOCK_TIMEOUT}; see what holds it up, and run again."
            ) from None

    def _release_template(self) -> None:
        self._server.execute(
            "SELECT pg_advisory_unlock_shared(%s)", [ownership.lock_key(self._template)]
        )
        if self._keeps_template and not self._template.endswith(self._run_id):
            return  # one with the name of this run would never be used again
        try:
            self._drop_unused_template(self._template)
        except psycopg.Error as error:
            self.undropped[self._template] = answer(error, self._server)

    def _drop_unused_template(self, name: str) -> None:
        """Drop a template unless a run uses it, whichever database that takes its locks in."""
        key = ownership.lock_key(name)
        (alone,) = self._server.execute("SELECT pg_try_advisory_lock(%s)", [key]).fetchone() or (
            False,
        )
        if not alone:
            return
        try:
            if not ownership.is_used_by_others(self._server, name):
                self._drop(name)
        finally:
            self._server.execute("SELECT pg_advisory_unlock(%s)", [key])

    @contextmanager
    def _alone(self, key: int) -> Iterator[None]:
        self._server.execute("SELECT pg_advisory_lock(%s)", [key])
        try:
            yield
        finally:
            self._server.execute("SELECT pg_advisory_unlock(%s)", [key])

    def _template_is_ready(self) -> bool:
        mark = ownership.mark_of(self._server, self._template)
        return mark is not None and mark.purpose is Purpose.TEMPLATE

    def _build_template(self) -> None:
        """Build the schema in a new database, then mark it as a template.

        If another database has its name and cannot be dropped, this run uses its own template.
        """
        with suppress(psycopg.Error):
            self._drop(self._template)
        if self._server.execute(TAKEN, [self._template]).fetchone() is not None:
            self._template = f"{DATABASE_PREFIX}template_{self._run_id}"
        self._create(self._template, "template0", Purpose.TEMPLATE_IN_THE_MAKING)
        try:
            self._migrate(self._url.set(database=self._template))
        except BaseException:
            self._drop_at_the_end(self._template)
            raise
        self._server.execute(
            sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(
                sql.Identifier(self._template)
            )
        )
        ownership.write(self._server, self._template, self._run_id, Purpose.TEMPLATE)

    def _migrate(self, url: URL) -> None:
        """Build the schema. Raises `HarnessError` and prints the traceback if it fails.

        Errors of the server, or of the role's rights, are raised as they are.
        """
        try:
            self._migrator.migrate(url)
        except HarnessError:
            raise
        except Exception as error:
            if isinstance(getattr(error, "orig", error), NOT_ITS_FAULT):
                raise
            print(masked(traceback.format_exc()), file=sys.stderr)
            said = next(iter(str(error).splitlines()), "").rstrip(".")
            raise HarnessError(
                f"the schema cannot be made ({type(error).__name__}: {said}); its traceback is "
                "printed beside this."
            ) from error


def template_name(connection: psycopg.Connection, fingerprint: str) -> str:
    """Return the name of the template for runs of this role that lock in this database.

    Runs that lock in another database would not wait while it is built; another role may not copy
    it.
    """
    role, place = connection.execute(WHOSE).fetchone() or (0, 0)
    return f"{DATABASE_PREFIX}template_{fingerprint}_{role}_{place}"
