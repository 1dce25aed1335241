"""Empty a test database in one transaction, touching only dirty tables, and verify the result.

The server does it by a PL/pgSQL function (`execute.py`). This module decides which tables are
truncated, and reports the result or the reason of a failure.
"""

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus
from sqlalchemy import URL

from pgharness.core.errors import HarnessError
from pgharness.databases import ownership
from pgharness.reset.catalog import Name, plain_name, quoted
from pgharness.reset.execute import Execution, FunctionResult, ResetOutcome, ResetReport
from pgharness.reset.foreign_keys import as_names
from pgharness.reset.function import CHANGED, LEFT
from pgharness.reset.large_objects import counted
from pgharness.reset.plan import TRIGGERS_OFF, Choice
from pgharness.servers import provision

LOG: Final = logging.getLogger(__name__)

SETTING: Final = """
    SELECT set_config(%(name)s, %(value)s, false)
     WHERE has_parameter_privilege(%(name)s, 'SET')
        OR (SELECT context = 'user' FROM pg_settings WHERE name = %(name)s)
"""

INTERFERING: Final = """
    SELECT 'the trigger ' || tgname FROM pg_trigger
     WHERE tgrelid = %(table)s::regclass AND NOT tgisinternal AND tgtype & 40 <> 0
       AND tgenabled IN ('A', %(fired)s)
     UNION ALL
    SELECT 'the rule ' || rulename FROM pg_rewrite
     WHERE ev_class = %(table)s::regclass AND ev_type = '4'
       AND ev_enabled IN ('A', %(fired)s)
     ORDER BY 1
"""
"""Triggers on DELETE (8) or TRUNCATE (32) and rules on DELETE that fire: those enabled always (A)
and those enabled in the current replication role (O or R)."""

HOLDERS: Final = """
    SELECT CASE WHEN l.pid IS NULL
                THEN 'the prepared transaction ' || coalesce(quote_literal(x.gid), '')
                ELSE 'the connection ' || l.pid || ' ('
                     || concat_ws(', ', nullif(a.application_name, ''), a.state) || ')' END AS who,
           every(l.mode = 'AccessShareLock')
      FROM pg_locks l
      LEFT JOIN pg_stat_activity a ON a.pid = l.pid
      LEFT JOIN pg_locks t ON l.pid IS NULL AND t.pid IS NULL AND t.locktype = 'transactionid'
                          AND t.virtualtransaction = l.virtualtransaction
      LEFT JOIN pg_prepared_xacts x ON x.transaction = t.transactionid
      JOIN pg_class c ON c.oid = l.relation AND c.oid >= 16384
     WHERE l.granted AND l.pid IS DISTINCT FROM pg_backend_pid()
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
     GROUP BY 1 ORDER BY 1
"""
"""The holders of locks on tables or sequences of the database, and whether they have only read. A
prepared transaction has no process, but a lock on its own transaction id."""

GONE: Final = (errors.UndefinedTable, errors.UndefinedColumn, errors.UndefinedFunction)
BROKEN_OFF: Final = (errors.QueryCanceled, errors.DeadlockDetected, errors.SerializationFailure)


class RowsRefer(HarnessError):
    """Rows of kept tables refer to rows of tables to be emptied."""


def reset(
    database: URL,
    *,
    only: str | Iterable[str | Name] | None = None,
    with_dependents: bool = False,
    ignoring: str | Iterable[str | Name] = (),
) -> ResetReport:
    """Empty a database of this run, restart its sequences, and verify the result.

    `only` selects tables, by name or by schema and name; `with_dependents` adds the tables that
    refer to them, directly or indirectly; `ignoring` excludes tables. With `only`, sequences
    without a table are kept. `alembic_version` is always kept. Large objects are removed only if
    all tables are emptied. Populated materialized views are refreshed if their tables were dirty.

    Raises `HarnessError` after restoring everything: for a database that the guard refuses, for
    rows that would refer to missing rows (`RowsRefer`), and for anything that is left. Raises
    `psycopg.OperationalError` if the connection is lost.
    """
    with connect(database) as connection:
        return Reset(connection, only=only, with_dependents=with_dependents, ignoring=ignoring)()


def connect(database: URL, *, durable: bool = False) -> psycopg.Connection:
    """Open a connection for resets only: foreign keys do not check what it writes.

    If the role may set `session_replication_role`, triggers are off: triggers that protect rows do
    not prevent a reset, and foreign keys are not checked for each deleted row. Unless `durable`,
    the server may lose a reset if it crashes right afterwards. Raises `HarnessError`.
    """
    connection = provision.connect(database)
    settings = {"synchronous_commit": "on" if durable else "off", **TRIGGERS_OFF}
    for name, value in settings.items():
        connection.execute(SETTING, {"name": name, "value": value})
    return connection


