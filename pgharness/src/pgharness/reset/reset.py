"""Empty a test database in one transaction, touching only what was written, and verify the result.

A function of the server does it (`execute.py`). This module decides whether tables have so many
rows that they are truncated, and says what was done, or why it was not.
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
from pgharness.reset.catalog import Name, quoted, words
from pgharness.reset.execute import Done, Execution, Found, Outcome
from pgharness.reset.foreign_keys import several
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
"""What has a say in the deletion (8) or the truncation (32) of a table's rows: what is enabled
always (A), and what is enabled as triggers are (O), or while they are off (R)."""

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
"""Who holds locks on tables or sequences of the database; whether they have only read. A prepared
transaction has no process, and a lock on its own number."""

GONE: Final = (errors.UndefinedTable, errors.UndefinedColumn, errors.UndefinedFunction)
BROKEN_OFF: Final = (errors.QueryCanceled, errors.DeadlockDetected, errors.SerializationFailure)


class RowsRefer(HarnessError):
    """Rows that would stay refer to rows that would go."""


def reset(
    database: URL,
    *,
    only: str | Iterable[str | Name] | None = None,
    with_dependents: bool = False,
    ignoring: str | Iterable[str | Name] = (),
) -> Done:
    """Empty a database that this run has made, restart its sequences, and see that it worked.

    `only` chooses some tables, by name or by schema and name, and none if it is empty;
    `with_dependents` also those whose rows refer to theirs, by any number of steps; `ignoring`
    leaves tables out. Of the sequences,
    those go with a choice of tables that belong to one of them. `alembic_version` always stays.
    Large objects belong to no table: they go only where all tables do. Materialized views that
    hold rows are refreshed, unless nothing can have changed in them.

    Raises `HarnessError`, with everything as it was: for a database that the guard refuses, for
    rows that would refer to nothing (`RowsRefer`), and for whatever is still there afterwards. A
    connection that is lost is told as one, by `psycopg.OperationalError`.
    """
    with connect(database) as connection:
        return Reset(connection, only=only, with_dependents=with_dependents, ignoring=ignoring)()


def connect(database: URL, *, durable: bool = False) -> psycopg.Connection:
    """Open a connection for resets, and for nothing else: what it writes, nobody checks.

    Triggers are off in it, if the role may switch them off: what keeps a service from losing rows
    does not keep them from scenario to scenario, and foreign keys are not asked about each row
    where no row is left that could refer to another. Unless it must be `durable`, the server may
    forget a reset if it crashes right afterwards. Raises `HarnessError`.
    """
    connection = provision.connect(database)
    settings = {"synchronous_commit": "on" if durable else "off", **TRIGGERS_OFF}
    for name, value in settings.items():
        connection.execute(SETTING, {"name": name, "value": value})
    return connection


class Reset:
    """The same for one connection, again and again; the catalogue is read when it has changed.

    The connection commits by itself (autocommit) and is in no transaction.
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
        chosen = None if only is None else several(only)
        self._execution = Execution(connection, Choice(chosen, with_dependents, several(ignoring)))
        self._made = False

    def __call__(self) -> Done:
        """Do it, and return what was done. Raises `HarnessError`, with everything as it was."""
        began = time.perf_counter()
        with self._or_as_it_was():
            found, truncated = self._up_to_date()
            if found.outcome is not Outcome.DONE:
                kind = RowsRefer if found.outcome is Outcome.DANGLING else HarnessError
                raise kind(self._obstacle(found.outcome))
        done = Done(
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
        """Return the SQL that a reset executes, for the database as it is now; nothing is emptied.

        It makes a function, which belongs to the connection, and calls it: so that no table is
        truncated, however many rows there are. Raises `HarnessError`, as a reset does.
        """
        with self._or_as_it_was():
            self._made = False
            self._execution.make()
            self._made = True
        return self._execution.sql

    def _up_to_date(self) -> tuple[Found, frozenset[Name]]:
        """Do it by a function that is not out of date; say what was found, and truncated."""
        if self._made:
            try:
                found, truncated = self._tried()
                if found.outcome is not Outcome.CHANGED:
                    return found, truncated
            except psycopg.OperationalError:
                raise  # somebody else's lock, or the end of the connection
            except psycopg.Error:
                LOG.debug("perhaps the function is out of date: it is made anew", exc_info=True)
        self._made = False
        self._execution.make()
        self._made = True
        return self._tried()

    def _tried(self) -> tuple[Found, frozenset[Name]]:
        found = self._execution()
        if found.outcome is not Outcome.MANY:
            return found, frozenset()
        truncated = self._execution.plan.worth_truncating(found.rows)
        return self._execution(truncated), truncated

    def _obstacle(self, outcome: Outcome) -> str:
        """Return in words why nothing was done."""
        if outcome is not Outcome.DANGLING:
            return "another connection is changing its tables"
        rows = " and ".join(
            f"rows of {words(key.child)} refer to {words(key.parent)}"
            for key in self._execution.dangling()
        )
        return f"{rows or 'rows referred to it'}, and are not among what is to be emptied"

    @contextmanager
    def _or_as_it_was(self) -> Iterator[None]:
        """Let what fails say in which database, and what is behind it."""
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
            if isinstance(error, ownership.NotOurs) or not isinstance(
                error, (HarnessError, psycopg.Error)
            ):
                raise
            kind = RowsRefer if isinstance(error, RowsRefer) else HarnessError
            raise kind(
                f"the database {info.dbname} is not reset, and as it was: {self._reason(error)}."
            ) from error

    def _reason(self, error: HarnessError | psycopg.Error) -> str:
        """Return in words why it failed."""
        if isinstance(error, HarnessError):
            return str(error).removesuffix(".")
        if error.sqlstate == LEFT:
            return f"still there: {self._left(error)}"
        return self._refused(error, error.diag.message_primary or str(error))

    def _refused(self, error: psycopg.Error, message: str) -> str:
        """Return in words why the server did not do it."""
        if isinstance(error, errors.InsufficientPrivilege):
            (role,) = self._connection.execute("SELECT current_user").fetchone() or ("",)
            return f"the role {role} is not let to all of it ({message})"
        if isinstance(error, errors.LockNotAvailable):
            return f"its tables are locked by {self._holders()} ({message})"
        if isinstance(error, GONE) or error.sqlstate == CHANGED:
            return f"another connection is changing its tables ({message})"
        if isinstance(error, BROKEN_OFF):
            return f"it was broken off ({message})"
        return f"the server refused it ({message})" + self._interfering(self._with_rows())

    def _holders(self) -> str:
        """Return in words who holds locks on its tables."""
        found = self._connection.execute(HOLDERS).fetchall()
        holders = [who for who, reads in found if not reads] or [who for who, _ in found]
        return " and ".join(holders) or "another transaction, which has ended by now"

    def _with_rows(self) -> list[Name]:
        """Return the tables that have rows, if it can be seen."""
        try:
            return self._execution.with_rows() if self._made else []
        except psycopg.Error:
            return []

    def _left(self, error: psycopg.Error) -> str:
        """Return in words what is there that should not be."""
        left, moved, objects = self._execution.left(error)
        rows = [
            f"{number} {'row' if number == 1 else 'rows'} in {words(table)}"
            for table, number in left.items()
        ]
        numbers = [
            f"the sequence {words(one.name)} (next is {one.next_value(at)}, not {one.start})"
            for one, at in moved.items()
        ]
        numbers += [counted(objects)] if objects else []
        return " and ".join([*rows, *numbers]) + self._interfering(left)

    def _interfering(self, tables: Iterable[Name]) -> str:
        """Return in words which triggers and rules have a say in what happens to these tables."""
        found = [
            f"{what} of {words(table)}"
            for table in sorted(tables)
            for (what,) in self._connection.execute(
                INTERFERING,
                {
                    "table": quoted(table),
                    "fired": "R" if self._execution.plan.triggers_off else "O",
                },
            )
        ]
        return f"; to be looked at: {', '.join(found)}" if found else ""
