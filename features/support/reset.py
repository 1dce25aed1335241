"""Back to an empty database: only what was touched, all of it or nothing, and seen to be so.

What there is to do is asked first; where that is nothing, nothing is written. Few rows are deleted,
children before their parents, tables in a cycle together; many are truncated, with all that refers
to them. Then it is asked once more. All of that is one transaction. What a transaction does not
take back, the sequences that were sent to their start, is put back by hand if it fails.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import psycopg
from psycopg import errors, sql
from psycopg.pq import TransactionStatus
from sqlalchemy import URL

from features.support import guard, postgres
from features.support.dependency_map import Name, quoted, words
from features.support.emptying import Plan
from features.support.refusal import Refusal
from features.support.sequences import Position, Sequence
from features.support.survey import Choice, Seen, Survey

LOG: Final = logging.getLogger(__name__)

BEGIN: Final = """
    BEGIN ISOLATION LEVEL READ COMMITTED;
    SET LOCAL row_security = off;
    SET LOCAL lock_timeout = '10s'
"""
"""A role that policies would filter gets an error, never a silent "no rows"; and whoever still
works on a table is not waited for without end."""

PASSES: Final = 2
"""A trigger may write elsewhere what it sees deleted; that is deleted in its turn, once."""

INTERFERING: Final = """
    SELECT 'the trigger ' || tgname FROM pg_trigger
     WHERE tgrelid = %(table)s::regclass AND NOT tgisinternal AND tgenabled <> 'D'
       AND tgtype & 40 <> 0
     UNION ALL
    SELECT 'the rule ' || rulename FROM pg_rewrite
     WHERE ev_class = %(table)s::regclass AND ev_type = '4' AND ev_enabled <> 'D'
     ORDER BY 1
"""
"""What has a say in the deletion (8) or the truncation (32) of a table's rows."""


@dataclass(frozen=True)
class Done:
    """What a reset did."""

    database: str
    deleted: Mapping[Name, int]
    """The tables whose rows were deleted, and how many those were."""
    truncated: tuple[Name, ...]
    restarted: tuple[Name, ...]
    """The sequences that were sent back to their start."""
    seconds: float

    def __str__(self) -> str:
        deleted = ", ".join(f"{number} of {words(table)}" for table, number in self.deleted.items())
        parts = {
            "deleted": deleted,
            "truncated": ", ".join(map(words, self.truncated)),
            "restarted": ", ".join(map(words, self.restarted)),
        }
        did = "; ".join(f"{what} {names}" for what, names in parts.items() if names)
        return (
            f"reset {self.database} in {self.seconds * 1000:.2f} ms: {did or 'nothing was dirty'}"
        )


def reset(
    database: URL,
    *,
    only: Iterable[str | Name] = (),
    with_dependents: bool = False,
    ignoring: Iterable[str | Name] = (),
) -> Done:
    """Empty a database that this run has made, restart its sequences, and see that it worked.

    `only` chooses some tables, by name or by schema and name, `with_dependents` also those whose
    rows refer to theirs, by any number of steps; `ignoring` leaves tables out. Of the sequences,
    those go with a choice of tables that belong to one of them. `alembic_version` always stays.

    Raises `Refusal`, with everything as it was: for a database that the guard refuses, for rows
    that would refer to nothing, and for whatever is still there afterwards.
    """
    with postgres.connect(database) as connection:
        return Reset(connection, only=only, with_dependents=with_dependents, ignoring=ignoring)()


@dataclass
class _Attempt:
    """What has been done so far, and can still be taken back."""

    deleted: dict[Name, int] = field(default_factory=dict)
    truncated: set[Name] = field(default_factory=set)
    moved: dict[Sequence, Position] = field(default_factory=dict)
    """Where the sequences were before they were restarted."""