class Reset:
    """A repeatable reset over one connection; it reads the catalogue again when that has changed.

    The connection must be in autocommit mode, without a transaction.
    """

    def __init__(
        self,
        connection: psycopg.Connection,
        *,
        only: str | Iterable[str | Name] | None = None,
        with_dependents: bool = False,
        ignoring: str | Iterable[str | Name] = (),
    ) -> None:
        self._connection = connection
        chosen = None if only is None else as_names(only)
        self._execution = Execution(connection, Choice(chosen, with_dependents, as_names(ignoring)))
        self._made = False

    def __call__(self) -> ResetReport:
        """Empty the database. Raises `HarnessError` after restoring everything."""
        began = time.perf_counter()
        with self._or_as_it_was():
            found, truncated = self._up_to_date()
            if found.outcome is not ResetOutcome.DONE:
                kind = RowsRefer if found.outcome is ResetOutcome.DANGLING else HarnessError
                raise kind(self._obstacle(found.outcome))
        done = ResetReport(
            self._connection.info.dbname,
            found.rows,
            tuple(sorted(truncated)),
            found.restarted,
            found.unlinked,
            found.refreshed,
            time.perf_counter() - began,
        )
        LOG.info("%s", done)
        return done

    def sql(self) -> str:
        """Return the SQL of a reset for the database as it is now; nothing is emptied.

        It creates the function, which belongs to the connection, and calls it without a TRUNCATE.
        Raises `HarnessError`, as a reset does.
        """
        with self._or_as_it_was():
            self._made = False
            self._execution.make()
            self._made = True
        return self._execution.sql

    def _up_to_date(self) -> tuple[FunctionResult, frozenset[Name]]:
        """Call the function, created again if it is out of date; return result and truncated."""
        if self._made:
            try:
                found, truncated = self._tried()
                if found.outcome is not ResetOutcome.CHANGED:
                    return found, truncated
            except psycopg.OperationalError:
                raise  # a lock of another connection, or a lost connection
            except psycopg.Error:
                LOG.debug("the reset function may be out of date: create it again", exc_info=True)
        self._made = False
        self._execution.make()
        self._made = True
        return self._tried()

    def _tried(self) -> tuple[FunctionResult, frozenset[Name]]:
        found = self._execution()
        if found.outcome is not ResetOutcome.MANY:
            return found, frozenset()
        truncated = self._execution.plan.worth_truncating(found.rows)
        return self._execution(truncated), truncated

    def _obstacle(self, outcome: ResetOutcome) -> str:
        """Describe why the function did nothing."""
        if outcome is not ResetOutcome.DANGLING:
            return "another connection is changing its tables"
        rows = " and ".join(
            f"rows of {plain_name(key.child)} refer to {plain_name(key.parent)}"
            for key in self._execution.dangling()
        )
        return f"{rows or 'rows referred to it'}, and are not among what is to be emptied"

    @contextmanager
    def _or_as_it_was(self) -> Iterator[None]:
        """Raise `HarnessError`, with the database and the reason, for errors in this block."""
        info = self._connection.info
        if info.transaction_status is TransactionStatus.UNKNOWN:
            raise psycopg.OperationalError("the connection was lost")
        if not self._connection.autocommit or info.transaction_status is not TransactionStatus.IDLE:
            raise ValueError("reset needs a connection in autocommit mode, in no transaction")
        try:
            yield
        except BaseException as error:
            if self._connection.closed:
                raise
            if info.transaction_status is not TransactionStatus.IDLE:
                self._connection.execute("ROLLBACK")
            if isinstance(error, ownership.ForeignDatabaseError) or not isinstance(
                error, (HarnessError, psycopg.Error)
            ):
                raise
            kind = RowsRefer if isinstance(error, RowsRefer) else HarnessError
            raise kind(
                f"the database {info.dbname} is not reset, and as it was: {self._reason(error)}."
            ) from error

    def _reason(self, error: HarnessError | psycopg.Error) -> str:
        """Describe why the reset failed."""
        if isinstance(error, HarnessError):
            return str(error).removesuffix(".")
        if error.sqlstate == LEFT:
            return f"still there: {self._left(error)}"
        return self._refused(error, error.diag.message_primary or str(error))

    def _refused(self, error: psycopg.Error, message: str) -> str:
        """Describe the server's error."""
        if isinstance(error, errors.InsufficientPrivilege):
            (role,) = self._connection.execute("SELECT current_user").fetchone() or ("",)
            return f"the role {role} lacks a privilege for it ({message})"
        if isinstance(error, errors.LockNotAvailable):
            return f"its tables are locked by {self._holders()} ({message})"
        if isinstance(error, GONE) or error.sqlstate == CHANGED:
            return f"another connection is changing its tables ({message})"
        if isinstance(error, BROKEN_OFF):
            return f"it was broken off ({message})"
        return f"the server refused it ({message})" + self._interfering(self._with_rows())

    def _holders(self) -> str:
        """Describe the holders of locks on the tables, those that write if there are any."""
        found = self._connection.execute(HOLDERS).fetchall()
        holders = [who for who, reads in found if not reads] or [who for who, _ in found]
        return " and ".join(holders) or "another transaction, which has ended by now"

    def _with_rows(self) -> list[Name]:
        """Return the tables with rows, or none if they cannot be read."""
        try:
            return self._execution.with_rows() if self._made else []
        except psycopg.Error:
            return []

    def _left(self, error: psycopg.Error) -> str:
        """Describe the rows, sequences and large objects that are left."""
        left, moved, objects = self._execution.left(error)
        rows = [
            f"{number} {'row' if number == 1 else 'rows'} in {plain_name(table)}"
            for table, number in left.items()
        ]
        numbers = [
            f"the sequence {plain_name(one.name)} (next is {one.next_value(at)}, not {one.start})"
            for one, at in moved.items()
        ]
        numbers += [counted(objects)] if objects else []
        return " and ".join([*rows, *numbers]) + self._interfering(left)

    def _interfering(self, tables: Iterable[Name]) -> str:
        """Describe the triggers and rules on these tables that may have kept rows."""
        found = [
            f"{what} of {plain_name(table)}"
            for table in sorted(tables)
            for (what,) in self._connection.execute(
                INTERFERING,
                {
                    "table": quoted(table),
                    "fired": "R" if self._execution.plan.triggers_off else "O",
                },
            )
        ]
        return f"; check {', '.join(found)}" if found else ""
