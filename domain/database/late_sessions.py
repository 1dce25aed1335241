"""A session that takes a connection at its first statement and not before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.orm import Session, SessionTransaction

from domain.errors import WorkAborted

Recording = Callable[[Session], None]
"""Writes one thing in a transaction of its own, and reads again what it depends on."""

SEES_EACH_MOMENT: Final = "READ COMMITTED"
"""The isolation level at which every statement sees what is committed when it begins."""


class LateSession(Session):
    """A session whose transaction begins at an isolation level, and with `begin` on its connection.

    While it has sent nothing, it keeps no connection from others.
    """

    def __init__(
        self, engine: Engine, isolation: str, begin: Callable[[Connection], None], **options: Any
    ) -> None:
        super().__init__(engine, **options)
        self.asked = False
        """Whether a statement was to be sent."""
        self.failed = False
        """Whether the transaction could not begin: nothing more is sent then."""
        self.recordings: list[Recording] = []
        """What the unit of work writes after it has ended, whether or not it commits."""
        self._taken: Connection
        """The connection of the transaction, from its beginning."""
        self._isolation = isolation
        self._begin = begin

    @contextmanager
    def look(self) -> Iterator[None]:
        """Read in this block, and return the connection to the pool when it ends.

        For rows that take long to verify and are read again before anything depends on them. The
        transaction goes on where ending it would change a result: if it has done anything before,
        in a savepoint, and at an isolation level at which all statements see one snapshot.
        """
        alone = not (self.asked or self.in_nested_transaction())
        yield
        if alone and self._isolation == SEES_EACH_MOMENT:
            self.rollback()
            self.asked = False

    def prepare_commit(self) -> None:
        """Flush, and raise `WorkAborted` if COMMIT would only roll back.

        Raises `PendingRollbackError` if the transaction could not begin (`get_bind`).
        """
        self.flush()
        if not self.asked:
            return
        connection = self.connection().connection.driver_connection
        assert connection is not None, "a transaction has a connection"
        if connection.info.transaction_status is TransactionStatus.INERROR:
            raise WorkAborted

    def abandon(self) -> None:
        """Roll back and close, and raise nothing: the error that led here is the one to report.

        Where ROLLBACK fails, the connection is closed, and the server rolls back by itself.
        `Session.invalidate` would not do: it knows no transaction any more.
        """
        try:
            self.close()
        except DBAPIError:
            self._taken.invalidate()

    def get_bind(self, *arguments: Any, **options: Any) -> Engine | Connection:
        """Begin the transaction: SQLAlchemy asks this before it sends anything."""
        if self.failed:
            raise PendingRollbackError("the transaction could not begin")
        if not self.asked:
            self.asked = True
            try:
                self.connection(execution_options={"isolation_level": self._isolation})
            except BaseException:
                self.failed = True
                raise
        return super().get_bind(*arguments, **options)

    def after_begin(self, transaction: SessionTransaction, connection: Connection) -> None:
        """Prepare the transaction that has begun on this connection; a savepoint needs nothing."""
        if not transaction.nested:
            self._taken = connection
            self._begin(connection)


@event.listens_for(
    LateSession, "after_begin"
)  # of the class: one for each session takes longer than the session
def _after_begin(
    session: LateSession, transaction: SessionTransaction, connection: Connection
) -> None:
    session.after_begin(transaction, connection)