class Reset:
    """The same for one connection, again and again; the catalogue is read when it has changed.

    The connection commits by itself (autocommit) and is in no transaction.
    """

    def __init__(
        self,
        connection: psycopg.Connection,
        *,
        only: Iterable[str | Name] = (),
        with_dependents: bool = False,
        ignoring: Iterable[str | Name] = (),
    ) -> None:
        self._connection = connection
        self._choice = Choice(tuple(only), with_dependents, tuple(ignoring))
        self._survey: Survey | None = None

    def __call__(self) -> Done:
        """Do it, and return what was done. Raises `Refusal`, with everything as it was."""
        began = time.perf_counter()
        attempt = _Attempt()
        with self._transaction(attempt):
            survey, seen = self._begin()
            for _ in range(PASSES):
                if seen.is_clean:
                    break
                seen = self._empty(survey, seen, attempt)
            if not seen.is_clean:
                raise Refusal(f"still there: {self._left(survey, seen)}")
        done = Done(
            self._connection.info.dbname,
            attempt.deleted,
            tuple(sorted(attempt.truncated)),
            tuple(one.name for one in attempt.moved),
            time.perf_counter() - began,
        )
        LOG.info("%s", done)
        return done

    def _begin(self) -> tuple[Survey, Seen]:
        """Return what is to be emptied and what is there, by a map that is not out of date."""
        survey, seen = self._survey, None
        if survey is not None:
            try:
                seen = self._ask(survey, BEGIN)
            except errors.UndefinedTable:
                self._connection.execute("ROLLBACK")
            except errors.InvalidSqlStatementName:
                self._connection.execute("ROLLBACK")
                self._survey = None
        if survey is None or seen is None or seen.stamp != survey.stamp:
            self._connection.execute("" if seen else BEGIN, prepare=False)
            guard.guard(self._connection)
            if self._survey is not None:
                self._survey.close(self._connection)
            survey = self._survey = Survey(self._connection, self._choice)
            seen = self._ask(survey)
        if seen.dangling:
            rows = " and ".join(
                f"rows of {words(key.child)} refer to {words(key.parent)}" for key in seen.dangling
            )
            raise Refusal(f"{rows}, and are not among what is to be emptied")
        return survey, seen

    def _ask(self, survey: Survey, after: str = "") -> Seen:
        """Return what is there; whether the database may be emptied is asked each time."""
        seen = survey.ask(self._connection, after)
        guard.check(self._connection, seen.identity)
        return seen

    def _empty(self, survey: Survey, seen: Seen, attempt: _Attempt) -> Seen:
        """Empty what was seen, and return what is there then."""
        plan = Plan.make(survey, seen)
        attempt.deleted |= {table: seen.rows[table] for group in plan.deleted for table in group}
        attempt.truncated.update(plan.truncated)
        attempt.moved = {**seen.moved, **attempt.moved}
        return self._ask(survey, plan.statements(survey.map))

    @contextmanager
    def _transaction(self, attempt: _Attempt) -> Iterator[None]:
        """Do all of it or nothing; say of what fails in which database, and what is behind it."""
        info = self._connection.info
        if info.transaction_status is TransactionStatus.UNKNOWN:
            raise psycopg.OperationalError("the connection was lost")
        if not self._connection.autocommit or info.transaction_status is not TransactionStatus.IDLE:
            raise ValueError("reset needs a connection in autocommit mode, in no transaction")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException as error:
            if self._connection.closed:
                raise
            self._take_back(attempt)
            if isinstance(error, guard.NotOurs) or not isinstance(error, (Refusal, psycopg.Error)):
                raise
            raise Refusal(
                f"the database {info.dbname} is not reset, and as it was:"
                f" {self._reason(error, attempt)}."
            ) from error

    def _take_back(self, attempt: _Attempt) -> None:
        self._connection.execute("ROLLBACK")
        back = [one.put_back(at) for one, at in attempt.moved.items()]
        if back:
            self._connection.execute("; ".join(back).encode(), prepare=False)

    def _reason(self, error: Refusal | psycopg.Error, attempt: _Attempt) -> str:
        """Return in words why it failed."""
        if isinstance(error, Refusal):
            return str(error)
        message = error.diag.message_primary or str(error)
        if isinstance(error, errors.InsufficientPrivilege):
            (role,) = self._connection.execute("SELECT current_user").fetchone() or ("",)
            return f"the role {role} is not let to all of it ({message})"
        if isinstance(error, errors.LockNotAvailable):
            return f"somebody else holds on to a table in an open transaction ({message})"
        return f"the server refused it ({message})" + self._interfering(
            attempt.deleted.keys() | attempt.truncated
        )

    def _left(self, survey: Survey, seen: Seen) -> str:
        """Return in words what is there that should not be."""
        rows = [f"{self._number_of_rows(survey, table)} in {words(table)}" for table in seen.rows]
        moved = [
            f"the sequence {words(one.name)} (next is {one.next_value(at)}, not {one.start})"
            for one, at in seen.moved.items()
        ]
        return " and ".join([*rows, *moved]) + self._interfering(seen.rows)

    def _number_of_rows(self, survey: Survey, table: Name) -> str:
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.SQL(survey.map.source(table)))
        (number,) = self._connection.execute(query).fetchone() or (0,)
        return "1 row" if number == 1 else f"{number} rows"

    def _interfering(self, tables: Iterable[Name]) -> str:
        """Return in words which triggers and rules have a say in what happens to these tables."""
        found = [
            f"{what} of {words(table)}"
            for table in sorted(tables)
            for (what,) in self._connection.execute(INTERFERING, {"table": quoted(table)})
        ]
        return f"; to be looked at: {', '.join(found)}" if found else ""
